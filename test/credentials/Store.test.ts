import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import { Chats, Credentials, Region } from "effect-genesys-chats"
import { type Answer, json, type Received, reply, type Scripted } from "../utils/http.js"
import { allShown } from "../utils/secrets.js"
import { clientId, live, logins, many, services } from "./services.js"

const secret = "s3cr/ET+0987654321"
const clientSecret = Redacted.make(secret)
const ok = (n: number) => json(200, { access_token: `token-number-${n}`, expires_in: 3600 })
const slow = (n: number): Answer =>
  Effect.delay(
    Effect.sync(() => ok(n)),
    "2 seconds"
  )
const value = Effect.map(Redacted.value<string>)

/** One process: its own layers over the login service and the store that all have in common. */
const process = (http: Scripted, store: Credentials.StoreService, grant = { clientId, clientSecret }) =>
  Effect.map(
    Layer.build(
      Credentials.layerClientCredentials(grant).pipe(
        Layer.provide(Layer.succeed(Credentials.Store, store)),
        Layer.provide(Layer.merge(Region.layer("eu-central-1"), http.layer))
      )
    ),
    (context) => Layer.succeedContext(context)
  ).pipe(Effect.flatMap((layer) => Effect.provide(Credentials.Credentials, layer)))

const fleet = (n: number, http: Scripted, store: Credentials.StoreService) =>
  Effect.all(Array.from({ length: n }, () => process(http, store)))

/** Web Crypto answers in real time: the test's clock goes on step by step until all is over. */
const over = <A, E, R>(program: Effect.Effect<A, E, R>, atMost: Duration.DurationInput = "1 minute") =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(program)
    for (let left = Duration.toMillis(atMost); left > 0; left -= 100) {
      yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 1)))
      if (Option.isSome(yield* Fiber.poll(fiber))) break
      yield* TestClock.adjust("100 millis")
    }
    return yield* Fiber.join(fiber)
  })

const hung: Credentials.StoreService = {
  get: () => Effect.never,
  set: () => Effect.never,
  tryLock: () => Effect.never,
  unlock: () => Effect.never
}

it.effect("a lock in memory is its owner's until that unlocks it, or its time is over", () =>
  Effect.gen(function* () {
    const store = yield* Credentials.Store
    const lock = (owner: string) => store.tryLock("key", owner, Duration.seconds(10))
    expect(yield* lock("one")).toBe(true)
    yield* store.unlock("key", "other")
    expect(yield* lock("other")).toBe(false)
    yield* store.unlock("key", "one")
    expect(yield* lock("other")).toBe(true)
    yield* TestClock.adjust("10 seconds")
    expect(yield* lock("one")).toBe(true)
  }).pipe(Effect.provide(Credentials.storeMemory))
)

