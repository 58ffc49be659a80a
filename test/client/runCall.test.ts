import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import { describe, expect, it, vi } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import {
  Chats,
  ChatsClient,
  ChatsError,
  Credentials,
  FlowControl,
  Region,
  RetryBudget,
  RetryPolicy,
  RoomJid
} from "effect-genesys-chats"
import { subscribable } from "../../src/internal/effect/subscribable.js"
import { RequestProgress } from "../../src/transport/RequestProgress.js"
import { clientOver, failure, json, reply, type Scripted, scripted, sequence } from "../utils/http.js"
import { withSuspensions } from "../utils/virtualTime.js"

const roomJid = RoomJid.make("adhoc-4711@conference.acme.orgspan.com")
const send = Chats.postChatsRoomMessages({ roomJid, message: "We are on it" })
const sent = () => json(200, { id: "3c1e" })
const noToken = new ChatsError.CredentialsError({ reason: "Unavailable", message: "no token" })

interface Services {
  readonly flow: FlowControl.FlowControl["Type"]
  readonly credentials: Credentials.Credentials["Type"]
  readonly budget: RetryBudget.RetryBudget["Type"]
}

const free: FlowControl.Permit = { waited: 0, observe: () => Effect.void, release: Effect.void }
const status = subscribable({
  get: Effect.succeed({ inFlight: 0, waiting: 0, closedFor: Duration.zero, limit: Option.none() }),
  changes: Stream.empty
})
const plain: Services = {
  flow: { acquire: () => Effect.succeed(free), status },
  credentials: { token: Effect.succeed(Redacted.make("t0ken-1")), invalidate: () => Effect.succeed(true) },
  budget: { withdraw: Effect.succeed(true), deposit: Effect.void, level: Effect.succeed(1) }
}

const clientOf = (http: Scripted, services: Partial<Services>, policy = RetryPolicy.standard) => {
  const { budget, credentials, flow } = { ...plain, ...services }
  return ChatsClient.layer.pipe(
    Layer.provide([
      Layer.succeed(FlowControl.FlowControl, flow),
      Layer.succeed(Credentials.Credentials, credentials),
      Layer.succeed(RetryBudget.RetryBudget, budget),
      Region.layer("eu-central-1"),
      RetryPolicy.layer(policy),
      http.layer
    ])
  )
}

/** Ours, as a program builds them. */
const ours = Effect.map(
  Layer.build(
    Layer.mergeAll(FlowControl.layer(), RetryBudget.layer(), Credentials.layerToken(Redacted.make("t0ken-1")))
  ),
  (context): Services => ({
    flow: Context.get(context, FlowControl.FlowControl),
    budget: Context.get(context, RetryBudget.RetryBudget),
    credentials: Context.get(context, Credentials.Credentials)
  })
)

describe("a service is asked through what it shows, however it is wrapped", () => {
  const wrappers: Record<string, <S extends object>(service: S, key: keyof S, seen: () => void) => S> = {
    spread: (service, key, seen) => ({ ...service, [key]: counted(service[key], seen) }),
    "Object.create": (service, key, seen) => Object.create(service, { [key]: { value: counted(service[key], seen) } }),
    Proxy: (service, key, seen) =>
      new Proxy(service, {
        get: (target, name, receiver) =>
          name === key ? counted(target[key], seen) : Reflect.get(target, name, receiver)
      }),
    assignment: (service, key, seen) => Object.assign(service, { [key]: counted(service[key], seen) })
  }
  /** Counts runs of an effect, or of the effects that a function gives. */
  const counted = (value: unknown, seen: () => void): unknown =>
    typeof value === "function"
      ? (...args: ReadonlyArray<unknown>) => {
          seen()
          return value(...args)
        }
      : Effect.zipRight(Effect.sync(seen), value as Effect.Effect<unknown, unknown>)

  for (const [name, wrap] of Object.entries(wrappers)) {
    it.scoped(name, () =>
      Effect.gen(function* () {
        const { budget, credentials, flow } = yield* ours
        const count = { acquire: 0, token: 0, invalidate: 0, withdraw: 0, deposit: 0 }
        const seen = (what: keyof typeof count) => () => {
          count[what]++
        }
        const services: Services = {
          flow: wrap(flow, "acquire", seen("acquire")),
          credentials: wrap(wrap(credentials, "token", seen("token")), "invalidate", seen("invalidate")),
          budget: wrap(wrap(budget, "withdraw", seen("withdraw")), "deposit", seen("deposit"))
        }
        const http = sequence(
          sent,
          () => reply(503),
          sent,
          () => reply(401),
          sent
        )
        const calls = Effect.fork(Effect.all([send, send, Effect.exit(send)]))
        const fiber = yield* Effect.provide(calls, clientOf(http, services))
        yield* TestClock.adjust("1 minute")
        yield* Fiber.join(fiber)
        const { acquire, token, ...others } = count
        expect([acquire, token]).toEqual([http.requests.length, http.requests.length])
        expect(others).toEqual({ invalidate: 1, withdraw: 1, deposit: 2 })
      })
    )
  }

  it.scoped("assignment, once the client is there: its status too", () =>
    Effect.gen(function* () {
      const services = yield* ours
      const context = yield* Layer.build(clientOf(sequence(sent), services))
      const level = Effect.succeed(7)
      Object.assign(services.budget, { level })
      Object.assign(services.flow, {
        status: { ...services.flow.status, get: Effect.map(status.get, (idle) => ({ ...idle, waiting: 3 })) }
      })
      const now = Option.getOrThrow(yield* Effect.provide(ChatsClient.status, context))
      expect(now).toMatchObject({ retryBudget: 7, flow: { waiting: 3 } })
    })
  )

  it.scoped("vi.spyOn", () =>
    Effect.gen(function* () {
      const services = yield* ours
      const acquire = vi.spyOn(services.flow, "acquire")
      const invalidate = vi.spyOn(services.credentials, "invalidate")
      yield* Effect.provide(
        Effect.exit(send),
        clientOf(
          sequence(sent, () => reply(401)),
          services
        )
      )
      yield* Effect.provide(
        Effect.exit(send),
        clientOf(
          sequence(() => reply(401)),
          services
        )
      )
      expect(acquire).toHaveBeenCalledTimes(2)
      expect(invalidate).toHaveBeenCalledTimes(1)
    })
  )
})

