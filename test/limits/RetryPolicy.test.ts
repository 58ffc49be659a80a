import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"
import * as TestClock from "effect/TestClock"
import { Chats, type ChatsClient, ChatsError, Credentials, FlowControl, RetryPolicy } from "effect-genesys-chats"
import { decide, noRetries } from "../../src/limits/retry.js"
import { facts, successReply } from "../utils/facts.js"
import {
  type Answer,
  type ClientOptions,
  clientOver,
  failure,
  json,
  reply,
  type Scripted,
  scripted,
  sequence
} from "../utils/http.js"
import { call, inputs, type Name, plain, roomJid, type Sample, samples } from "../utils/samples.js"
import { recordingTracer } from "../utils/tracing.js"

type Result<A> = Either.Either<A, ChatsError.ChatsError>

interface Options extends ClientOptions {
  readonly seed?: number
}

/** Runs programs side by side until they end, with as much time as they want. */
const runAll = <A>(
  programs: ReadonlyArray<{
    readonly program: Effect.Effect<A, ChatsError.ChatsError, ChatsClient.ChatsClient>
    readonly http: Scripted
    readonly options?: Options | undefined
  }>
) =>
  Effect.gen(function* () {
    const fibers = yield* Effect.forEach(programs, ({ http, options, program }) =>
      program.pipe(
        Effect.provide(clientOver(http, options)),
        Effect.withRandom(Random.make(options?.seed ?? 1)),
        Effect.either,
        Effect.fork
      )
    )
    yield* TestClock.adjust("1 hour")
    const results: ReadonlyArray<Result<A>> = yield* Effect.forEach(fibers, Fiber.join)
    return results.map((result, i) => ended(result, programs[i]?.http.requests.map(({ at }) => at) ?? []))
  })

/** The error's fields, and the waits between requests in milliseconds. */
const ended = <A>(result: Result<A>, times: ReadonlyArray<number>) => ({
  error: result._tag === "Left" ? plain(result.left) : undefined,
  outcome: result._tag === "Left" ? ChatsError.outcome(result.left) : undefined,
  value: result._tag === "Right" ? result.right : undefined,
  requests: times.length,
  waits: times.slice(1).map((at, i) => at - (times[i] ?? 0))
})

const run = <A>(
  program: Effect.Effect<A, ChatsError.ChatsError, ChatsClient.ChatsClient>,
  http: Scripted,
  options?: Options
) =>
  Effect.map(runAll([{ program, http, options }]), ([only]) => {
    if (only === undefined) throw new Error("nothing ran")
    return only
  })

const redacted = Redacted.make("t0ken")

const getRoom = call(Chats.getChatsRoom, { roomJid })
const send = call(Chats.postChatsRoomMessages, inputs.postChatsRoomMessages)
const sends: ReadonlyArray<Name> = ["postChatsRoomMessages", "postChatsUserMessages", "postChatsRooms"]

const ok = () => json(200, { subject: "s", id: "i", jid: "j" })
const connecting = { syscall: "connect" }
const lost = () => Effect.fail(failure("ECONNRESET"))
const refused = () => Effect.fail(failure("ECONNREFUSED", connecting))

/** An answer, then success: the same for every endpoint, or for some, at once. */
const onceThenSuccess = (
  answer: () => Answer,
  { of = samples, options }: { readonly of?: ReadonlyArray<Sample>; readonly options?: ClientOptions } = {}
) =>
  Effect.map(
    runAll(
      of.map(({ endpoint, input, name }) => ({
        program: call(endpoint, input),
        http: sequence(answer, () => successReply(name)),
        options
      }))
    ),
    (results) => of.map(({ name }, i) => ({ name, ...(results[i] ?? missing) }))
  )

const missing = { error: undefined, outcome: undefined, value: undefined, requests: 0, waits: [] }

/** The sends, and as many that are idempotent. */
const someOfEach = samples.filter(({ name }) =>
  [...sends, "getChatsRoom", "putChatsMessageReactions", "postChatsRoomParticipant"].includes(name)
)

const hinted = (status: number) => () => reply(status, "", { "retry-after": "42" })