describe("a fleet with a store", () => {
  it.scoped("of 4 processes with 100 callers each logs in once, at its start and at the token's end", () =>
    Effect.gen(function* () {
      const http = services(slow)
      const processes = yield* fleet(4, http, yield* Credentials.makeStoreMemory)
      const all = Effect.all(
        processes.map(({ token }) => many(100, value(token))),
        { concurrency: "unbounded" }
      )
      expect(new Set((yield* over(all)).flat())).toEqual(new Set(["token-number-1"]))
      expect(logins(http)).toHaveLength(1)
      yield* TestClock.adjust("1 hour")
      expect(new Set((yield* over(all)).flat())).toEqual(new Set(["token-number-2"]))
      expect(logins(http)).toHaveLength(2)
    })
  )

  it.scoped("logs in once after a 401, whoever was refused", () =>
    Effect.gen(function* () {
      const http = services(slow)
      const processes = yield* fleet(4, http, yield* Credentials.makeStoreMemory)
      yield* over(Effect.all(processes.map(({ token }) => token)))
      const replaced = Effect.forEach(
        processes,
        ({ invalidate, token }) => Effect.zipRight(invalidate(Redacted.make("token-number-1")), value(token)),
        { concurrency: "unbounded" }
      )
      expect(yield* over(replaced)).toEqual(Array(4).fill("token-number-2"))
      expect(logins(http)).toHaveLength(2)
    })
  )

  it.scoped("fails no call though the token that the store has is as dead as the one that was refused", () =>
    Effect.gen(function* () {
      const dead = new Set<string>()
      const isDead = ({ headers }: Received) => dead.has((headers["authorization"] ?? "").replace("Bearer ", ""))
      const http = services(ok, (request) => (isDead(request) ? json(401, { status: 401 }) : json(200, {})))
      const store = Layer.succeed(Credentials.Store, yield* Credentials.makeStoreMemory)
      const client = Layer.build(
        live(http, Layer.provide(Credentials.layerClientCredentials({ clientId, clientSecret }), store))
      )
      const [first, second] = [yield* client, yield* client]
      const calls = (context: Effect.Effect.Success<typeof client>, n: number) =>
        over(many(n, Effect.provide(Effect.exit(Chats.getChatsSettings()), context)))
      yield* calls(first, 1)
      yield* calls(second, 1)
      // the first renews it ahead of time, and the second has not heard of that
      yield* TestClock.adjust("56 minutes")
      yield* calls(first, 1)
      yield* over(Effect.sleep("5 seconds"))
      expect(logins(http)).toHaveLength(2)
      for (const n of [1, 2]) dead.add(`token-number-${n}`)
      expect((yield* calls(second, 20)).filter(Exit.isFailure)).toEqual([])
      expect((yield* calls(first, 20)).filter(Exit.isFailure)).toEqual([])
      expect(logins(http)).toHaveLength(3)
      // where every token is refused, a call is sent once more for each that it can try
      for (const n of Array.from({ length: 20 }, (_, i) => i)) dead.add(`token-number-${n}`)
      const before = http.requests.length
      expect((yield* calls(second, 1)).map(Exit.isFailure)).toEqual([true])
      expect(http.requests.length - before).toBeLessThanOrEqual(5)
    })
  )

  it.scoped("renews a token ahead of time once, and goes on with the old one meanwhile", () =>
    Effect.gen(function* () {
      const http = services(slow)
      const store = yield* Credentials.makeStoreMemory
      const processes = yield* fleet(3, http, store)
      const all = Effect.all(processes.map(({ token }) => value(token)))
      yield* over(all)
      yield* TestClock.adjust("56 minutes")
      expect(yield* all).toEqual(Array(3).fill("token-number-1"))
      yield* over(Effect.sleep("10 seconds"))
      yield* over(all)
      yield* over(Effect.sleep("10 seconds"))
      expect(yield* over(all)).toEqual(Array(3).fill("token-number-2"))
      expect(logins(http)).toHaveLength(2)
    })
  )

  it.scoped("heeds the limit of the token endpoint as one", () =>
    Effect.gen(function* () {
      const http = services(() => reply(429, "", { "retry-after": "60" }))
      const processes = yield* fleet(4, http, yield* Credentials.makeStoreMemory)
      const errors = yield* over(
        Effect.all(
          processes.map(({ token }) => Effect.flip(token)),
          { concurrency: "unbounded" }
        )
      )
      expect(errors.map(({ reason, status }) => `${reason} ${status}`)).toEqual(Array(4).fill("RateLimited 429"))
      expect(logins(http)).toHaveLength(1)
    })
  )

  it.scoped("whose lock is held by a dead process waits no longer than the lock lives", () =>
    Effect.gen(function* () {
      const http = services((n) => (n === 1 ? Effect.never : ok(n)))
      const store = yield* Credentials.makeStoreMemory
      const [first, second] = yield* fleet(2, http, { ...store, unlock: () => Effect.void })
      const dead = yield* Effect.fork(first?.token ?? Effect.never)
      yield* over(Effect.sleep("1 second"))
      yield* Fiber.interrupt(dead)
      expect(yield* over(value(second?.token ?? Effect.never))).toBe("token-number-2")
    })
  )

  it.scoped("keeps nothing that a reader of the store could use, and takes nothing that others put there", () =>
    Effect.gen(function* () {
      const store = yield* Credentials.makeStoreMemory
      const kept: Array<string> = []
      const spied: Credentials.StoreService = {
        ...store,
        set: (key, text, time) =>
          Effect.zipRight(
            Effect.sync(() => kept.push(key, text)),
            store.set(key, text, time)
          )
      }
      const http = services(ok)
      const { token } = yield* process(http, spied)
      expect(yield* over(value(token))).toBe("token-number-1")
      expect(kept).toHaveLength(2)
      for (const text of [...kept, ...kept.map(atob64)]) {
        for (const one of ["token-number", secret, `${clientId}:`]) expect(text).not.toContain(one)
      }
      // a harmed entry, and one of another client or secret
      yield* store.set(kept[0] ?? "", `v1.${btoa("x".repeat(64))}`, Duration.hours(1))
      expect(yield* over(value((yield* process(http, spied)).token))).toBe("token-number-2")
      const others = { clientId, clientSecret: Redacted.make("another secret") }
      expect(yield* over(value((yield* process(http, spied, others)).token))).toBe("token-number-3")
      expect(new Set(kept.filter((_, i) => i % 2 === 0)).size).toBe(2)
    })
  )
})

