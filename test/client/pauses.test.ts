/** Between two attempts: one listener for all calls that pause, and who waits in vain is told so. */
import { expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import { Chats, FlowControl, RetryPolicy } from "effect-genesys-chats"
import { interruptNow } from "../../src/internal/effect/fiber.js"
import { subscribable } from "../../src/internal/effect/subscribable.js"
import { clientOver, json, reply, sequence } from "../utils/http.js"

const open: FlowControl.Status = { inFlight: 0, waiting: 0, closedFor: Duration.zero, limit: Option.none() }
const closedFor = (duration: Duration.DurationInput): FlowControl.Status => ({
  ...open,
  closedFor: Duration.decode(duration)
})

/** A flow control that lets all through, and says of itself what it is told to. */
const flowThatSays = (now: FlowControl.Status, listens = () => {}) =>
  Effect.map(Queue.unbounded<FlowControl.Status>(), (said) => {
    let listening = 0
    let listened = 0
    const listen = Effect.acquireRelease(
      Effect.sync(() => {
        listens()
        listened++
        listening++
      }),
      () => Effect.sync(() => listening--)
    )
    const service: FlowControl.Service = {
      acquire: () => Effect.succeed({ waited: 0, observe: () => Effect.void, release: Effect.void }),
      status: subscribable({
        get: Effect.succeed(now),
        changes: Stream.unwrapScoped(Effect.as(listen, Stream.fromQueue(said)))
      })
    }
    return { said, flow: Layer.succeed(FlowControl.FlowControl, service), counts: () => ({ listening, listened }) }
  })

const busy = () => reply(429, null, { "retry-after": "20" })
const call = Effect.either(Chats.getChatsSettings())

it.scoped("one listens for all of them, as long as one is there", () =>
  Effect.gen(function* () {
    const { counts, flow } = yield* flowThatSays(open)
    let requests = 0
    const http = sequence(() => (++requests > 100 ? json(200, {}) : busy()))
    const client = yield* Layer.build(clientOver(http, { flow }))
    const calls = yield* Effect.fork(
      Effect.forEach(Array.from({ length: 100 }), () => Effect.provide(call, client), { concurrency: "unbounded" })
    )
    yield* TestClock.adjust("10 seconds")
    expect(http.requests).toHaveLength(100)
    expect(counts()).toEqual({ listening: 1, listened: 1 })
    yield* TestClock.adjust("1 minute")
    const results = yield* Fiber.join(calls)
    expect(results.filter(({ _tag }) => _tag === "Right")).toHaveLength(100)
    expect(counts().listening).toBe(0)
  })
)

it.scoped("is over for those whose patience is not enough for a limit that closes meanwhile, and for no others", () =>
  Effect.gen(function* () {
    const { counts, flow, said } = yield* flowThatSays(open)
    const http = sequence(busy, busy, () => json(200, {}))
    const client = yield* Layer.build(clientOver(http, { flow }))
    const callWith = (patience: Duration.DurationInput) =>
      Effect.fork(
        Effect.provide(call, client).pipe(
          Effect.provideService(RetryPolicy.RetryPolicy, RetryPolicy.make({ patience, deadline: "10 minutes" }))
        )
      )
    const hasty = yield* callWith("30 seconds")
    const patient = yield* callWith("2 minutes")
    yield* TestClock.adjust("1 second")
    yield* Queue.offer(said, closedFor("49 seconds"))
    yield* TestClock.adjust("1 second")
    expect(Option.isNone(yield* Fiber.poll(hasty))).toBe(true)
    yield* Queue.offer(said, closedFor("1 minute"))
    yield* TestClock.adjust("1 millis")
    expect(yield* Fiber.join(hasty)).toMatchObject({
      left: { _tag: "TooManyRequests", attempts: 1, gaveUp: "hint beyond patience" }
    })
    yield* TestClock.adjust("1 minute")
    expect((yield* Fiber.join(patient))._tag).toBe("Right")
    expect(counts().listening).toBe(0)
  })
)

it.scoped("is over at once where the limit is closed for too long as it begins", () =>
  Effect.gen(function* () {
    const { counts, flow } = yield* flowThatSays(closedFor("1 hour"))
    const client = yield* Layer.build(clientOver(sequence(busy), { flow }))
    expect(yield* Effect.provide(call, client)).toMatchObject({ left: { _tag: "TooManyRequests", attempts: 1 } })
    yield* TestClock.adjust(1)
    expect(counts().listening).toBe(0)
  })
)

it.scoped("that is over while it begins to listen leaves the others their listener", () =>
  Effect.gen(function* () {
    const said = yield* Queue.unbounded<FlowControl.Status>()
    let listened = 0
    const flow: FlowControl.Service = {
      acquire: () => Effect.succeed({ waited: 0, observe: () => Effect.void, release: Effect.void }),
      status: subscribable({
        get: Effect.succeed(open),
        changes: Stream.suspend(() => (listened++ === 0 ? Stream.make(closedFor("1 hour")) : Stream.fromQueue(said)))
      })
    }
    const client = yield* Layer.build(
      clientOver(sequence(busy), { flow: Layer.succeed(FlowControl.FlowControl, flow) })
    )
    expect(yield* Effect.provide(call, client)).toMatchObject({ left: { _tag: "TooManyRequests", attempts: 1 } })
    const second = yield* Effect.fork(Effect.provide(call, client))
    yield* TestClock.adjust("1 second")
    yield* Queue.offer(said, closedFor("1 hour"))
    yield* TestClock.adjust("1 millis")
    expect(yield* Fiber.join(second)).toMatchObject({ left: { _tag: "TooManyRequests", attempts: 1 } })
  })
)

it.scoped("leaves no timer behind where its call is interrupted as it begins", () =>
  Effect.gen(function* () {
    let interrupt = () => {}
    const { counts, flow } = yield* flowThatSays(open, () => interrupt())
    const client = yield* Layer.build(clientOver(sequence(busy), { flow }))
    const fiber = yield* Effect.fork(
      Effect.withFiberRuntime<unknown>((self) => {
        interrupt = () => interruptNow(self)
        return Effect.provide(call, client)
      })
    )
    yield* TestClock.adjust(1)
    yield* Fiber.await(fiber)
    expect(counts().listening).toBe(0)
  })
)

it.scoped("leaves nothing behind when it is interrupted, and takes no harm from a flow control that dies", () =>
  Effect.gen(function* () {
    const { counts, flow } = yield* flowThatSays(open)
    const client = yield* Layer.build(clientOver(sequence(busy), { flow }))
    const fiber = yield* Effect.fork(Effect.provide(call, client))
    yield* TestClock.adjust("1 second")
    expect(counts().listening).toBe(1)
    yield* Fiber.interrupt(fiber)
    expect(counts().listening).toBe(0)

    const dying: FlowControl.Service = {
      acquire: () => Effect.succeed({ waited: 0, observe: () => Effect.void, release: Effect.void }),
      status: subscribable<FlowControl.Status>({ get: Effect.die("get"), changes: Stream.die("changes") })
    }
    const http = sequence(busy, () => json(200, {}))
    const other = yield* Layer.build(clientOver(http, { flow: Layer.succeed(FlowControl.FlowControl, dying) }))
    const second = yield* Effect.fork(Effect.provide(call, other))
    yield* TestClock.adjust("1 minute")
    expect((yield* Fiber.join(second))._tag).toBe("Right")
  })
)