describe("the default policy, on every endpoint", () => {
  // whether a status is retried does not depend on the endpoint: one status shows it on all of them
  const of = (status: number) => ({ of: status === 503 ? samples : someOfEach })

  for (const status of [429, 503, 504]) {
    it.effect(`${status} is retried with a jittered wait`, () =>
      Effect.gen(function* () {
        for (const { error, name, requests, waits } of yield* onceThenSuccess(() => reply(status), of(status))) {
          expect([name, error, requests]).toEqual([name, undefined, 2])
          expect(waits[0]).toBeGreaterThanOrEqual(50)
          expect(waits[0]).toBeLessThanOrEqual(500)
        }
      })
    )
  }

  for (const status of [429, 503]) {
    it.effect(`${status} with Retry-After waits at least so long, and half a second longer at most`, () =>
      Effect.gen(function* () {
        for (const { error, name, waits } of yield* onceThenSuccess(hinted(status), { of: someOfEach })) {
          expect([name, error]).toEqual([name, undefined])
          expect(waits[0]).toBeGreaterThanOrEqual(42_000)
          expect(waits[0]).toBeLessThanOrEqual(42_500)
        }
      })
    )
  }

  it.effect("any other status is not retried, nor is a reply that does not decode", () =>
    Effect.gen(function* () {
      const others = Object.keys(facts.statuses)
        .map(Number)
        .filter((status) => ![429, 502, 503, 504, 401].includes(status))
      for (const { error, name, requests } of yield* onceThenSuccess(hinted(500), { of: someOfEach })) {
        expect([name, requests, error?.["attempts"], error?.["gaveUp"]]).toEqual([name, 1, 1, undefined])
      }
      for (const status of [...others, 302, 418]) {
        for (const program of [getRoom, send]) {
          const { error, requests } = yield* run(
            program,
            sequence(() => reply(status, "", { "retry-after": "1" }), ok)
          )
          expect([status, requests, error?.["attempts"], error?.["gaveUp"]]).toEqual([status, 1, 1, undefined])
        }
      }
      const { error, requests } = yield* run(
        getRoom,
        sequence(() => reply(200, "<html>"), ok)
      )
      expect([error?.["_tag"], error?.["gaveUp"], requests]).toEqual(["DecodeError", undefined, 1])
    })
  )

  it.effect("a lost reply is retried where the endpoint is idempotent, and only there", () =>
    Effect.gen(function* () {
      for (const { error, name, outcome, requests } of yield* onceThenSuccess(lost)) {
        if (sends.includes(name)) {
          expect(error).toMatchObject({
            _tag: "TransportError",
            mayHaveArrived: true,
            gaveUp: "not idempotent",
            attempts: 1
          })
          expect([requests, outcome]).toEqual([1, "Unknown"])
        } else expect([name, error, requests]).toEqual([name, undefined, 2])
      }
    })
  )

  it.effect("a reply that breaks off is a lost one", () =>
    Effect.gen(function* () {
      const broken = () =>
        reply(200, new ReadableStream({ pull: (controller) => controller.error(new Error("reset")) }))
      expect(yield* run(getRoom, sequence(broken, ok))).toMatchObject({ error: undefined, requests: 2 })
      expect(yield* run(send, sequence(broken, ok))).toMatchObject({ error: { gaveUp: "not idempotent" }, requests: 1 })
    })
  )

  it.effect("what was certainly not sent is retried on any endpoint", () =>
    Effect.gen(function* () {
      for (const { error, name, requests } of yield* onceThenSuccess(refused, { of: someOfEach })) {
        expect([name, error, requests]).toEqual([name, undefined, 2])
      }
    })
  )

  it.effect("a certificate that does not hold, and a URL that is none, are not retried", () =>
    Effect.gen(function* () {
      const { error, requests } = yield* run(
        getRoom,
        sequence(() => Effect.fail(failure("CERT_HAS_EXPIRED")), ok)
      )
      expect(error).toMatchObject({ _tag: "TransportError", reason: "Tls", mayHaveArrived: false, attempts: 1 })
      expect([requests, error?.["gaveUp"]]).toEqual([1, undefined])
    })
  )
})

