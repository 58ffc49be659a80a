import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import * as TestClock from "effect/TestClock"
import { type ChatsError, Credentials, Region } from "effect-genesys-chats"
import { type Answer, failure, json, reply, type Scripted } from "../utils/http.js"
import { inVirtualTime, withDateThatJumps } from "../utils/virtualTime.js"
import { bearers, clientId, clientSecret, getRoom, live, logins, many, services } from "./services.js"

const ok = (n: number) => json(200, { access_token: `token-${n}`, expires_in: 3600 })
const limited = () => json(400, { error: "invalid_request", error_description: "rate limit exceeded; try later" })
const value = Effect.map(Redacted.value<string>)

/** The token service over a scripted login, and nothing else. */
const over = <A, E>(http: Scripted, use: (credentials: Credentials.Service) => Effect.Effect<A, E>, grant = patient) =>
  Effect.provide(Effect.flatMap(Credentials.Credentials, use), live(http, grant))

const patient = Credentials.layerClientCredentials({ clientId, clientSecret })

/** Asks again and again for so many seconds, ten times a second; gives the failures. */
const keepAsking = (seconds: number, { token }: Credentials.Service) =>
  Effect.gen(function* () {
    const failures = yield* Ref.make<ReadonlyArray<ChatsError.CredentialsError>>([])
    const ask = Effect.catchAll(token, (error) => Ref.update(failures, (all) => [...all, error]))
    for (let i = 0; i < seconds * 10; i++) {
      yield* Effect.fork(ask)
      yield* Effect.sleep("100 millis")
    }
    return yield* Ref.get(failures)
  })

describe("a machine's clock that jumps", () => {
  for (const jump of [-3_600_000, 3_600_000, -30 * 86_400_000]) {
    it.scoped(`by ${jump / 60_000} minutes changes nothing`, () =>
      Effect.gen(function* () {
        const http = services(ok)
        yield* withDateThatJumps((jumpBy) =>
          over(http, ({ token }) =>
            Effect.gen(function* () {
              expect(yield* value(token)).toBe("token-1")
              yield* jumpBy(jump)
              yield* TestClock.adjust("50 minutes")
              expect(yield* value(token)).toBe("token-1")
              expect(logins(http)).toHaveLength(1)
              yield* TestClock.adjust("10 minutes")
              expect(yield* value(token)).toBe("token-2")
            })
          )
        )
      })
    )
  }
})

describe("a token out of a store, half used", () => {
  const day = Duration.hours(24)
  const stored = (left: Duration.DurationInput) => {
    let runs = 0
    const acquire = Effect.sync(() => ({
      accessToken: Redacted.make(`t${++runs}`),
      expiresIn: day,
      age: runs === 1 ? Duration.subtract(day, Duration.decode(left)) : Duration.zero
    }))
    return { acquire, runs: () => runs }
  }

  it.scoped("is renewed as early as a whole one: 5 minutes before its end", () =>
    Effect.gen(function* () {
      const { acquire, runs } = stored("20 minutes")
      const { token } = yield* Credentials.make({ acquire })
      yield* token
      yield* TestClock.adjust("899 seconds")
      yield* token
      expect(runs()).toBe(1)
      yield* TestClock.adjust("1 second")
      expect(yield* value(token)).toBe("t1")
      yield* TestClock.adjust(0)
      expect(yield* value(token)).toBe("t2")
    })
  )

  it.scoped("and in its last minutes does not make the store be asked at each call", () =>
    Effect.gen(function* () {
      let runs = 0
      const acquire = Effect.sync(() => {
        runs++
        return { accessToken: Redacted.make("t"), expiresIn: day, age: Duration.subtract(day, "4 minutes") }
      })
      const credentials = yield* Credentials.make({ acquire })
      yield* inVirtualTime(keepAsking(20, credentials))
      expect(runs).toBeLessThanOrEqual(5)
    })
  )
})

