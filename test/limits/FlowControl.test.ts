import { describe, expect, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import { Chats, ChatsClient, Credentials, FlowControl, Region, RetryPolicy } from "effect-genesys-chats"
import { ok as accepted, request, send } from "../utils/flow.js"
import { type Answer, json, type Received, reply, scripted } from "../utils/http.js"
import { inVirtualTime } from "../utils/virtualTime.js"

const setup = (
  answer: (request: Received, n: number) => Answer,
  options: { flow?: FlowControl.Options; policy?: RetryPolicy.Policy } = {}
) => {
  const server = scripted(answer)
  const layer = ChatsClient.layer.pipe(
    Layer.provideMerge(FlowControl.layer(options.flow)),
    Layer.provide(Credentials.layerToken(Redacted.make("token"))),
    Layer.provide(Region.layer("eu-central-1")),
    Layer.provide(server.layer),
    Layer.provide(RetryPolicy.layer(options.policy ?? RetryPolicy.standard))
  )
  return { server, layer }
}

const ok = (headers: { readonly [name: string]: string } = {}) => json(200, {}, { "content-length": "2", ...headers })
const told = (count: number, allowed: number, reset: number) =>
  ok({
    "inin-ratelimit-count": String(count),
    "inin-ratelimit-allowed": String(allowed),
    "inin-ratelimit-reset": String(reset)
  })
const slowly = (answer: Response, takes: Duration.DurationInput = "100 millis") =>
  Effect.delay(Effect.succeed(answer), takes)

const call = Chats.getChatsSettings()
const many = (count: number) => Array.from({ length: count }, () => call)
const status = Effect.flatMap(FlowControl.FlowControl, ({ status }) => status.get)

describe("the limit is known before it is hit", () => {
  it.effect("the call past the allowance waits for the window's end, and is never refused", () => {
    const { layer, server } = setup((_, n) => told((n % 3) + 1, 3, 30))
    return Effect.gen(function* () {
      const fiber = yield* Effect.fork(Effect.all(many(4)))
      yield* TestClock.adjust("29 seconds")
      expect(server.requests.length).toBe(3)
      expect((yield* status).waiting).toBe(1)
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(fiber)
      expect(server.requests.map(({ at }) => at)).toEqual([0, 0, 0, 30_000])
    }).pipe(Effect.provide(layer))
  })

  it.effect("calls in flight count, so that a fan-out does not overshoot", () => {
    const { layer, server } = setup((_, n) => slowly(told(n + 1, 10, 30)))
    return Effect.gen(function* () {
      yield* call
      yield* Effect.fork(Effect.all(many(50), { concurrency: "unbounded" }))
      yield* Effect.sleep("5 seconds")
      expect(server.requests.length).toBe(10)
    }).pipe(Effect.provide(layer), inVirtualTime)
  })

  it.effect("headers that make no sense are no headers", () => {
    const odd = [
      ["-1", "3", "30"],
      ["x", "3", "30"],
      ["1", "0", "30"],
      ["9", "3", "1e9"],
      ["9", "3", "99999999999"],
      ["9", "3", ""]
    ]
    const { layer, server } = setup((_, n) => {
      const [count, allowed, reset] = odd[n % odd.length] ?? []
      return ok({ "inin-ratelimit-count": count!, "inin-ratelimit-allowed": allowed!, "inin-ratelimit-reset": reset! })
    })
    return Effect.gen(function* () {
      yield* Effect.all(many(30))
      expect(server.requests.length).toBe(30)
    }).pipe(Effect.provide(layer), inVirtualTime)
  })
})

describe("after a refusal", () => {
  it.effect("everyone waits together, first come first served; one asks first, then more at a time", () => {
    const { layer, server } = setup((_, n) => (n === 0 ? reply(429, null, { "retry-after": "10" }) : slowly(ok())))
    return Effect.gen(function* () {
      const refused = yield* Effect.fork(call)
      yield* Effect.yieldNow()
      const order: Array<number> = []
      const waiting = yield* Effect.fork(
        Effect.forEach(
          Array.from({ length: 20 }, (_, i) => i),
          (i) => Effect.tap(call, () => Effect.sync(() => order.push(i))),
          { concurrency: "unbounded" }
        )
      )
      yield* Effect.sleep("9999 millis")
      expect(server.requests.length).toBe(1)
      yield* Fiber.join(Fiber.zip(waiting, refused))
      const at = server.requests.slice(1).map((request) => request.at)
      // at 10 s one, with its reply two, then four, …
      expect([10_000, 10_100, 10_200, 10_300].map((time) => at.filter((t) => t === time).length)).toEqual([1, 2, 4, 8])
      expect(order).toEqual(Array.from({ length: 20 }, (_, i) => i))
    }).pipe(Effect.provide(layer), inVirtualTime)
  })

  it.effect("the number in the message counts where there is no header", () => {
    const { layer, server } = setup((_, n) =>
      n === 0 ? json(429, { message: "Rate limit exceeded the maximum. Retry the request in [42] seconds" }) : ok()
    )
    return Effect.gen(function* () {
      yield* Effect.fork(call)
      yield* Effect.sleep("1 second")
      yield* call
      expect(server.requests[1]?.at).toBe(42_000)
    }).pipe(Effect.provide(layer), inVirtualTime)
  })

  it.effect("a hint beyond the patience of a call fails at once, also for those who were never refused", () => {
    const { layer, server } = setup((_, n) => (n === 0 ? reply(429, null, { "retry-after": "240" }) : ok()))
    return Effect.gen(function* () {
      expect(yield* Effect.flip(call)).toMatchObject({
        _tag: "TooManyRequests",
        attempts: 1,
        gaveUp: "hint beyond patience"
      })
      const error = yield* Effect.flip(call)
      expect(error).toMatchObject({ _tag: "TooManyRequests", attempts: 0, gaveUp: "hint beyond patience" })
      expect(error).toHaveProperty("retryAfter", Duration.minutes(4))
      yield* RetryPolicy.with(call, RetryPolicy.make({ patience: "5 minutes", deadline: "10 minutes" }))
      expect(server.requests.map(({ at }) => at)).toEqual([0, 240_000])
    }).pipe(Effect.provide(layer), inVirtualTime)
  })

  it.effect("a refusal for a year is asked again after five minutes", () => {
    const { layer, server } = setup((_, n) => (n === 0 ? reply(429, null, { "retry-after": "31536000" }) : ok()))
    return Effect.gen(function* () {
      yield* Effect.flip(call)
      yield* RetryPolicy.with(call, RetryPolicy.make({ patience: "1 hour", deadline: "1 hour" }))
      expect(server.requests[1]?.at).toBe(300_000)
    }).pipe(Effect.provide(layer), inVirtualTime)
  })

  it.effect("another client is not held up", () =>
    Effect.gen(function* () {
      const limited = setup(() => reply(429, null, { "retry-after": "30" }))
      const free = setup(() => ok())
      yield* Effect.fork(Effect.provide(call, limited.layer))
      yield* Effect.sleep("1 second")
      yield* Effect.provide(call, free.layer)
      expect(free.server.requests[0]?.at).toBe(1000)
    }).pipe(inVirtualTime)
  )
})

describe("a bad day, through a client", () => {
  it.effect("the last request of a window stalls: the others go on when the window ends", () => {
    let windowEnd = 0
    let count = 0
    const { layer, server } = setup((request, n) => {
      if (request.at >= windowEnd) {
        windowEnd = request.at + 3000
        count = 0
      }
      count++
      const answer = told(count, 20, Math.ceil((windowEnd - request.at) / 1000))
      return n === 19 ? Effect.never : slowly(answer, "20 millis")
    })
    return Effect.gen(function* () {
      yield* Effect.forEach(many(19), (one) => one)
      yield* Effect.fork(call)
      yield* Effect.yieldNow()
      yield* Effect.all(many(16), { concurrency: "unbounded" })
      expect(server.requests.length).toBe(36)
      expect(server.requests[35]?.at).toBeLessThan(3500)
    }).pipe(Effect.provide(layer), inVirtualTime)
  })

  it.effect("those behind a refusal for ten minutes are told so at once, by its own error", () => {
    const { layer, server } = setup(() => slowly(reply(429, null, { "retry-after": "600" })), {
      flow: { maxConcurrency: 1 }
    })
    return Effect.gen(function* () {
      const results = yield* Effect.all(many(5).map(Effect.flip), { concurrency: "unbounded" })
      expect(results.map(({ _tag }) => _tag)).toEqual(Array.from({ length: 5 }, () => "TooManyRequests"))
      expect(server.requests.length).toBe(1)
      expect((yield* status).waiting).toBe(0)
    }).pipe(Effect.timeout("1 second"), Effect.provide(layer), inVirtualTime)
  })
})

describe("bounds", () => {
  it.effect("a cap on concurrent requests", () => {
    let now = 0
    let most = 0
    const { layer } = setup(
      () =>
        Effect.gen(function* () {
          most = Math.max(most, ++now)
          yield* Effect.sleep("1 second")
          now--
          return ok()
        }),
      { flow: { maxConcurrency: 3 } }
    )
    return Effect.gen(function* () {
      yield* Effect.all(many(20), { concurrency: "unbounded" })
      expect(most).toBe(3)
    }).pipe(Effect.provide(layer), inVirtualTime)
  })

  it.effect("a full queue fails with a typed error, and nothing was sent", () => {
    const { layer, server } = setup(() => slowly(ok()), { flow: { maxConcurrency: 1, maxQueue: 2 } })
    return Effect.gen(function* () {
      const results = yield* Effect.all(many(5).map(Effect.either), { concurrency: "unbounded" })
      const errors = results.flatMap((result) => (result._tag === "Left" ? [result.left] : []))
      expect(errors.length).toBe(2)
      expect(errors[0]).toMatchObject({
        _tag: "TransportError",
        reason: "QueueFull",
        mayHaveArrived: false,
        attempts: 0
      })
      expect(server.requests.length).toBe(3)
    }).pipe(Effect.provide(layer), inVirtualTime)
  })

  it.effect("a wait ends with the call's deadline: nothing was sent, and the place goes to the next", () => {
    const { layer, server } = setup(() => slowly(ok(), "10 seconds"), { flow: { maxConcurrency: 1 } })
    return Effect.gen(function* () {
      const first = yield* Effect.fork(call)
      yield* Effect.sleep(1)
      const hasty = yield* Effect.fork(Effect.flip(RetryPolicy.with(call, RetryPolicy.make({ deadline: "5 seconds" }))))
      yield* Effect.sleep(1)
      const third = yield* Effect.fork(call)
      yield* Effect.sleep("4 seconds")
      expect(yield* status).toMatchObject({ inFlight: 1, waiting: 2 })
      expect(yield* Fiber.join(hasty)).toMatchObject({ reason: "DeadlineExceeded", mayHaveArrived: false, attempts: 0 })
      expect(yield* status).toMatchObject({ inFlight: 1, waiting: 1 })
      yield* Fiber.joinAll([first, third])
      expect(server.requests.map(({ at }) => at)).toEqual([0, 10_000])
      expect(yield* status).toMatchObject({ inFlight: 0, waiting: 0 })
    }).pipe(Effect.provide(layer), inVirtualTime)
  })

  it.live("all waits share one timer, and there is none when nobody waits", () => {
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length
    return Effect.gen(function* () {
      const flow = yield* FlowControl.make({ maxConcurrency: 1 })
      const first = yield* flow.acquire(request())
      const before = timers()
      const fibers = yield* Effect.forEach(Array.from({ length: 20 }), () => Effect.fork(send(flow, accepted)))
      yield* Effect.yieldNow()
      expect(timers() - before).toBe(1)
      yield* Fiber.interruptAll(fibers.slice(5))
      expect(timers() - before).toBe(1)
      yield* first.release
      yield* Fiber.joinAll(fibers.slice(0, 5))
      expect(timers() - before).toBe(0)
    }).pipe(Effect.scoped)
  })

  it.effect("a declared rate is not exceeded in any minute", () => {
    const { layer, server } = setup(() => slowly(ok()), {
      flow: { requestsPerMinute: 10 },
      policy: RetryPolicy.make({ deadline: Duration.infinity, patience: Duration.infinity })
    })
    return Effect.gen(function* () {
      yield* Effect.forEach(many(45), (one, i) => Effect.delay(one, (i * 977) % 20_000), { concurrency: "unbounded" })
      const at = server.requests.map((request) => request.at)
      const most = Math.max(...at.map((begin) => at.filter((time) => time >= begin && time < begin + 60_000).length))
      expect(most).toBe(10)
      expect(at[at.length - 1]).toBeLessThan(5 * 60_000)
    }).pipe(Effect.provide(layer), inVirtualTime)
  })
})

describe("interruption", () => {
  it.effect("while waiting: settles at once, sends nothing, and gives the place to the next", () => {
    const { layer, server } = setup(() => slowly(ok(), "1 second"), { flow: { maxConcurrency: 1 } })
    return Effect.gen(function* () {
      const first = yield* Effect.fork(call)
      yield* Effect.sleep(1)
      const second = yield* Effect.fork(call)
      const third = yield* Effect.fork(call)
      yield* Effect.sleep(1)
      expect(Exit.isInterrupted(yield* Fiber.interrupt(second))).toBe(true)
      yield* Fiber.joinAll([first, third])
      expect(server.requests.map(({ at }) => at)).toEqual([0, 1000])
      expect(yield* status).toMatchObject({ inFlight: 0, waiting: 0 })
    }).pipe(Effect.provide(layer), inVirtualTime)
  })

  it.scoped("in the very moment that it gets a place: the place is free again", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make({ maxConcurrency: 1 })
      const acquire = flow.acquire(request())
      const first = yield* acquire
      const waiter = yield* Effect.fork(acquire)
      yield* Effect.sleep(1)
      expect(yield* flow.status.get).toMatchObject({ inFlight: 1, waiting: 1 })
      yield* first.release
      expect(yield* flow.status.get).toMatchObject({ inFlight: 1, waiting: 0 })
      yield* Fiber.interruptAsFork(waiter, FiberId.none)
      expect(Exit.isInterrupted(yield* Fiber.await(waiter))).toBe(true)
      expect(yield* flow.status.get).toMatchObject({ inFlight: 0, waiting: 0 })
    }).pipe(inVirtualTime)
  )

  it.effect("of 200 calls at odd moments leaves no place taken", () => {
    const { layer } = setup((_, n) => (n % 7 === 3 ? slowly(reply(503)) : slowly(ok(), (n * 37) % 300)), {
      flow: { maxConcurrency: 5 }
    })
    return Effect.gen(function* () {
      const fibers = yield* Effect.forEach(many(200), Effect.fork)
      yield* Effect.forEach(fibers, (fiber, i) => Effect.fork(Effect.delay(Fiber.interrupt(fiber), (i * 53) % 3000)))
      yield* Fiber.awaitAll(fibers)
      expect(yield* status).toMatchObject({ inFlight: 0, waiting: 0 })
      yield* call
    }).pipe(Effect.provide(layer), inVirtualTime)
  })

  it.effect("closing the layer leaves nobody waiting", () =>
    Effect.gen(function* () {
      const { layer } = setup(() => Effect.never, { flow: { maxConcurrency: 1 } })
      const waiter = yield* Effect.gen(function* () {
        yield* Effect.forkDaemon(call)
        yield* Effect.sleep(1)
        const waiter = yield* Effect.forkDaemon(Effect.flip(call))
        yield* Effect.sleep(1)
        return waiter
      }).pipe(Effect.provide(layer))
      expect(yield* Fiber.join(waiter)).toMatchObject({ _tag: "TransportError", mayHaveArrived: false })
    }).pipe(inVirtualTime)
  )
})

describe("status", () => {
  it.effect("is a value and a stream of changes", () => {
    const { layer } = setup((_, n) => slowly(told(n + 1, 3, 30)))
    return Effect.gen(function* () {
      const { status } = yield* FlowControl.FlowControl
      const seen = yield* Effect.fork(Stream.runCollect(Stream.take(status.changes, 5)))
      yield* Effect.sleep(1)
      yield* Effect.fork(Effect.all(many(5)))
      yield* Effect.sleep("5 seconds")
      const now = yield* status.get
      expect(now).toMatchObject({ inFlight: 0, waiting: 1 })
      expect(now.limit).toEqual(Option.some({ allowed: 3, remaining: 0 }))
      expect(Duration.toSeconds(now.closedFor)).toBeGreaterThan(24)
      const changes = Chunk.toReadonlyArray(yield* Fiber.join(seen))
      expect(changes[0]).toMatchObject({ inFlight: 0, waiting: 0, limit: Option.none() })
      expect(changes.length).toBe(5)
    }).pipe(Effect.provide(layer), inVirtualTime)
  })
})