describe("at most 4 retries", () => {
  for (const [what, answer, tag] of [
    ["429", () => reply(429), "TooManyRequests"],
    ["503", () => reply(503), "ServiceUnavailable"],
    ["504", () => reply(504), "GatewayTimeout"],
    ["no connection", refused, "TransportError"],
    ["in turns", undefined, "ServiceUnavailable"]
  ] as const) {
    it.effect(what, () =>
      Effect.gen(function* () {
        const turns = [() => reply(503), () => reply(429), refused, () => reply(504)]
        const http = answer === undefined ? scripted((_, n) => turns[n % 4]?.() ?? ok()) : sequence(answer)
        const { error, requests, waits } = yield* run(getRoom, http)
        expect(requests).toBe(5)
        expect(error).toMatchObject({ _tag: tag, attempts: 5, gaveUp: "attempts exhausted" })
        // each kind of failure has its own backoff
        const ceilings = answer === undefined ? [500, 500, 500, 500] : [500, 1000, 2000, 4000]
        waits.forEach((wait, i) => {
          expect(wait).toBeGreaterThanOrEqual(50)
          expect(wait).toBeLessThanOrEqual(ceilings[i] ?? 0)
        })
      })
    )
  }

  it.effect("success on the last of them is a success", () =>
    Effect.gen(function* () {
      const http = scripted((_, n) => (n < 4 ? reply(503) : ok()))
      expect(yield* run(getRoom, http)).toMatchObject({ error: undefined, requests: 5, value: { subject: "s" } })
    })
  )

  it.effect("waits differ: there is jitter", () =>
    Effect.gen(function* () {
      const seeds = Array.from({ length: 20 }, (_, seed) => seed)
      const results = yield* runAll(
        seeds.map((seed) => ({ program: getRoom, http: sequence(() => reply(504), ok), options: { seed } }))
      )
      const all = results.map(({ waits }) => waits[0] ?? 0)
      expect(new Set(all).size).toBeGreaterThan(10)
      expect(Math.min(...all)).toBeLessThan(200)
      expect(Math.max(...all)).toBeGreaterThan(300)
    })
  )

  it.effect("jitter comes on top of a hint, so that those who were told the same do not come back together", () =>
    Effect.gen(function* () {
      for (const status of [429, 503]) {
        const seeds = Array.from({ length: 20 }, (_, seed) => seed)
        const hinted = () => reply(status, "", { "retry-after": "10" })
        const results = yield* runAll(
          seeds.map((seed) => ({ program: getRoom, http: sequence(hinted, ok), options: { seed } }))
        )
        const all = results.map(({ waits }) => waits[0] ?? 0)
        expect(new Set(all).size).toBeGreaterThan(10)
        expect(Math.min(...all)).toBeGreaterThanOrEqual(10_000)
        expect(Math.max(...all)).toBeGreaterThan(10_300)
      }
    })
  )
})