describe("a login that stalls", () => {
  it.effect("is given up for another, for all who wait; interrupting the first of them fails nobody", () =>
    Effect.gen(function* () {
      const http = services((n) => (n === 1 ? Effect.never : ok(n)))
      const first = yield* Deferred.make<Fiber.Fiber<unknown, unknown>>()
      yield* over(http, ({ token }) =>
        Effect.gen(function* () {
          yield* Deferred.succeed(first, yield* Effect.fork(token))
          yield* Effect.yieldNow()
          const rest = yield* Effect.fork(many(50, value(token)))
          yield* TestClock.adjust("5 seconds")
          yield* Effect.flatMap(Deferred.await(first), Fiber.interrupt)
          yield* TestClock.adjust("5 seconds")
          expect(yield* Fiber.join(rest)).toEqual(Array(50).fill("token-2"))
          expect(logins(http)).toHaveLength(2)
        })
      )
    })
  )

  it.effect("and that nobody waits for any longer is interrupted, and not begun again", () =>
    Effect.gen(function* () {
      let interrupted = 0
      const stalls = Effect.onInterrupt(Effect.never, () => Effect.sync(() => interrupted++))
      const http = services((n) => (n === 1 ? stalls : ok(n)))
      yield* over(http, ({ token }) =>
        Effect.gen(function* () {
          const callers = yield* Effect.fork(many(3, token))
          yield* TestClock.adjust("1 second")
          yield* Fiber.interrupt(callers)
          yield* Effect.yieldNow()
          expect(interrupted).toBe(1)
          yield* TestClock.adjust("40 seconds")
          expect(logins(http)).toHaveLength(1)
          // it was no failure: nobody is told of one
          expect(yield* value(token)).toBe("token-2")
        })
      )
    })
  )

  it.effect("again for callers who leave soon is kept the second time, but not begun a third time for nobody", () =>
    Effect.gen(function* () {
      const http = services(() => Effect.never)
      yield* inVirtualTime(
        over(http, ({ token }) =>
          Effect.gen(function* () {
            for (let i = 0; i < 2; i++) yield* Effect.timeoutOption(token, "1 second")
            yield* Effect.sleep("1 minute")
            expect(logins(http)).toHaveLength(2)
          })
        )
      )
    })
  )

  it.effect("for longer than callers are patient comes to its end all the same", () =>
    Effect.gen(function* () {
      const http = services((n) => Effect.delay(Effect.succeed(ok(n)), "3 seconds"))
      yield* inVirtualTime(
        over(http, ({ token }) =>
          Effect.gen(function* () {
            const ask = Effect.timeoutOption(value(token), "1 second")
            for (let i = 0; i < 4; i++) expect(yield* ask).toEqual(Option.none())
            expect(yield* ask).toEqual(Option.some("token-2"))
            expect(logins(http)).toHaveLength(2)
          })
        )
      )
    })
  )

  it.scoped("and cannot be interrupted is no run beside another, though its caller has gone", () =>
    Effect.gen(function* () {
      let running = 0
      let most = 0
      const run = Effect.suspend(() => {
        most = Math.max(most, ++running)
        return Effect.as(Effect.sleep("3 seconds"), { accessToken: Redacted.make("t") })
      })
      const acquire = Effect.uninterruptible(
        Effect.ensuring(
          run,
          Effect.sync(() => running--)
        )
      )
      const { token } = yield* Credentials.make({ acquire })
      const first = yield* Effect.fork(token)
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(first)
      const second = yield* Effect.fork(value(token))
      yield* TestClock.adjust("5 seconds")
      expect(yield* Fiber.join(second)).toBe("t")
      expect(most).toBe(1)
    })
  )

  it.effect("ahead of time is nobody's call, and goes on", () =>
    Effect.gen(function* () {
      const http = services((n) => (n === 2 ? Effect.never : ok(n)))
      yield* over(http, ({ token }) =>
        Effect.gen(function* () {
          yield* token
          yield* TestClock.adjust("56 minutes")
          expect(yield* value(token)).toBe("token-1")
          yield* TestClock.adjust("10 seconds")
          expect(yield* value(token)).toBe("token-3")
        })
      )
    })
  )

  it.scoped("is bounded though it cannot be interrupted, in a source of one's own and at its disposal", () =>
    Effect.gen(function* () {
      let runs = 0
      const acquire = Effect.suspend(() =>
        ++runs < 3 ? Effect.uninterruptible(Effect.never) : Effect.succeed({ accessToken: Redacted.make("t") })
      )
      const program = Effect.scoped(Effect.flatMap(Credentials.make({ acquire }), ({ token }) => value(token)))
      const fiber = yield* Effect.fork(program)
      yield* TestClock.adjust("20 seconds")
      // the two that hang are waited for, but not for ever
      yield* TestClock.adjust("10 seconds")
      expect(yield* Fiber.join(fiber)).toBe("t")
    })
  )

  it.effect("after a refusal keeps what was known", () =>
    Effect.gen(function* () {
      const http = services((n) => (n === 1 ? json(503, { error: "down_for_now" }) : Effect.never))
      const fiber = yield* Effect.fork(over(http, ({ token }) => Effect.flip(token)))
      yield* TestClock.adjust("30 seconds")
      const error = yield* Fiber.join(fiber)
      expect(error).toMatchObject({ reason: "Timeout", status: 503, code: "down_for_now" })
      expect(error.message).toContain("503")
    })
  )

  it.effect("without an end lets nobody wait when the layer is closed", () =>
    Effect.gen(function* () {
      const waiter = yield* Effect.scoped(
        Effect.gen(function* () {
          const credentials = yield* Credentials.make({ acquire: Effect.never })
          return yield* Effect.forkDaemon(Effect.flip(credentials.token))
        }).pipe(Effect.tap(() => Effect.yieldNow()))
      )
      expect(yield* Fiber.join(waiter)).toMatchObject({ _tag: "CredentialsError", reason: "Other" })
    })
  )

  it.scoped("that dies is a defect of those who wait, and not the end: it is asked again after a while", () =>
    Effect.gen(function* () {
      let runs = 0
      const acquire = Effect.suspend(() =>
        ++runs <= 2 ? Effect.die("a bug") : Effect.succeed({ accessToken: Redacted.make("t") })
      )
      const { token } = yield* Credentials.make({ acquire })
      const defect = Effect.map(
        Effect.exit(token),
        (exit) => Exit.isFailure(exit) && Option.getOrUndefined(Cause.dieOption(exit.cause))
      )
      for (let i = 0; i < 50; i++) expect(yield* defect).toBe("a bug")
      expect(runs).toBe(1)
      yield* TestClock.adjust("1300 millis")
      for (let i = 0; i < 50; i++) expect(yield* defect).toBe("a bug")
      expect(runs).toBe(2)
      yield* TestClock.adjust("3 seconds")
      expect(yield* value(token)).toBe("t")
    })
  )

  it.scoped("that interrupts itself interrupts nobody else", () =>
    Effect.gen(function* () {
      let runs = 0
      const { token } = yield* Credentials.make({
        acquire: Effect.suspend(() => {
          runs++
          return Effect.interrupt
        })
      })
      for (let i = 0; i < 10; i++) expect(yield* Effect.flip(token)).toMatchObject({ reason: "Other" })
      expect(runs).toBe(1)
    })
  )
})