const atob64 = (text: string): string => Buffer.from(text.replace(/^v1\./, ""), "base64").toString("latin1")

describe("a store that is away", () => {
  const down = () => new Credentials.StoreError({ message: "connection refused" })
  const stores: ReadonlyArray<readonly [how: string, store: Credentials.StoreService]> = [
    ["hung", hung],
    ["hung beyond interruption", { ...hung, get: () => Effect.uninterruptible(Effect.never) }],
    ["down", { get: down, set: down, tryLock: down, unlock: down }],
    ["broken", { ...hung, get: () => Effect.die("a bug") }],
    ["broken in what it has", { ...hung, get: () => Effect.succeed(JSON.parse("[]")) }],
    ["hung from the lock on", { ...hung, get: () => Effect.succeedNone }],
    ["hung from the reply on", { ...hung, get: () => Effect.succeedNone, tryLock: () => Effect.succeed(true) }]
  ]
  for (const [how, store] of stores) {
    it.scoped(`${how}: each process logs in by itself, within seconds`, () =>
      Effect.gen(function* () {
        const http = services(ok)
        const processes = yield* fleet(2, http, store)
        const tokens = Effect.all(
          processes.map(({ token }) => value(token)),
          { concurrency: "unbounded" }
        )
        expect((yield* over(tokens, "5 seconds")).toSorted()).toEqual(["token-number-1", "token-number-2"])
      })
    )
  }

  it.scoped("is told of in one warning, and taken up again by itself", () =>
    Effect.gen(function* () {
      const memory = yield* Credentials.makeStoreMemory
      let up = false
      const store: Credentials.StoreService = {
        ...memory,
        get: (key) => (up ? memory.get(key) : down())
      }
      const http = services(ok)
      const one = yield* process(http, store)
      const use = Effect.gen(function* () {
        yield* one.token
        yield* one.invalidate(Redacted.make("token-number-1"))
        yield* one.token
      })
      const { texts } = yield* over(allShown(use))
      const warnings = texts.filter(
        ([way, text]) => way === "log" && text.startsWith("timestamp=") && /WARN/.test(text)
      )
      expect(warnings).toHaveLength(1)
      expect(warnings[0]?.[1]).toContain("connection refused")
      up = true
      yield* one.invalidate(Redacted.make("token-number-2"))
      expect(yield* over(value(one.token))).toBe("token-number-3")
      const other = yield* process(http, store)
      expect(yield* over(value(other.token))).toBe("token-number-3")
    })
  )
})