describe("Retry-After", () => {
  const httpDate = (at: number) => new Date(at).toUTCString()
  const now = Date.UTC(2026, 2, 4, 5, 6, 7)
  const message = "Rate limit exceeded the maximum. Retry the request in [42] seconds"

  /** What is hinted at, and the shortest wait that heeds it, in seconds; none is the plain backoff. */
  const hints: ReadonlyArray<
    readonly [what: string, headers: { readonly [name: string]: string }, text: string, seconds: number | undefined]
  > = [
    ["seconds", { "retry-after": "7" }, "", 7],
    ["seconds, and another number in the message", { "retry-after": "7" }, message, 7],
    ["an HTTP-date, by a clock that is right", { "retry-after": httpDate(now + 9000), date: httpDate(now) }, "", 9],
    [
      "an HTTP-date, by a service that is 10 minutes behind",
      { "retry-after": httpDate(now - 591_000), date: httpDate(now - 600_000) },
      "",
      9
    ],
    [
      "an HTTP-date, by a service that is 10 minutes ahead",
      { "retry-after": httpDate(now + 609_000), date: httpDate(now + 600_000) },
      "",
      9
    ],
    ["the message alone", {}, message, 42],
    ["two values", { "retry-after": "5, 10" }, "", 10],
    ["zero", { "retry-after": "0" }, "", undefined],
    ["a past date", { "retry-after": httpDate(now - 60_000), date: httpDate(now) }, "", undefined],
    ["-5", { "retry-after": "-5" }, "", undefined],
    ["abc", { "retry-after": "abc" }, "", undefined],
    ["1e9", { "retry-after": "1e9" }, "", undefined],
    ["NaN", { "retry-after": "NaN" }, "", undefined],
    ["empty", { "retry-after": "" }, "", undefined],
    ["nothing", {}, "", undefined],
    ["-5, and the message knows better", { "retry-after": "-5" }, message, 42]
  ]

  for (const [what, headers, text, seconds] of hints) {
    it.effect(what, () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(now)
        for (const flow of [FlowControl.layerNone, FlowControl.layer()]) {
          for (const status of text === "" ? [429, 503] : [429]) {
            const { error, waits } = yield* run(
              getRoom,
              sequence(() => json(status, { message: text }, headers), ok),
              { flow }
            )
            expect(error).toBeUndefined()
            expect(waits[0]).toBeGreaterThanOrEqual(seconds === undefined ? 50 : seconds * 1000)
            // flow control opens the gate a little later than it was told to
            if (flow === FlowControl.layerNone) expect(waits[0]).toBeLessThanOrEqual((seconds ?? 0) * 1000 + 500)
          }
          yield* TestClock.setTime(now)
        }
      })
    )
  }

  it.effect("on a 504 counts for nothing", () =>
    Effect.gen(function* () {
      const { waits } = yield* run(
        getRoom,
        sequence(() => reply(504, "", { "retry-after": "30" }), ok)
      )
      expect(waits[0]).toBeLessThanOrEqual(500)
    })
  )

  const error = FastCheck.record({
    millis: FastCheck.integer({ min: 0, max: 60_000 }),
    seed: FastCheck.integer(),
    retries: FastCheck.nat(3),
    status: FastCheck.constantFrom<429 | 503>(429, 503),
    now: FastCheck.integer({ min: 0, max: 4e12 })
  })
  it.prop("no wait is below it, whatever the dice say", [error], ([{ millis, now, retries, seed, status }]) =>
    Effect.gen(function* () {
      const failed = new ChatsError.byStatus[status]({ retryAfter: Duration.millis(millis) })
      let state = noRetries
      for (let i = 0; i <= retries; i++) {
        const decision = yield* decide(RetryPolicy.standard, failed, state, now)
        if (decision._tag !== "Retry") throw new Error("no retry")
        expect(Duration.toMillis(decision.wait)).toBeGreaterThanOrEqual(Math.max(50, millis))
        expect(Duration.toMillis(decision.wait)).toBeLessThanOrEqual(millis + 500 * 2 ** i)
        state = decision.retries
      }
      expect(state.count).toBe(retries + 1)
    }).pipe(Effect.withRandom(Random.make(seed)), Effect.runSync)
  )

  it.effect("beyond patience ends the call at once, with the hint on the error", () =>
    Effect.gen(function* () {
      for (const status of [429, 503]) {
        for (const hint of ["91", "3600", "86400", "9".repeat(40), "9".repeat(400)]) {
          const { error, requests } = yield* run(
            getRoom,
            sequence(() => reply(status, "", { "retry-after": hint }), ok)
          )
          expect(error).toMatchObject({ attempts: 1, gaveUp: "hint beyond patience" })
          if (hint.length < 10) expect(error).toMatchObject({ retryAfter: Duration.seconds(Number(hint)) })
          expect(requests).toBe(1)
        }
        const atLimit = yield* run(
          getRoom,
          sequence(() => reply(status, "", { "retry-after": "90" }), ok)
        )
        expect(atLimit).toMatchObject({ error: undefined, requests: 2 })
      }
      const patient = RetryPolicy.make({ patience: "2 hours", deadline: "3 hours" })
      const http = sequence(() => reply(429, "", { "retry-after": "1800" }), ok)
      const waited = yield* run(getRoom, http, { policy: patient })
      expect(waited.error).toBeUndefined()
      expect(waited.waits[0]).toBeGreaterThanOrEqual(1_800_000)
    })
  )
})