describe("a login that is asked for again in a moment", () => {
  const http = () => services((n) => (n === 1 ? reply(503) : ok(n)))
  const leaveInPause = (token: Credentials.Service["token"]) => Effect.timeoutOption(token, "500 millis")

  it.effect("is not where nobody waits for it", () =>
    Effect.gen(function* () {
      const service = http()
      yield* inVirtualTime(over(service, ({ token }) => Effect.zipRight(leaveInPause(token), Effect.sleep("1 minute"))))
      expect(logins(service)).toHaveLength(1)
    })
  )

  it.effect("is no sooner for who comes in the meantime, and that one is not told of the failure", () =>
    Effect.gen(function* () {
      const service = http()
      yield* inVirtualTime(
        over(service, ({ token }) =>
          Effect.gen(function* () {
            yield* leaveInPause(token)
            expect(yield* value(token)).toBe("token-2")
          })
        )
      )
      const [first, second] = logins(service)
      expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1000)
    })
  )
})

describe("a source of what is no token", () => {
  for (const [what, odd] of [
    ["null", null],
    ["nothing", undefined],
    ["a token in plain text", { accessToken: "abc" }],
    ["a life that is none", { accessToken: Redacted.make("t"), expiresIn: "soon" }]
  ] as const) {
    it.scoped(`${what}: is asked as seldom as one that dies, and its defect is what callers get`, () =>
      Effect.gen(function* () {
        let asked = 0
        const acquire = Effect.sync(() => {
          asked++
          const given: unknown = odd
          return given as Credentials.Token
        })
        const { token } = yield* Credentials.make({ acquire })
        for (let i = 0; i < 100; i++) {
          const exit = yield* Effect.exit(token)
          expect(Exit.isFailure(exit) && Option.isSome(Cause.dieOption(exit.cause))).toBe(true)
          yield* Effect.sleep("100 millis")
        }
        // at 0, 1, 3 and 7 seconds
        expect(asked).toBeLessThanOrEqual(4)
      }).pipe(inVirtualTime)
    )
  }
})