describe("what hangs is bounded by the call's deadline, and the error keeps its facts", () => {
  const policy = RetryPolicy.make({ deadline: "10 seconds" })
  const hung: Record<string, readonly [Partial<Services>, ChatsError.Outcome]> = {
    acquire: [{ flow: { acquire: () => Effect.never, status } }, "Unknown"],
    "acquire that cannot be interrupted": [
      { flow: { acquire: () => Effect.uninterruptible(Effect.never), status } },
      "Unknown"
    ],
    token: [{ credentials: { ...plain.credentials, token: Effect.never } }, "Unknown"],
    withdraw: [{ budget: { ...plain.budget, withdraw: Effect.never } }, "Unknown"],
    observe: [{ flow: { acquire: () => Effect.succeed({ ...free, observe: () => Effect.never }), status } }, "Unknown"],
    release: [{ flow: { acquire: () => Effect.succeed({ ...free, release: Effect.never }), status } }, "Unknown"]
  }
  /** Works for so many times, then hangs as it is said. */
  const later = (services: Partial<Services>, times: number): Partial<Services> => {
    let acquired = 0
    let asked = 0
    return {
      ...services,
      ...(services.flow && {
        flow: {
          status,
          acquire: (request) => (acquired++ < times ? Effect.succeed(free) : services.flow!.acquire(request))
        }
      }),
      ...(services.credentials && {
        credentials: {
          ...services.credentials,
          token: Effect.suspend(() => (asked++ < times ? plain.credentials.token : services.credentials!.token))
        }
      })
    }
  }

  it.effect("a release that hangs is not begun again when the time is up", () =>
    Effect.gen(function* () {
      let released = 0
      const release = Effect.zipRight(
        Effect.sync(() => released++),
        Effect.never
      )
      const services = { flow: { acquire: () => Effect.succeed({ ...free, release }), status } }
      const fiber = yield* Effect.fork(Effect.provide(send, clientOf(sequence(sent), services, policy)))
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(fiber)
      yield* TestClock.adjust("1 second")
      expect(released).toBe(1)
    })
  )

  for (const [what, [services, outcome]] of Object.entries(hung)) {
    it.effect(`${what}, after a 503`, () =>
      Effect.gen(function* () {
        const http = sequence(() => reply(503), sent)
        const hangs = what === "withdraw" ? services : later(services, 1)
        const fiber = yield* Effect.fork(Effect.provide(Effect.either(send), clientOf(http, hangs, policy)))
        yield* TestClock.adjust("9 seconds")
        expect(fiber.unsafePoll()).toBeNull()
        yield* TestClock.adjust("1 second")
        const result = yield* Fiber.join(fiber)
        if (what === "observe" || what === "release") {
          // the value was there: it is not lost to what hangs behind it
          expect(result._tag).toBe("Right")
          return
        }
        if (result._tag === "Right") throw new Error("it did not hang")
        expect(result.left).toMatchObject({ operation: "postChatsRoomMessages", method: "POST" })
        expect(ChatsError.outcome(result.left)).toBe(outcome)
        if (what === "withdraw") return
        expect(result.left).toMatchObject({
          _tag: "TransportError",
          reason: "DeadlineExceeded",
          priorOutcome: "Unknown"
        })
      })
    )
  }

  it.effect("a status is not lost to a body that stalls until the deadline", () =>
    Effect.gen(function* () {
      const stalled = () => reply(404, new ReadableStream({ pull: () => new Promise(() => {}) }))
      const short = RetryPolicy.make({ deadline: "2 seconds" })
      const program = Effect.provide(Effect.flip(send), clientOf(sequence(stalled), {}, short))
      const fiber = yield* Effect.fork(program)
      yield* TestClock.adjust("2 seconds")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "NotFound", status: 404, attempts: 1 })
    })
  )

  it.effect("nor to a permit that is told of it and hangs", () =>
    Effect.gen(function* () {
      const flow = { acquire: () => Effect.succeed({ ...free, observe: () => Effect.never }), status }
      const program = Effect.provide(
        Effect.flip(send),
        clientOf(
          sequence(() => reply(404)),
          { flow },
          policy
        )
      )
      const fiber = yield* Effect.fork(program)
      yield* TestClock.adjust("10 seconds")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "NotFound", status: 404, attempts: 1 })
    })
  )

  const bug = Effect.die("a bug")
  const throwing = () => {
    throw new Error("a bug")
  }
  const dying: Record<string, Partial<Services>> = {
    observe: { flow: { acquire: () => Effect.succeed({ ...free, observe: () => bug }), status } },
    "observe that throws": { flow: { acquire: () => Effect.succeed({ ...free, observe: throwing }), status } },
    release: { flow: { acquire: () => Effect.succeed({ ...free, release: bug }), status } },
    deposit: { budget: { ...plain.budget, deposit: bug } }
  }
  for (const [what, services] of Object.entries(dying)) {
    it.effect(`a defect in ${what} costs neither value nor status, and is logged`, () =>
      Effect.gen(function* () {
        let released = 0
        const logged: Array<string> = []
        const logger = Logger.replace(
          Logger.defaultLogger,
          Logger.make(({ logLevel, message }) => logged.push(`${logLevel._tag} ${message}`))
        )
        const acquire: Services["flow"]["acquire"] = (request) =>
          Effect.map((services.flow ?? plain.flow).acquire(request), (permit) => ({
            ...permit,
            release: Effect.zipRight(
              Effect.sync(() => released++),
              permit.release
            )
          }))
        const client = clientOf(
          sequence(sent, () => reply(404)),
          { ...services, flow: { acquire, status } }
        )
        const both = Effect.all([send, Effect.flip(send)]).pipe(Effect.provide(client), Effect.provide(logger))
        expect(yield* both).toMatchObject([{ id: "3c1e" }, { status: 404 }])
        expect(released).toBe(2)
        expect(logged).toHaveLength(what === "deposit" ? 1 : 2)
        expect(logged[0]).toBe("Error a service of the client died: Error")
      })
    )
  }

  const asked: Record<string, readonly [services: Partial<Services>, status: number]> = {
    withdraw: [{ budget: { ...plain.budget, withdraw: bug } }, 503],
    invalidate: [{ credentials: { ...plain.credentials, invalidate: () => bug } }, 401],
    "invalidate that throws": [{ credentials: { ...plain.credentials, invalidate: throwing } }, 401]
  }
  for (const [what, [services, status]] of Object.entries(asked)) {
    it.effect(`a defect in ${what} is no leave to go on, and the error that there is stays`, () =>
      Effect.gen(function* () {
        const http = sequence(() => reply(status), sent)
        const silent = Logger.remove(Logger.defaultLogger)
        const error = Effect.flip(send).pipe(Effect.provide(clientOf(http, services)), Effect.provide(silent))
        expect(yield* error).toMatchObject({ status, operation: "postChatsRoomMessages", attempts: 1 })
      })
    )
  }

  const stuck = { get: Effect.never, changes: Stream.fromEffect(Effect.uninterruptible(Effect.never)) }
  it.effect("a status that cannot be had holds up no retry", () =>
    Effect.gen(function* () {
      const http = sequence(() => reply(429, "", { "retry-after": "2" }), sent)
      const flow = { ...plain.flow, status: subscribable(stuck) }
      const fiber = yield* Effect.fork(Effect.provide(send, clientOf(http, { flow }, policy)))
      yield* TestClock.adjust("3 seconds")
      expect(yield* Fiber.join(fiber)).toMatchObject({ id: "3c1e" })
    })
  )

  it.effect("a deadline is held against round trips, and not against a login that was slow once", () =>
    Effect.gen(function* () {
      const acquire = Effect.delay(Effect.succeed({ accessToken: Redacted.make("t0ken-1") }), "1500 millis")
      const services = { flow: yield* FlowControl.make(), credentials: yield* Credentials.make({ acquire }) }
      const http = scripted(() => Effect.delay(Effect.sync(sent), "30 millis"))
      const hasty = RetryPolicy.with(send, RetryPolicy.make({ deadline: "500 millis" }))
      const fiber = yield* Effect.fork(
        Effect.provide(Effect.zipRight(send, Effect.either(hasty)), clientOf(http, services))
      )
      yield* TestClock.adjust("3 seconds")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "Right" })
    }).pipe(Effect.scoped)
  )

  it.effect("a wait that only the body tells holds for all, also where the header is no wait", () =>
    Effect.gen(function* () {
      const body = { message: "Rate limit exceeded the maximum. Retry the request in [42] seconds" }
      for (const headers of [{}, { "retry-after": "soon" }]) {
        const flow = yield* FlowControl.make()
        const http = sequence(() => json(429, body, headers))
        yield* Effect.provide(Effect.flip(send), clientOf(http, { flow }, RetryPolicy.none))
        expect((yield* flow.status.get).closedFor).toEqual(Duration.seconds(42))
      }
    }).pipe(Effect.scoped)
  )

  it.effect("a limit that is open refuses nobody, though the process was suspended meanwhile", () =>
    Effect.gen(function* () {
      const http = sequence(() => reply(429, "", { "retry-after": "20" }), sent)
      const error = yield* withSuspensions((suspend) =>
        Effect.gen(function* () {
          const client = clientOf(http, { flow: yield* FlowControl.make() })
          const first = yield* Effect.fork(Effect.provide(Effect.flip(send), client))
          yield* TestClock.adjust("5 seconds")
          yield* suspend(3_600_000)
          // all who listen hear that the limit is open
          expect(yield* Effect.provide(send, client)).toMatchObject({ id: "3c1e" })
          yield* TestClock.adjust("16 seconds")
          return yield* Fiber.join(first)
        }).pipe(Effect.scoped)
      )
      expect(error).toMatchObject({ _tag: "TransportError", reason: "DeadlineExceeded", priorOutcome: "Rejected" })
    })
  )

  const ofOperation = (seconds: number) => () =>
    reply(429, "", {
      "retry-after": String(seconds),
      "inin-ratelimit-count": "12",
      "inin-ratelimit-allowed": "300",
      "inin-ratelimit-reset": "30"
    })
  it.effect("a call that waits after a refusal of its own hears that its operation is closed for longer", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make()
      const http = scripted((_, n) =>
        n === 0
          ? Effect.delay(Effect.sync(ofOperation(10)), "100 millis")
          : Effect.delay(Effect.sync(ofOperation(600)), "1 second")
      )
      const client = clientOf(http, { flow }, RetryPolicy.make({ patience: "30 seconds" }))
      const first = yield* Effect.fork(Effect.provide(Effect.flip(send), client))
      yield* Effect.fork(Effect.provide(Effect.flip(send), client))
      yield* TestClock.adjust("1 second")
      expect(yield* Fiber.join(first)).toMatchObject({ _tag: "TooManyRequests", sent: false, attempts: 1 })
      expect((yield* flow.status.get).closures).toEqual([
        { operation: "postChatsRoomMessages", method: "POST", closedFor: Duration.minutes(5) }
      ])
    }).pipe(Effect.scoped)
  )

  for (const status of [429, 503]) {
    it.effect(`a call that waits after a ${status} hears that its client is closed`, () =>
      Effect.gen(function* () {
        const scope = yield* Scope.make()
        const flow = yield* Scope.extend(FlowControl.make(), scope)
        const http = sequence(() => reply(status, "", { "retry-after": "20" }))
        const fiber = yield* Effect.fork(Effect.provide(Effect.flip(send), clientOf(http, { flow })))
        yield* TestClock.adjust("1 second")
        yield* Scope.close(scope, Exit.void)
        const error = yield* Fiber.join(fiber)
        expect(error).toMatchObject({ _tag: "TransportError", reason: "Other", mayHaveArrived: false, attempts: 1 })
        expect(error.message).toContain("the client has been closed")
      })
    )
  }

  it.effect("a call that waits after a refusal of its own hears of a longer one at once", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make()
      const refused = (seconds: string, takes: Duration.DurationInput) =>
        Effect.delay(
          Effect.sync(() => reply(429, "", { "retry-after": seconds })),
          takes
        )
      // both are under way before one is refused
      const http = scripted((_, n) => (n === 0 ? refused("10", "1 millis") : refused("600", "1 second")))
      const client = clientOf(http, { flow }, RetryPolicy.make({ patience: "30 seconds" }))
      const first = yield* Effect.fork(Effect.provide(Effect.flip(send), client))
      const second = yield* Effect.fork(Effect.provide(Effect.flip(send), client))
      yield* TestClock.adjust("999 millis")
      expect(first.unsafePoll()).toBeNull()
      yield* TestClock.adjust("1 millis")
      const error = yield* Fiber.join(first)
      expect(error).toMatchObject({ _tag: "TooManyRequests", sent: false, attempts: 1, gaveUp: "hint beyond patience" })
      expect(error).toMatchObject({ operation: "postChatsRoomMessages", retryAfter: Duration.minutes(5) })
      expect(yield* Fiber.join(second)).toMatchObject({ retryAfter: Duration.minutes(10) })
    }).pipe(Effect.scoped)
  )

  it.effect("a caller that is interrupted goes at once, and leaves a permit behind that it had", () =>
    Effect.gen(function* () {
      const gate = yield* Effect.makeSemaphore(1)
      const waits = yield* Deferred.make<void>()
      const flow: Services["flow"] = {
        status,
        acquire: () =>
          Effect.as(Effect.zipRight(Deferred.succeed(waits, undefined), gate.take(1)), {
            ...free,
            release: gate.release(1)
          })
      }
      yield* gate.take(1)
      const waiting = yield* Effect.fork(Effect.provide(send, clientOf(sequence(sent), { flow })))
      yield* Deferred.await(waits)
      expect(Exit.isInterrupted(yield* Fiber.interrupt(waiting))).toBe(true)
      yield* gate.release(1)
      const never = scripted(() => Effect.never)
      const sending = yield* Effect.fork(Effect.provide(send, clientOf(never, { flow })))
      yield* TestClock.adjust(1)
      expect(never.requests).toHaveLength(1)
      expect(Exit.isInterrupted(yield* Fiber.interrupt(sending))).toBe(true)
      expect(yield* gate.take(1)).toBe(1)
    })
  )
})