describe("one deadline covers all attempts, waits and the body", () => {
  const stalledBody = (status: number) => () =>
    reply(status, new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode("{")) }))

  /** Ends when, and how; the time is counted to the moment at which the call ends. */
  const ends = <A>(
    program: Effect.Effect<A, ChatsError.ChatsError, ChatsClient.ChatsClient>,
    http: Scripted,
    options?: ClientOptions
  ) =>
    Effect.gen(function* () {
      const fiber = yield* program.pipe(
        Effect.provide(clientOver(http, options)),
        Effect.flip,
        Effect.timed,
        Effect.fork
      )
      yield* TestClock.adjust("1 hour")
      const [took, error] = yield* Fiber.join(fiber)
      return { took: Duration.toSeconds(took), error: plain(error), outcome: ChatsError.outcome(error) }
    })

  it.effect("a transport that never answers", () =>
    Effect.gen(function* () {
      for (const program of [getRoom, send]) {
        const { error, outcome, took } = yield* ends(
          program,
          scripted(() => Effect.never)
        )
        expect(error).toMatchObject({
          _tag: "TransportError",
          reason: "DeadlineExceeded",
          mayHaveArrived: true,
          attempts: 1
        })
        expect([took, outcome]).toEqual([180, "Unknown"])
      }
    })
  )

  it.effect("a body that stalls", () =>
    Effect.gen(function* () {
      const policy = RetryPolicy.make({ deadline: "30 seconds" })
      const { error, took } = yield* ends(getRoom, sequence(stalledBody(200)), { policy })
      expect(error).toMatchObject({
        reason: "DeadlineExceeded",
        mayHaveArrived: true,
        attempts: 1,
        operation: "getChatsRoom"
      })
      expect(took).toBe(30)
    })
  )

  it.effect("a second attempt, with what the first came to", () =>
    Effect.gen(function* () {
      const http = sequence(
        () => reply(503, "", { "retry-after": "60" }),
        () => Effect.never
      )
      const { error, outcome, took } = yield* ends(send, http)
      expect(error).toMatchObject({
        reason: "DeadlineExceeded",
        attempts: 2,
        priorOutcome: "Unknown",
        mayHaveArrived: true
      })
      expect([took, outcome]).toEqual([180, "Unknown"])
    })
  )

  it.effect("a token that never comes: nothing was sent", () =>
    Effect.gen(function* () {
      const credentials = Layer.succeed(Credentials.Credentials, {
        token: Effect.never,
        invalidate: () => Effect.succeed(true)
      })
      const { error, outcome } = yield* ends(send, scripted(ok), { credentials })
      expect(error).toMatchObject({ reason: "DeadlineExceeded", mayHaveArrived: false, attempts: 0 })
      expect(outcome).toBe("NotSent")
    })
  )

  it.effect("a token that never comes after a 401: the request was rejected, it did not happen", () =>
    Effect.gen(function* () {
      const first = yield* Ref.make(true)
      const credentials = Layer.effect(
        Credentials.Credentials,
        Effect.gen(function* () {
          const { token } = yield* Effect.provide(Credentials.Credentials, Credentials.layerToken(redacted))
          return {
            token: Effect.flatMap(Ref.getAndSet(first, false), (isFirst) => (isFirst ? token : Effect.never)),
            invalidate: () => Effect.succeed(true)
          }
        })
      )
      const { error, outcome } = yield* ends(
        send,
        sequence(() => reply(401)),
        { credentials }
      )
      expect(error).toMatchObject({ reason: "DeadlineExceeded", mayHaveArrived: false, attempts: 1 })
      expect(outcome).not.toBe("Unknown")
    })
  )

  it.effect("a wait that would end after it is not begun", () =>
    Effect.gen(function* () {
      const http = sequence(() => reply(503, "", { "retry-after": "50" }))
      const { error, took } = yield* ends(getRoom, http)
      expect(error).toMatchObject({ _tag: "ServiceUnavailable", attempts: 4, gaveUp: "deadline too near" })
      expect(took).toBeLessThan(180)
    })
  )

  it.effect("holds for RetryPolicy.none, too; without end there is none", () =>
    Effect.gen(function* () {
      const { took } = yield* ends(
        getRoom,
        scripted(() => Effect.never),
        { policy: RetryPolicy.none }
      )
      expect(took).toBe(180)
      const endless = RetryPolicy.make({ deadline: Number.POSITIVE_INFINITY })
      const slow = scripted(() => Effect.delay(Effect.sync(ok), "30 minutes"))
      expect(yield* run(getRoom, slow, { policy: endless })).toMatchObject({ error: undefined, requests: 1 })
    })
  )

  it.effect("an error's stalled body does not use it up", () =>
    Effect.gen(function* () {
      const { error, took } = yield* ends(getRoom, sequence(stalledBody(404)))
      expect(error).toMatchObject({ _tag: "NotFound", attempts: 1 })
      expect(took).toBe(5)
    })
  )
})

