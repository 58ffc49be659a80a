import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import { Chats, ChatsClient, Credentials, FlowControl, Region, RetryPolicy } from "../../src/index.js"
import { runs } from "../utils/runs.js"
import { inVirtualTime } from "../utils/virtualTime.js"

const minute = 60_000

/** Three windows and the half of one. `TEST_RUNS=10` makes a long day of it. */
const calls = runs(1050)

/** A service that counts in fixed windows of a minute, aligned to `phase`. */
const makeServer = (options: {
  allowed: number
  headers: boolean
  phase: number
  round: (seconds: number) => number
}) => {
  const windows = new Map<number, { served: number; refused: number }>()
  const client = HttpClient.make((request) =>
    Effect.gen(function* () {
      const latency = yield* Random.nextRange(20, 120)
      yield* Effect.sleep(latency / 2)
      const now = yield* Clock.currentTimeMillis
      const index = Math.floor((now - options.phase) / minute)
      const window = windows.get(index) ?? { served: 0, refused: 0 }
      windows.set(index, window)
      const reset = options.round(((index + 1) * minute + options.phase - now) / 1000)
      const refused = window.served >= options.allowed
      if (refused) window.refused++
      else window.served++
      yield* Effect.sleep(latency / 2)
      const told: Record<string, string> = options.headers
        ? {
            "inin-ratelimit-count": String(window.served),
            "inin-ratelimit-allowed": String(options.allowed),
            "inin-ratelimit-reset": String(reset)
          }
        : {}
      return HttpClientResponse.fromWeb(
        request,
        refused
          ? new Response(JSON.stringify({ status: 429, code: "too.many.requests" }), {
              status: 429,
              headers: { ...told, "retry-after": String(Math.max(1, reset)) }
            })
          : new Response("{}", { headers: { ...told, "content-length": "2" } })
      )
    })
  )
  return { client, windows }
}

const simulate = (
  server: ReturnType<typeof makeServer>,
  options: { calls: number; fibers: number; flow?: FlowControl.Options }
) =>
  Effect.gen(function* () {
    yield* Effect.forEach(Array.from({ length: options.calls }), () => Chats.getChatsSettings(), {
      concurrency: options.fibers,
      discard: true
    })
    return yield* Clock.currentTimeMillis
  }).pipe(
    Effect.provide(
      ChatsClient.layer.pipe(
        Layer.provide(options.flow === undefined ? Layer.empty : FlowControl.layer(options.flow)),
        Layer.provide(Credentials.layerToken(Redacted.make("token"))),
        Layer.provide(Region.layer("eu-central-1")),
        // patience for a window and the half of one
        Layer.provide(RetryPolicy.layer(RetryPolicy.make({ patience: "90 seconds", deadline: "3 minutes" }))),
        Layer.provide(Layer.succeed(HttpClient.HttpClient, server.client))
      )
    ),
    Effect.withTracerEnabled(false),
    Effect.withRandom(Random.make("flow")),
    inVirtualTime
  )

/** What the limit itself needs: whole windows, and the part of the first that was gone. */
const floor = (calls: number, allowed: number, phase: number) => {
  const windows = Math.ceil(calls / allowed)
  return phase === 0 ? (windows - 1) * minute : (windows - 2) * minute + (phase % minute)
}

describe("64 fibers against 300 calls a minute", () => {
  for (const headers of [true, false]) {
    for (const [rounding, round, phases] of [
      ["up", Math.ceil, [0, 25_300]],
      ["down", Math.floor, [25_300]],
      ["off", Math.round, [0]]
    ] as const) {
      for (const phase of phases) {
        it.effect(
          `${calls} calls ${headers ? "with" : "without"} headers, seconds rounded ${rounding}, window ${phase} ms on its way`,
          () =>
            Effect.gen(function* () {
              const server = makeServer({ allowed: 300, headers, phase, round })
              const took = yield* simulate(server, { calls, fibers: 64 })
              const refusals = Array.from(server.windows.values(), (window) => window.refused)
              const needs = floor(calls, 300, phase)
              yield* Console.log(
                `${headers ? "headers" : "429 only"}, rounded ${rounding}, phase ${phase}: ${(took / 1000).toFixed(1)} s, limit needs ${(needs / 1000).toFixed(1)} s (${((took / needs - 1) * 100).toFixed(2)} %), refused ${refusals.reduce((a, b) => a + b, 0)}, in a window ${Math.max(...refusals)}, after the first ${Math.max(...refusals.slice(1))}`
              )
              expect(took / needs).toBeLessThan(1.02)
              // rounded to the nearest second, one window teaches by a second refusal that hints can be short
              expect(Math.max(...refusals.slice(1))).toBeLessThanOrEqual(round === Math.round ? 2 : 1)
            })
        )
      }
    }
  }
})