describe("a permit", () => {
  const counting = () => {
    const ended = { released: 0, givenBack: 0 }
    const permit: FlowControl.Permit = {
      ...free,
      release: Effect.sync(() => ended.released++),
      giveBack: Effect.sync(() => ended.givenBack++)
    }
    return { ended, permit }
  }

  it.effect("is given back where nothing was sent, and released where something was", () =>
    Effect.gen(function* () {
      const { ended, permit } = counting()
      const flow: Services["flow"] = { status, acquire: () => Effect.succeed(permit) }
      const none = { ...plain.credentials, token: Effect.fail(noToken) }
      const failed = yield* Effect.flip(Effect.provide(send, clientOf(sequence(sent), { flow, credentials: none })))
      expect(failed._tag).toBe("CredentialsError")
      expect(ended).toEqual({ released: 0, givenBack: 1 })
      yield* Effect.provide(send, clientOf(sequence(sent), { flow }))
      expect(ended).toEqual({ released: 1, givenBack: 1 })
      const stalled = { ...plain.credentials, token: Effect.never }
      const hasty = RetryPolicy.make({ deadline: "1 second" })
      const late = yield* Effect.fork(
        Effect.flip(Effect.provide(send, clientOf(sequence(sent), { flow, credentials: stalled }, hasty)))
      )
      yield* TestClock.adjust("2 seconds")
      yield* Fiber.join(late)
      expect(ended).toEqual({ released: 1, givenBack: 2 })
    })
  )

  it.effect("that was granted as its caller was interrupted is given back", () =>
    Effect.gen(function* () {
      const { ended, permit } = counting()
      const acquire: Services["flow"]["acquire"] = ({ granted }) => {
        granted?.(permit)
        return Effect.never
      }
      const waiting = yield* Effect.fork(Effect.provide(send, clientOf(sequence(sent), { flow: { status, acquire } })))
      yield* TestClock.adjust(1)
      yield* Fiber.interrupt(waiting)
      expect(ended).toEqual({ released: 0, givenBack: 1 })
      const paced = FlowControl.withPermit(
        { operation: "getUsers", method: "GET", patience: Duration.minutes(1), timeLeft: Duration.infinity },
        () => Effect.void
      )
      const other = yield* Effect.fork(Effect.provideService(paced, FlowControl.FlowControl, { status, acquire }))
      yield* TestClock.adjust(1)
      yield* Fiber.interrupt(other)
      expect(ended).toEqual({ released: 0, givenBack: 2 })
      const used = Effect.provideService(paced, FlowControl.FlowControl, {
        status,
        acquire: () => Effect.succeed(permit)
      })
      yield* used
      expect(ended).toEqual({ released: 1, givenBack: 2 })
    })
  )
})