it.scoped("a source that dies beside something that goes on is told of as what it is, to its first caller too", () =>
  Effect.gen(function* () {
    const acquire = Effect.all([Effect.dieMessage("a bug"), Effect.never], { concurrency: "unbounded", discard: true })
    const { token } = yield* Credentials.make({ acquire: Effect.zipRight(acquire, Effect.never) })
    for (const exit of [yield* Effect.exit(token), yield* Effect.exit(token)]) {
      expect(Exit.isFailure(exit) && Cause.isDie(exit.cause)).toBe(true)
    }
  })
)

it.scoped("a login that cannot be interrupted comes to its end over fetch, and is made once", () =>
  Effect.gen(function* () {
    let logins = 0
    const fetch: typeof globalThis.fetch = async () => {
      logins++
      return ok(logins)
    }
    const acquire = Effect.uninterruptible(Credentials.clientCredentials({ clientId, clientSecret }))
    const { token } = yield* Effect.provide(
      Credentials.make({ acquire }),
      Layer.provideMerge(FetchHttpClient.layer, Layer.succeed(FetchHttpClient.Fetch, fetch)).pipe(
        Layer.merge(Region.layer("eu-central-1"))
      )
    )
    expect(yield* value(token)).toBe("token-1")
    expect(logins).toBe(1)
  })
)