describe("what the error says of the whole call", () => {
  const cases: ReadonlyArray<
    readonly [what: string, answers: ReadonlyArray<() => Answer>, expected: object, outcome: ChatsError.Outcome]
  > = [
    ["one refusal", [() => reply(404)], { _tag: "NotFound", attempts: 1 }, "Rejected"],
    [
      "a 504, then a 409",
      [() => reply(504), () => reply(409)],
      { _tag: "Conflict", attempts: 2, priorOutcome: "Unknown" },
      "Unknown"
    ],
    [
      "a 429, then a 404",
      [() => reply(429), () => reply(404)],
      { _tag: "NotFound", attempts: 2, priorOutcome: "Rejected" },
      "Rejected"
    ],
    [
      "no connection, then a 404",
      [refused, () => reply(404)],
      { _tag: "NotFound", attempts: 2, priorOutcome: "NotSent" },
      "Rejected"
    ],
    [
      "a 503, a 429, then no connection for good",
      [() => reply(503), () => reply(429), refused],
      { _tag: "TransportError", attempts: 5, priorOutcome: "Unknown", gaveUp: "attempts exhausted" },
      "Unknown"
    ],
    [
      "no connection for good",
      [refused],
      {
        _tag: "TransportError",
        mayHaveArrived: false,
        attempts: 5,
        priorOutcome: "NotSent",
        gaveUp: "attempts exhausted"
      },
      "NotSent"
    ],
    [
      "a 429, then a lost reply",
      [() => reply(429), lost],
      { _tag: "TransportError", mayHaveArrived: true, attempts: 2, priorOutcome: "Rejected", gaveUp: "not idempotent" },
      "Unknown"
    ]
  ]
  for (const [what, answers, expected, outcome] of cases) {
    it.effect(what, () =>
      Effect.gen(function* () {
        const result = yield* run(send, sequence(...answers))
        expect(result.error).toMatchObject({ operation: "postChatsRoomMessages", method: "POST", ...expected })
        expect(result.outcome).toBe(outcome)
      })
    )
  }
})