it.effect("a schedule of the user's that dies ends the retries, and costs no status", () =>
  Effect.gen(function* () {
    const dying = Schedule.map(Schedule.forever, (): number => {
      throw new Error("a bug in a schedule")
    })
    const policy = RetryPolicy.make({ serviceUnavailable: dying })
    const http = sequence(() => reply(503))
    const error = yield* Effect.flip(Effect.provide(send, clientOf(http, {}, policy)))
    expect(error).toMatchObject({ _tag: "ServiceUnavailable", attempts: 1 })
  }).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))
)

it.scoped(
  "a refusal whose headers say that there is room closes its operation alone, though the body says for how long",
  () =>
    Effect.gen(function* () {
      const headers = { "inin-ratelimit-count": "12", "inin-ratelimit-allowed": "300", "inin-ratelimit-reset": "0" }
      const body = { code: "too.many.requests", message: "Retry the request in [55] seconds" }
      const http = scripted(({ method }) => (method === "POST" ? json(429, body, headers) : json(200, {})))
      const client = clientOf(http, { flow: yield* FlowControl.make() }, RetryPolicy.none)
      expect((yield* Effect.flip(Effect.provide(send, client)))._tag).toBe("TooManyRequests")
      yield* Effect.provide(Chats.getChatsSettings(), client)
      expect(http.requests).toHaveLength(2)
    })
)