describe("a login that keeps failing", () => {
  const refusals: ReadonlyArray<readonly [what: string, answer: () => Answer]> = [
    ["invalid client", () => json(401, { error: "invalid_client" })],
    ["invalid grant", () => json(400, { error: "invalid_grant" })],
    ["down", () => reply(503)],
    ["no connection", () => Effect.fail(failure("ECONNREFUSED", { syscall: "connect" }))],
    ["no token in the reply", () => json(200, {})],
    ["limited without a hint", limited]
  ]
  for (const [what, answer] of refusals) {
    it.effect(`${what}: is asked less and less often, once a minute in the end`, () =>
      Effect.gen(function* () {
        const http = services(answer)
        const errors = yield* inVirtualTime(over(http, (credentials) => keepAsking(240, credentials)))
        const times = logins(http).map(({ at }) => at)
        const gaps = times.slice(1).map((at, i) => at - (times[i] ?? 0))
        // 0, 1, 3, 7, 15, 31, 63, 111, 159, 207 seconds, and up to a quarter more
        expect(times.length).toBeGreaterThanOrEqual(8)
        expect(times.length).toBeLessThanOrEqual(10)
        gaps.forEach((gap, i) => {
          expect(gap).toBeGreaterThanOrEqual(Math.min(48_000, 1000 * 2 ** i))
          expect(gap).toBeLessThanOrEqual(61_000)
        })
        // all others were told at once
        expect(errors.length).toBeGreaterThan(2300)
        expect(new Set(errors.map(({ reason, status }) => `${reason} ${status}`)).size).toBe(1)
      })
    )
  }

  for (const [what, answer] of [
    ["429 with Retry-After: 60", () => reply(429, "", { "retry-after": "60" })],
    ["503 with Retry-After: 60", () => reply(503, "", { "retry-after": "60" })],
    [
      "400 that names the time",
      () => json(400, { error: "invalid_request", error_description: "rate limit exceeded; retry in 60 seconds" })
    ],
    ["400 that says so as its code", () => json(400, { error: "rate limit exceeded: retry in 60 seconds" })],
    ["400 in plain text", () => reply(400, "Rate limit exceeded. Retry in 60 seconds.")]
  ] as const) {
    it.effect(`${what}: one request a permitted time, for 50 callers`, () =>
      Effect.gen(function* () {
        const http = services(answer)
        const errors = yield* over(http, ({ token }) =>
          Effect.gen(function* () {
            const all: Array<ChatsError.CredentialsError> = []
            for (let i = 0; i < 30; i++) {
              all.push(...(yield* many(50, Effect.flip(token))))
              yield* TestClock.adjust("10 seconds")
            }
            return all
          })
        )
        expect(errors).toHaveLength(1500)
        expect(logins(http).length).toBeGreaterThanOrEqual(4)
        expect(logins(http).length).toBeLessThanOrEqual(5)
        // what is left of the wait
        const second = errors[50]?.retryAfter ?? Duration.zero
        expect(Duration.toSeconds(second)).toBeGreaterThanOrEqual(50)
        expect(Duration.toSeconds(second)).toBeLessThanOrEqual(51)
      })
    )
  }

  it.effect("with a hint of days is asked again after ten minutes", () =>
    Effect.gen(function* () {
      const http = services((n) => (n === 1 ? reply(429, "", { "retry-after": "999999" }) : ok(n)))
      yield* over(http, ({ token }) =>
        Effect.gen(function* () {
          expect(yield* Effect.flip(token)).toMatchObject({ retryAfter: Duration.seconds(999_999) })
          yield* TestClock.adjust("599 seconds")
          yield* Effect.flip(token)
          yield* TestClock.adjust("2 seconds")
          expect(yield* value(token)).toBe("token-2")
        })
      )
    })
  )

  it.effect("begins anew after a success", () =>
    Effect.gen(function* () {
      const http = services((n) => (n === 4 ? ok(n) : json(401, { error: "invalid_client" })))
      yield* inVirtualTime(
        over(http, (credentials) =>
          Effect.gen(function* () {
            yield* keepAsking(10, credentials)
            expect(yield* value(credentials.token)).toBe("token-4")
            yield* credentials.invalidate(Redacted.make("token-4"))
            yield* Effect.flip(credentials.token)
            yield* Effect.sleep("1250 millis")
            yield* Effect.flip(credentials.token)
            expect(logins(http)).toHaveLength(6)
          })
        )
      )
    })
  )

  it.effect("ahead of time is not felt, and backs off as any other", () =>
    Effect.gen(function* () {
      const http = services((n) => (n === 1 ? ok(n) : json(401, { error: "invalid_client" })))
      yield* inVirtualTime(
        over(http, (credentials) =>
          Effect.gen(function* () {
            yield* credentials.token
            yield* Effect.sleep("56 minutes")
            expect(yield* keepAsking(120, credentials)).toEqual([])
            // 0, 1, 3, 7, 15, 31, 63 and 111 seconds, and up to a quarter more
            expect(logins(http).length).toBeGreaterThanOrEqual(8)
            expect(logins(http).length).toBeLessThanOrEqual(9)
          })
        )
      )
    })
  )
})