describe("policies", () => {
  it.effect("none: never", () =>
    Effect.gen(function* () {
      for (const answer of [() => reply(429), () => reply(503), () => reply(504), lost, refused]) {
        const results = yield* onceThenSuccess(answer, { of: someOfEach, options: { policy: RetryPolicy.none } })
        for (const { error, name, requests } of results)
          expect([name, requests, error?.["attempts"]]).toEqual([name, 1, 1])
      }
    })
  )

  it.effect("atMostOnce: no send is done again once it may have arrived", () =>
    Effect.gen(function* () {
      for (const answer of [() => reply(503), () => reply(504), lost]) {
        for (const { error, name, requests } of yield* onceThenSuccess(answer, {
          of: someOfEach,
          options: { policy: RetryPolicy.atMostOnce }
        })) {
          if (sends.includes(name)) {
            expect([name, requests]).toEqual([name, 1])
            expect(["at most once", "not idempotent"]).toContain(error?.["gaveUp"])
          } else expect([name, error, requests]).toEqual([name, undefined, 2])
        }
      }
      for (const answer of [() => reply(429), refused]) {
        for (const { error, name, requests } of yield* onceThenSuccess(answer, {
          of: someOfEach,
          options: { policy: RetryPolicy.atMostOnce }
        })) {
          expect([name, error, requests]).toEqual([name, undefined, 2])
        }
      }
    })
  )

  it.effect("make: what is left out is as in the default", () =>
    Effect.gen(function* () {
      const { maxRetries, patience, sends } = RetryPolicy.make({ deadline: "5 seconds" })
      expect([maxRetries, sends, Duration.toSeconds(patience)]).toEqual([4, "atLeastOnce", 90])
      const twice = yield* run(
        getRoom,
        sequence(() => reply(503)),
        { policy: RetryPolicy.make({ maxRetries: 1 }) }
      )
      expect(twice).toMatchObject({ requests: 2, error: { attempts: 2, gaveUp: "attempts exhausted" } })
    })
  )

  it.effect("make: schedules of one's own, one for each kind of failure", () =>
    Effect.gen(function* () {
      const policy = RetryPolicy.make({
        maxRetries: 10,
        tooManyRequests: Schedule.spaced("3 seconds"),
        serviceUnavailable: Schedule.recurs(2).pipe(Schedule.addDelay(() => "7 seconds")),
        gatewayTimeout: Schedule.stop,
        transport: RetryPolicy.backoff({ base: "1 second", cap: "1 second", floor: "1 second" })
      })
      const limited = scripted((_, n) => (n < 6 ? reply(429) : ok()))
      expect(yield* run(getRoom, limited, { policy })).toMatchObject({
        requests: 7,
        waits: [3000, 3000, 3000, 3000, 3000, 3000]
      })
      const down = yield* run(
        getRoom,
        sequence(() => reply(503)),
        { policy }
      )
      expect(down).toMatchObject({ requests: 3, waits: [7000, 7000], error: { gaveUp: "attempts exhausted" } })
      expect(
        yield* run(
          getRoom,
          sequence(() => reply(504)),
          { policy }
        )
      ).toMatchObject({ requests: 1 })
      const noConnection = yield* run(getRoom, sequence(refused, ok), { policy })
      expect(noConnection.waits).toEqual([1000])
    })
  )

  it.effect("backoff grows to its cap, and no higher", () =>
    Effect.gen(function* () {
      const transport = RetryPolicy.backoff({ base: "1 second", cap: "3 seconds", floor: "1 milli" })
      const policy = RetryPolicy.make({ maxRetries: 30, deadline: "1 hour", transport })
      const { waits } = yield* run(getRoom, sequence(refused), { policy })
      expect(waits).toHaveLength(30)
      expect(Math.max(...waits)).toBeLessThanOrEqual(3000)
      expect(Math.max(...waits)).toBeGreaterThan(2000)
      expect(waits[0]).toBeLessThanOrEqual(1000)
    })
  )

  it.effect("with: of an effect, goes before the client's; the innermost counts", () =>
    Effect.gen(function* () {
      const twice = RetryPolicy.make({ maxRetries: 1 })
      const down = () => sequence(() => reply(503))
      const requests = (program: typeof getRoom, policy?: RetryPolicy.Policy) =>
        Effect.map(run(program, down(), policy === undefined ? {} : { policy }), ({ requests }) => requests)
      expect(yield* requests(getRoom)).toBe(5)
      expect(yield* requests(getRoom, twice)).toBe(2)
      expect(yield* requests(RetryPolicy.with(getRoom, RetryPolicy.none), twice)).toBe(1)
      expect(yield* requests(getRoom.pipe(RetryPolicy.with(RetryPolicy.standard)), RetryPolicy.none)).toBe(5)
      expect(yield* requests(getRoom.pipe(RetryPolicy.with(twice), RetryPolicy.with(RetryPolicy.none)))).toBe(2)
      expect(yield* requests(Effect.provide(getRoom, RetryPolicy.layer(twice)), RetryPolicy.none)).toBe(2)
    })
  )

  it("schedule is for Effect.retry", () => {
    expect(Schedule.isSchedule(RetryPolicy.schedule(RetryPolicy.standard))).toBe(true)
  })

  it.effect("schedule heeds the table, but does not replay what may have arrived", () =>
    Effect.gen(function* () {
      const attempts = (error: ChatsError.ChatsError, policy: RetryPolicy.Policy = RetryPolicy.standard) =>
        Effect.gen(function* () {
          const count = yield* Ref.make(0)
          const fiber = yield* Ref.update(count, (n) => n + 1).pipe(
            Effect.zipRight(Effect.fail(error)),
            Effect.retry(RetryPolicy.schedule(policy)),
            Effect.flip,
            Effect.timed,
            Effect.fork
          )
          yield* TestClock.adjust("1 hour")
          const [took] = yield* Fiber.join(fiber)
          return [yield* Ref.get(count), Duration.toMillis(took)] as const
        })
      const hinted = new ChatsError.TooManyRequests({ retryAfter: Duration.seconds(10) })
      const [count, took] = yield* attempts(hinted)
      expect(count).toBe(5)
      expect(took).toBeGreaterThanOrEqual(40_000)
      expect(took).toBeLessThanOrEqual(47_500)
      expect((yield* attempts(hinted, RetryPolicy.none))[0]).toBe(1)
      expect((yield* attempts(new ChatsError.ServiceUnavailable()))[0]).toBe(5)
      expect((yield* attempts(new ChatsError.GatewayTimeout()))[0]).toBe(5)
      expect((yield* attempts(new ChatsError.TransportError({ reason: "Refused", mayHaveArrived: false })))[0]).toBe(5)
      expect((yield* attempts(new ChatsError.TransportError({ reason: "Reset", mayHaveArrived: true })))[0]).toBe(1)
      expect((yield* attempts(new ChatsError.NotFound()))[0]).toBe(1)
      expect((yield* attempts(new ChatsError.TooManyRequests({ retryAfter: Duration.minutes(2) })))[0]).toBe(1)
    })
  )
})