it.effect("what a call asks of its services is below its span", () =>
  Effect.gen(function* () {
    const above: Array<string> = []
    const token = Effect.zipRight(
      Effect.map(Effect.currentSpan, (span) => above.push(span.name)),
      plain.credentials.token
    )
    const credentials = { ...plain.credentials, token: Effect.orDie(token) }
    yield* Effect.provide(send, clientOf(sequence(sent), { credentials }))
    expect(above).toEqual(["chats.postChatsRoomMessages"])
  })
)

describe("outcome follows the phase", () => {
  const identity = { transformClient: (client: HttpClient.HttpClient) => client }

  it.effect("of a first call over fetch that never left, also where the client is transformed", () =>
    Effect.gen(function* () {
      const refuse: typeof globalThis.fetch = () => Promise.reject(failure("ECONNREFUSED", { syscall: "connect" }))
      const client = ChatsClient.layerWith(identity).pipe(
        Layer.provide(Credentials.layerToken(Redacted.make("t0ken-1"))),
        Layer.provide([Region.layer("eu-central-1"), RetryPolicy.layer(RetryPolicy.none)]),
        Layer.provide(FetchHttpClient.layer),
        Layer.provide(Layer.succeed(FetchHttpClient.Fetch, refuse))
      )
      const both = Effect.all([Effect.flip(send), Effect.flip(send)])
      const outcomes = (yield* Effect.provide(both, client)).map(ChatsError.outcome)
      expect(outcomes).toEqual(["NotSent", "NotSent"])
    })
  )

  it.effect("a first call over fetch leaves nothing behind, though the client cannot be interrupted", () =>
    Effect.gen(function* () {
      const counts = { begun: 0, ended: 0 }
      const counted = (client: HttpClient.HttpClient) =>
        HttpClient.transform(client, (request) =>
          Effect.uninterruptible(
            Effect.suspend(() => {
              counts.begun++
              return Effect.onExit(request, () => Effect.sync(() => counts.ended++))
            })
          )
        )
      const client = ChatsClient.layerWith({ transformClient: counted }).pipe(
        Layer.provide(Credentials.layerToken(Redacted.make("t0ken-1"))),
        Layer.provide([Region.layer("eu-central-1"), FetchHttpClient.layer]),
        Layer.provide(Layer.succeed(FetchHttpClient.Fetch, () => Promise.resolve(sent())))
      )
      yield* Effect.provide(send, client)
      yield* TestClock.adjust(1)
      expect(counts).toEqual({ begun: 2, ended: 2 })
    })
  )

  it.effect("of a request that waits in the transport until the deadline, also where the client is transformed", () =>
    Effect.gen(function* () {
      const waits = Effect.flatMap(Effect.serviceOption(RequestProgress), (progress) => {
        if (Option.isSome(progress)) progress.value.waiting()
        return Effect.never
      })
      const transport = sequence(sent, () => waits)
      const client = clientOver(transport, { ...identity, policy: RetryPolicy.make({ deadline: "1 second" }) })
      const both = Effect.zipRight(send, Effect.flip(send))
      const fiber = yield* Effect.fork(Effect.provide(both, client))
      yield* TestClock.adjust("2 seconds")
      expect(ChatsError.outcome(yield* Fiber.join(fiber))).toBe("NotSent")
    })
  )

  const policy = RetryPolicy.make({ deadline: "10 seconds", maxRetries: 1 })
  const errorAfter = (services: Partial<Services>, http = sequence(sent)) =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Effect.provide(Effect.flip(send), clientOf(http, services, policy)))
      yield* TestClock.adjust("1 minute")
      return yield* Fiber.join(fiber)
    })

  it.effect("no permit, no token, no time: nothing was sent", () =>
    Effect.gen(function* () {
      const refusals: ReadonlyArray<FlowControl.Refusal> = [
        { _tag: "TooLong", wait: Duration.minutes(5) },
        { _tag: "QueueFull", waiting: 7 },
        { _tag: "DeadlineTooNear" },
        { _tag: "Closed" }
      ]
      for (const refusal of refusals) {
        const error = yield* errorAfter({ flow: { acquire: () => Effect.fail(refusal), status } })
        expect([refusal._tag, ChatsError.outcome(error), error.attempts]).toEqual([refusal._tag, "NotSent", 0])
      }
      for (const flow of [{ acquire: () => Effect.never, status }]) {
        expect(ChatsError.outcome(yield* errorAfter({ flow }))).toBe("NotSent")
      }
      const noToken = yield* errorAfter({ credentials: { ...plain.credentials, token: Effect.never } })
      expect(ChatsError.outcome(noToken)).toBe("NotSent")
    })
  )

  it.effect("what a refusal ends after an attempt keeps that attempt's outcome", () =>
    Effect.gen(function* () {
      let n = 0
      const flow: Services["flow"] = {
        status,
        acquire: () => (n++ === 0 ? Effect.succeed(free) : Effect.fail({ _tag: "TooLong", wait: Duration.minutes(5) }))
      }
      const error = yield* errorAfter(
        { flow },
        sequence(() => reply(503))
      )
      expect(error).toMatchObject({ _tag: "TooManyRequests", attempts: 1, gaveUp: "hint beyond patience" })
      expect(ChatsError.outcome(error)).toBe("Unknown")
    })
  )

  it.effect("a token that comes when no round trip fits in any more: nothing was sent", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make()
      let wait = Duration.zero
      const credentials = {
        ...plain.credentials,
        token: Effect.suspend(() => Effect.delay(plain.credentials.token, wait))
      }
      const http = scripted(() => Effect.delay(Effect.sync(sent), "200 millis"))
      const client = clientOf(http, { credentials, flow }, policy)
      const first = yield* Effect.fork(Effect.provide(send, client))
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(first)
      wait = Duration.millis(9_900)
      const late = yield* Effect.fork(Effect.provide(Effect.flip(send), client))
      yield* TestClock.adjust("10 seconds")
      const error = yield* Fiber.join(late)
      expect(error).toMatchObject({ _tag: "TransportError", reason: "DeadlineExceeded", attempts: 0 })
      expect([ChatsError.outcome(error), http.requests.length]).toEqual(["NotSent", 1])
    }).pipe(Effect.scoped)
  )

  it.effect("a client that has been closed: nothing was sent, and it is not tried again", () =>
    Effect.gen(function* () {
      const http = sequence(sent)
      const services = Layer.mergeAll(
        Layer.succeed(Credentials.Credentials, plain.credentials),
        Region.layer("eu-central-1"),
        http.layer
      )
      const client = yield* Effect.provide(Effect.scoped(ChatsClient.make()), services)
      const error = yield* Effect.flip(Effect.provideService(send, ChatsClient.ChatsClient, client))
      expect(error).toMatchObject({ _tag: "TransportError", attempts: 0 })
      expect([ChatsError.outcome(error), http.requests.length]).toEqual(["NotSent", 0])
    })
  )

  it.effect("a transport that tells is heard of this request alone, and not of one for its token", () =>
    Effect.gen(function* () {
      const http = HttpClient.make((_, url) =>
        Effect.flatMap(Effect.serviceOption(RequestProgress), (progress) => {
          const isLogin = url.pathname === "/oauth/token"
          if (Option.isSome(progress)) isLogin ? progress.value.started() : progress.value.waiting()
          return Effect.never
        })
      )
      const login = Effect.flatMap(HttpClient.HttpClient, (client) => client.post("https://x.example/oauth/token"))
      // a source of one's own, and one that goes through ours
      const token = Effect.as(Effect.timeoutOption(login, "1 second"), Redacted.make("t0ken-1"))
      const ours = Credentials.make({
        acquire: Effect.map(Effect.orDie(token), (accessToken) => ({ accessToken }))
      })
      const own = Effect.map(Effect.context<HttpClient.HttpClient>(), (context) => ({
        token: Effect.orDie(Effect.provide(token, context)),
        invalidate: () => Effect.succeed(true)
      }))
      for (const credentials of [ours, own]) {
        const client = ChatsClient.layer.pipe(
          Layer.provide([Layer.scoped(Credentials.Credentials, credentials), Region.layer("eu-central-1")]),
          Layer.provide([Layer.succeed(HttpClient.HttpClient, http), RetryPolicy.layer(policy)])
        )
        const fiber = yield* Effect.fork(Effect.provide(Effect.flip(send), client))
        yield* TestClock.adjust("10 seconds")
        expect(yield* Fiber.join(fiber)).toMatchObject({ reason: "DeadlineExceeded", mayHaveArrived: false })
      }
    })
  )

  it.effect("what hangs at the deadline and cannot be interrupted holds no permit any more", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make({ maxConcurrency: 1 })
      const stuck = Effect.uninterruptible(Effect.never)
      yield* errorAfter({ flow, credentials: { ...plain.credentials, token: stuck } })
      yield* errorAfter(
        { flow },
        scripted(() => stuck)
      )
      expect(yield* flow.status.get).toMatchObject({ inFlight: 0, waiting: 0 })
      yield* Effect.provide(send, clientOf(sequence(sent), { flow }, policy))
    }).pipe(Effect.scoped)
  )

  it.effect("handed to a transport that does not tell, it may have been sent", () =>
    Effect.gen(function* () {
      expect(
        ChatsError.outcome(
          yield* errorAfter(
            {},
            scripted(() => Effect.never)
          )
        )
      ).toBe("Unknown")
    })
  )
})