describe("an API that refuses every token", () => {
  it.effect("costs ten logins, then one a second", () =>
    Effect.gen(function* () {
      const http = services(ok, () => reply(401))
      const program = Effect.gen(function* () {
        for (let i = 0; i < 100; i++) expect(yield* Effect.flip(getRoom)).toMatchObject({ _tag: "Unauthorized" })
        expect(logins(http).length).toBeLessThanOrEqual(11)
        yield* TestClock.adjust("1 second")
        yield* Effect.flip(getRoom)
        yield* Effect.flip(getRoom)
        expect(logins(http).length).toBeLessThanOrEqual(12)
      })
      yield* Effect.provide(program, live(http))
      expect(bearers(http).length).toBeGreaterThan(100)
    })
  )
})

describe("a source that is told which token was refused", () => {
  it.scoped("need not give that one again", () =>
    Effect.gen(function* () {
      const told: Array<string | undefined> = []
      const acquire = ({ refused }: Credentials.AcquireContext) =>
        Effect.sync(() => {
          told.push(Option.getOrUndefined(Option.map(refused, Redacted.value)))
          return { accessToken: Redacted.make(`t${told.length}`) }
        })
      const { invalidate, token } = yield* Credentials.make({ acquire })
      yield* invalidate(yield* token)
      yield* invalidate(yield* token)
      yield* token
      expect(told).toEqual([undefined, "t1", "t2"])
    })
  )

  it.scoped("is asked again where just that token was on its way", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      let runs = 0
      const acquire = ({ refused }: Credentials.AcquireContext) =>
        Effect.suspend(() => {
          const n = ++runs
          const given = Option.isSome(refused) ? "new" : "old"
          const token = { accessToken: Redacted.make(given), expiresIn: Duration.hours(1) }
          return n === 2 ? Effect.as(Deferred.await(gate), token) : Effect.succeed(token)
        })
      const { invalidate, token } = yield* Credentials.make({ acquire })
      yield* token
      yield* TestClock.adjust("56 minutes")
      // a renewal ahead of time reads the old one out of the store, and is slow
      yield* token
      yield* Effect.yieldNow()
      yield* invalidate(Redacted.make("old"))
      const waiting = yield* Effect.fork(value(token))
      yield* Deferred.succeed(gate, undefined)
      expect(yield* Fiber.join(waiting)).toBe("new")
    })
  )
})

describe("one interface", () => {
  const wraps: ReadonlyArray<readonly [how: string, wrap: (service: Credentials.Service) => Credentials.Service]> = [
    ["a spread", (service) => ({ ...service, token: other })],
    ["Object.create", (service) => Object.create(service, { token: { value: other } })],
    [
      "a Proxy",
      (service) => new Proxy(service, { get: (target, key) => Reflect.get({ ...target, token: other }, key) })
    ]
  ]
  const other = Effect.succeed(Redacted.make("other"))
  for (const [how, wrap] of wraps) {
    it.effect(`a token overridden by ${how} is what calls use`, () =>
      Effect.gen(function* () {
        const http = services(ok)
        const program = Effect.gen(function* () {
          yield* getRoom
          const credentials = yield* Credentials.Credentials
          expect(Reflect.ownKeys(credentials)).toEqual(["status", "token", "invalidate", "measureFor"])
          return wrap(credentials)
        })
        const wrapped = yield* Effect.provide(program, live(http))
        expect(yield* value(wrapped.token)).toBe("other")
      })
    )
  }
})
