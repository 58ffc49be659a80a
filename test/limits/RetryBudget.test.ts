import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Chats, ChatsClient, Credentials, Region, RetryBudget } from "effect-genesys-chats"
import { failure, json, reply, scripted } from "../utils/http.js"
import { inVirtualTime } from "../utils/virtualTime.js"

/** A server that can be switched off and on, and a client with a budget. */
const setup = (
  options?: RetryBudget.Options,
  dead: () => Response | Effect.Effect<never, unknown> = () => reply(503)
) => {
  const state = { up: false }
  const server = scripted(() => (state.up ? json(200, {}, { "content-length": "2" }) : dead()))
  const layer = ChatsClient.layer.pipe(
    Layer.provideMerge(RetryBudget.layer(options)),
    Layer.provide(Credentials.layerToken(Redacted.make("token"))),
    Layer.provide(Region.layer("eu-central-1")),
    Layer.provide(server.layer)
  )
  const calls = (count: number) =>
    Effect.forEach(Array.from({ length: count }), () => Effect.either(Chats.getChatsSettings()), { concurrency: 16 })
  return { state, server, layer, calls }
}

describe("the budget of a client", () => {
  it.effect("150 calls of a dead server are 50 requests more, and the errors say why", () => {
    const { calls, layer, server } = setup()
    return Effect.gen(function* () {
      const results = yield* calls(150)
      const gaveUp = results.map((result) => (result._tag === "Left" ? result.left.gaveUp : "no error"))
      expect(server.requests.length).toBe(200)
      expect(gaveUp.filter((why) => why === "budget exhausted").length).toBeGreaterThan(130)
      expect(gaveUp.every((why) => why === "budget exhausted" || why === "attempts exhausted")).toBe(true)
    }).pipe(Effect.provide(layer), inVirtualTime)
  })

  it.effect("likewise when no reply comes", () => {
    const { calls, layer, server } = setup(undefined, () => Effect.fail(failure("ECONNREFUSED")))
    return Effect.gen(function* () {
      yield* calls(100)
      expect(server.requests.length).toBe(150)
    }).pipe(Effect.provide(layer), inVirtualTime)
  })

  it.effect("it recovers by successes: ten of them buy one retry, up to the capacity", () => {
    const { calls, layer, server, state } = setup({ capacity: 5 })
    return Effect.gen(function* () {
      const { level } = yield* RetryBudget.RetryBudget
      yield* calls(100)
      expect([server.requests.length, yield* level]).toEqual([105, 0])
      state.up = true
      yield* calls(20)
      expect(yield* level).toBeCloseTo(2)
      state.up = false
      yield* calls(10)
      expect(server.requests.length).toBe(105 + 20 + 10 + 2)
      state.up = true
      yield* calls(200)
      expect(yield* level).toBe(5)
    }).pipe(Effect.provide(layer), inVirtualTime)
  })

  it.effect("two clients with one budget share it, two clients without do not", () =>
    Effect.gen(function* () {
      const one = setup({ capacity: 3 })
      yield* Effect.provide(one.calls(10), one.layer)
      const other = setup({ capacity: 3 })
      yield* Effect.provide(other.calls(10), other.layer)
      expect([one.server.requests.length, other.server.requests.length]).toEqual([13, 13])
      const shared = setup({ capacity: 3 })
      yield* Effect.gen(function* () {
        yield* shared.calls(10)
        yield* Effect.provide(
          shared.calls(10),
          Layer.fresh(ChatsClient.layer).pipe(
            Layer.provide(Credentials.layerToken(Redacted.make("token"))),
            Layer.provide(Region.layer("eu-central-1")),
            Layer.provide(shared.server.layer)
          )
        )
      }).pipe(Effect.provide(shared.layer))
      expect(shared.server.requests.length).toBe(23)
    }).pipe(inVirtualTime)
  )

  it.effect("waits for the rate limit are not paid for", () => {
    const { calls, layer } = setup({ capacity: 1 }, () => reply(429, null, { "retry-after": "1" }))
    return Effect.gen(function* () {
      const { level } = yield* RetryBudget.RetryBudget
      const [result] = yield* calls(1)
      expect(result).toMatchObject({ _tag: "Left", left: { _tag: "TooManyRequests", gaveUp: "attempts exhausted" } })
      expect(yield* level).toBe(1)
    }).pipe(Effect.provide(layer), inVirtualTime)
  })
})