describe("waits", () => {
  it.prop(
    "are whole milliseconds: TestClock takes no others",
    [FastCheck.integer(), FastCheck.nat(10)],
    ([seed, millis]) =>
      Effect.gen(function* () {
        const failed = new ChatsError.ServiceUnavailable({ retryAfter: Duration.millis(millis / 3 + 100) })
        const decision = yield* decide(RetryPolicy.standard, failed, noRetries, 1_700_000_000_000)
        expect(decision._tag === "Retry" && Number.isInteger(Duration.toMillis(decision.wait))).toBe(true)
      }).pipe(Effect.withRandom(Random.make(seed)), Effect.runSync)
  )
})

describe("while it waits", () => {
  it.effect("an interruption sends nothing more", () =>
    Effect.gen(function* () {
      const http = sequence(() => reply(503, "", { "retry-after": "30" }))
      const fiber = yield* Effect.fork(Effect.provide(getRoom, clientOver(http)))
      yield* TestClock.adjust("10 seconds")
      expect(http.requests).toHaveLength(1)
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("1 hour")
      expect(http.requests).toHaveLength(1)
    })
  )

  it.effect("the span has an event, and a debug log says why", () =>
    Effect.gen(function* () {
      const { spans, tracer } = yield* recordingTracer
      const logged: Array<string> = []
      const logger = Logger.make((options) => {
        logged.push(Logger.logfmtLogger.log(options))
      })
      const http = sequence(
        () => reply(503, "", { "retry-after": "3" }),
        () => reply(504),
        ok
      )
      yield* run(getRoom.pipe(Effect.withTracer(tracer)), http).pipe(
        Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
        Logger.withMinimumLogLevel(LogLevel.Debug)
      )
      expect(spans[0]?.span.name).toBe("chats.getChatsRoom")
      expect(spans[0]?.events.filter(({ name }) => name === "retry")).toMatchObject([
        { name: "retry", attributes: { "chats.retry.reason": "ServiceUnavailable", "chats.retry.attempt": 1 } },
        { name: "retry", attributes: { "chats.retry.reason": "GatewayTimeout", "chats.retry.attempt": 2 } }
      ])
      expect(logged.filter((line) => line.includes("getChatsRoom is tried again"))).toHaveLength(2)
      expect(spans.map(({ span }) => span.attributes.get("http.request.resend_count"))).toEqual([
        undefined,
        undefined,
        1,
        2
      ])
    })
  )
})
