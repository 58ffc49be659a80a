import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Metric from "effect/Metric"
import * as TestClock from "effect/TestClock"
import { Chats, FlowControl, Metrics, RoomJid } from "effect-genesys-chats"
import { clientOver, failure, json, reply, sequence } from "./utils/http.js"

/** Metrics are global: only what one run adds counts. */
const added = <A, E, R>(count: Effect.Effect<number>, run: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const before = yield* count
    yield* run
    return (yield* count) - before
  })

const requests = (operation: string, status: string) =>
  Metrics.requests.pipe(
    Metric.tagged("operation", operation),
    Metric.tagged("status", status),
    Metric.value,
    Effect.map(({ count }) => count)
  )

const room = Chats.getChatsRoom({ roomJid: RoomJid.make("adhoc-1@conference.acme.orgspan.com") })

describe("metrics", () => {
  it.effect("requests by operation and status, retries by cause, durations", () =>
    Effect.gen(function* () {
      const server = sequence(
        () => reply(503),
        () => Effect.fail(failure("ECONNRESET")),
        () => Effect.delay(Effect.succeed(json(200, {})), "40 millis")
      )
      const run = Effect.gen(function* () {
        const fiber = yield* Effect.fork(room)
        yield* TestClock.adjust("1 minute")
        yield* Fiber.join(fiber)
      }).pipe(Effect.provide(clientOver(server)))
      const retries = (reason: string) =>
        Effect.map(Metric.value(Metric.tagged(Metrics.retries, "reason", reason)), ({ count }) => count)
      const durations = Effect.map(
        Metric.value(Metric.tagged(Metrics.duration, "operation", "getChatsRoom")),
        ({ count, sum }) => count * 1000 + sum
      )
      const all = Effect.all([
        requests("getChatsRoom", "503"),
        requests("getChatsRoom", "Reset"),
        requests("getChatsRoom", "200"),
        retries("ServiceUnavailable"),
        retries("TransportError"),
        durations
      ])
      const before = yield* all
      yield* run
      const after = yield* all
      expect(after.map((value, i) => value - (before[i] ?? 0))).toEqual([1, 1, 1, 1, 1, 3040])
    })
  )

  it.effect("what is left of the limit, and the time that calls waited for it", () =>
    Effect.gen(function* () {
      const told = (count: number) =>
        json(
          200,
          {},
          {
            "inin-ratelimit-count": String(count),
            "inin-ratelimit-allowed": "2",
            "inin-ratelimit-reset": "30"
          }
        )
      const server = sequence(
        () => told(1),
        () => told(2),
        () => told(1)
      )
      const waited = Effect.map(Metric.value(Metrics.flowWait), ({ count }) => count)
      const run = Effect.gen(function* () {
        yield* room
        expect((yield* Metric.value(Metrics.remaining)).value).toBe(1)
        yield* room
        expect((yield* Metric.value(Metrics.remaining)).value).toBe(0)
        const fiber = yield* Effect.fork(room)
        yield* TestClock.adjust("30 seconds")
        yield* Fiber.join(fiber)
      }).pipe(Effect.provide(clientOver(server, { flow: FlowControl.layer() })))
      expect(yield* added(waited, run)).toBeCloseTo(30_000)
    })
  )
})