describe("an error that holds a response is read as the response", () => {
  const strict = { transformClient: HttpClient.filterStatusOk }
  const through = (http: Scripted) =>
    ChatsClient.layerWith(strict).pipe(
      Layer.provide([Credentials.layerToken(Redacted.make("t0ken-1")), Region.layer("eu-central-1"), http.layer])
    )

  it.effect("HttpClient.filterStatusOk in front: the status decides, and what is retried", () =>
    Effect.gen(function* () {
      for (const [status, tag, requests] of [
        [404, "NotFound", 1],
        [302, "UnexpectedStatus", 1],
        [500, "InternalServerError", 1],
        [502, "UnexpectedStatus", 5],
        [503, "ServiceUnavailable", 5]
      ] as const) {
        const http = sequence(() => json(status, { code: "some.code" }))
        const fiber = yield* Effect.fork(Effect.provide(Effect.flip(send), through(http)))
        yield* TestClock.adjust("3 minutes")
        expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: tag, status, code: "some.code" })
        expect([status, http.requests.length]).toEqual([status, requests])
      }
    })
  )
})

describe("on the wire", () => {
  it.effect("User-Agent names the package, or what the program says", () =>
    Effect.gen(function* () {
      const http = sequence(sent)
      yield* Effect.provide(send, clientOf(http, {}))
      expect(http.requests[0]?.headers["user-agent"]).toMatch(/^effect-genesys-chats\/\d+\.\d+\.\d+/)
      const named = ChatsClient.layerWith({ userAgent: "acme-bot/1.2 (ops@acme.example)" }).pipe(
        Layer.provide([Credentials.layerToken(Redacted.make("t0ken-1")), Region.layer("eu-central-1"), http.layer])
      )
      yield* Effect.provide(send, named)
      expect(http.requests[1]?.headers["user-agent"]).toBe("acme-bot/1.2 (ops@acme.example)")
      for (const userAgent of ["", " a", "a\nb", "ä"]) {
        const exit = yield* Effect.exit(
          Effect.provide(
            send,
            ChatsClient.layerWith({ userAgent }).pipe(
              Layer.provide([
                Credentials.layerToken(Redacted.make("t0ken-1")),
                Region.layer("eu-central-1"),
                http.layer
              ])
            )
          )
        )
        expect(String(Exit.isFailure(exit) && Cause.squash(exit.cause))).toContain(
          "ChatsClient.make: userAgent must be printable ASCII"
        )
      }
    })
  )
})

