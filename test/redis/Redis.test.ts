import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Credentials, FlowControl } from "effect-genesys-chats"
import * as Redis from "effect-genesys-chats/redis"
import { refusedFor } from "../utils/flow.js"
import { hasRedis, ioredis, redisServer, redisServerWith } from "../utils/services.js"
import { limit, limits, silentProbe, tokens, unusedProbe } from "../utils/stores.js"

const limitStore = (options: Redis.FlowControlOptions) =>
  Effect.map(Layer.build(Redis.flowControlStore(options)), Context.get(FlowControl.Store))
const tokenStore = (evaluate: Redis.Evaluate) =>
  Effect.map(Layer.build(Redis.credentialsStore({ evaluate })), Context.get(Credentials.Store))

describe.runIf(hasRedis)("Redis", () => {
  it.scopedLive("shares a limit between clients, and keeps limits of other keys apart", () =>
    Effect.gen(function* () {
      const { port } = yield* redisServer
      const [one, other] = yield* Effect.all([ioredis(port), ioredis(port)])
      yield* limits(
        yield* limitStore({ evaluate: one, key: "client", ...limit }),
        yield* limitStore({ evaluate: other, key: " client ", ...limit })
      )
      yield* silentProbe(yield* limitStore({ evaluate: one, key: "client 2", probe: "50 millis" }))
      yield* unusedProbe(yield* limitStore({ evaluate: one, key: "client 3" }))
    })
  )

  it.scopedLive("keeps tokens and locks for their time", () =>
    Effect.gen(function* () {
      const { port } = yield* redisServer
      yield* tokens(yield* tokenStore(yield* ioredis(port)), yield* tokenStore(yield* ioredis(port)))
    })
  )

  it.scopedLive("works on a Cluster, where a script may touch the keys of one slot alone", () =>
    Effect.gen(function* () {
      const { port } = yield* redisServerWith("--cluster-enabled", "yes")
      const evaluate = yield* ioredis(port)
      yield* Effect.promise(() => evaluate("return redis.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16383)", [], []))
      const isReady = Effect.promise(() => evaluate("return redis.call('CLUSTER', 'INFO')", [], []))
      yield* Effect.repeat(Effect.delay(isReady, "50 millis"), { until: (info) => String(info).includes("state:ok") })
      yield* limits(
        yield* limitStore({ evaluate, key: "client", ...limit }),
        yield* limitStore({ evaluate, key: " client ", ...limit })
      )
      yield* tokens(yield* tokenStore(evaluate), yield* tokenStore(evaluate))
    })
  )

  it.scopedLive("is not closed by a clock that was set back, as after a failover", () =>
    Effect.gen(function* () {
      const { port } = yield* redisServer
      const evaluate = yield* ioredis(port)
      const store = yield* limitStore({ evaluate, key: "client" })
      const { window } = yield* store.take(1)
      yield* store.tell(window, refusedFor(60))
      expect(yield* store.take(1)).toMatchObject({ granted: 0 })
      const ahead = `for _, field in ipairs({ "began", "closed" }) do redis.call("HINCRBY", KEYS[1], field, 3600000) end`
      yield* Effect.promise(() => evaluate(ahead, ["genesys-chats:limit:{client}"], []))
      const next = yield* store.take(1)
      expect(next).toMatchObject({ granted: 1 })
      expect(next.window).toBeGreaterThan(window)
    })
  )

  it.scopedLive("after data was lost a window is never one that was before", () =>
    Effect.gen(function* () {
      const server = yield* redisServer
      const store = yield* limitStore({ evaluate: yield* ioredis(server.port), key: "client" })
      const { window } = yield* store.take(1)
      server.signal("SIGKILL")
      yield* Effect.sleep("50 millis")
      expect(yield* Effect.flip(store.take(1))).toBeInstanceOf(FlowControl.StoreError)
      yield* server.start
      const evaluate = yield* ioredis(server.port)
      expect((yield* (yield* limitStore({ evaluate, key: "client" })).take(1)).window).toBeGreaterThan(window)
    })
  )
})

describe("a client of Redis", () => {
  it.scoped("that fails or answers nonsense is a store that is away, and what it says of the command is not told", () =>
    Effect.gen(function* () {
      const evaluate = () => Promise.reject(Object.assign(new Error("SET k s3cret failed"), { code: "ECONNREFUSED" }))
      const error = yield* Effect.flip((yield* tokenStore(evaluate)).set("k", "s3cret", Duration.minutes(1)))
      expect(error).toEqual(new Credentials.StoreError({ message: "Redis: ECONNREFUSED" }))
      for (const reply of [null, "OK", [], [1, 2], ["x", "y", "z"]]) {
        const store = yield* limitStore({ evaluate: () => Promise.resolve(reply), key: "k" })
        expect((yield* Effect.flip(store.take(1)))._tag).toBe("StoreError")
      }
    })
  )

  it.scoped("needs a key", () =>
    Effect.gen(function* () {
      const evaluate = () => Promise.resolve(null)
      const defect = yield* Effect.flip(Effect.sandbox(limitStore({ evaluate, key: " " })))
      expect(Cause.pretty(defect)).toContain("Redis.flowControlStore: key must be a text that is not empty")
    })
  )
})