describe("a service that no client takes up", () => {
  it.effect("is warned of once; one that a client has is not", () =>
    Effect.gen(function* () {
      const warnings: Array<string> = []
      const logger = Logger.replace(
        Logger.defaultLogger,
        Logger.make(({ logLevel, message }) => {
          if (logLevel._tag === "Warning") warnings.push(String(message))
        })
      )
      const beside = Layer.merge(clientOf(sequence(sent), {}), FlowControl.layer({ maxConcurrency: 2 }))
      yield* Effect.zipRight(send, send).pipe(Effect.provide(beside), Effect.provide(logger))
      expect(warnings).toEqual([
        "FlowControl is provided beside the ChatsClient and has no effect: provide it to the client's layer (Layer.provide)"
      ])
      const under = ChatsClient.layer.pipe(
        Layer.provideMerge(FlowControl.layer({ maxConcurrency: 2 })),
        Layer.provide([Credentials.layerToken(Redacted.make("t")), Region.layer("eu-central-1"), sequence(sent).layer])
      )
      yield* send.pipe(Effect.provide(under), Effect.provide(logger))
      expect(warnings).toHaveLength(1)
    })
  )
})

describe("what a program provides in code goes before its environment", () => {
  const environment = Layer.setConfigProvider(
    ConfigProvider.fromMap(
      new Map([
        ["GENESYS_CLOUD_REGION", "eu-central-1"],
        ["GENESYS_CLOUD_ACCESS_TOKEN", "of-the-environment"],
        ["GENESYS_CLOUD_MAX_RETRIES", "2"]
      ])
    )
  )
  const requestsUnder = (http: Scripted, provided: Layer.Layer<never> | Layer.Layer<RetryPolicy.RetryPolicy>) =>
    Effect.gen(function* () {
      const live = ChatsClient.layerConfig.pipe(
        Layer.provide(provided),
        Layer.provide(http.layer),
        Layer.provide(environment)
      )
      const fiber = yield* Effect.fork(Effect.provide(Effect.exit(send), live))
      yield* TestClock.adjust("3 minutes")
      yield* Fiber.join(fiber)
      return http.requests
    })

  it.effect("a RetryPolicy, Credentials and a Region", () =>
    Effect.gen(function* () {
      const failing = () => sequence(() => reply(504))
      expect(yield* requestsUnder(failing(), Layer.empty)).toHaveLength(3)
      expect(yield* requestsUnder(failing(), RetryPolicy.layer(RetryPolicy.atMostOnce))).toHaveLength(1)
      const given = Layer.merge(Credentials.layerToken(Redacted.make("of-the-code")), Region.layer("us-east-1"))
      const http = sequence(sent)
      const live = ChatsClient.layerConfig.pipe(
        Layer.provide(given),
        Layer.provide(http.layer),
        Layer.provide(environment)
      )
      yield* Effect.provide(send, live)
      expect(http.requests[0]?.url.host).toBe("api.mypurecloud.com")
      expect(http.requests[0]?.headers["authorization"]).toBe("Bearer of-the-code")
    })
  )
})
