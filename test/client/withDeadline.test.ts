import { describe, expect, it, vi } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Ref from "effect/Ref"
import * as TestClock from "effect/TestClock"
import { interruptNow, surroundingsOf } from "../../src/internal/effect/fiber.js"
import { sleepFor } from "../../src/internal/elapsed.js"
import { withDeadline as bounded } from "../../src/internal/withDeadline.js"

const late = () => "late" as const

const withDeadline = <A, E>(self: Effect.Effect<A, E>, millis: number, onTimeout: () => "late") =>
  Effect.withFiberRuntime<A, E | "late">((fiber) =>
    bounded(self, {
      caller: fiber,
      millis,
      onEnd: () => {},
      surroundings: surroundingsOf(fiber),
      onDeadline: () => Effect.failSync(onTimeout)
    })
  )
const soon = 20

describe("in real time", () => {
  it.live("gives the value, the error, the defect", () =>
    Effect.gen(function* () {
      expect(yield* withDeadline(Effect.succeed(1), 60_000, late)).toBe(1)
      expect(yield* Effect.flip(withDeadline(Effect.fail("no"), 60_000, late))).toBe("no")
      expect(Exit.isFailure(yield* Effect.exit(withDeadline(Effect.die("defect"), 60_000, late)))).toBe(true)
    })
  )

  it.live("ends what takes too long, and waits for its finalizers", () =>
    Effect.gen(function* () {
      const closed = yield* Ref.make(false)
      const self = Effect.ensuring(Effect.never, Ref.set(closed, true))
      expect(yield* Effect.flip(withDeadline(self, soon, late))).toBe("late")
      expect(yield* Ref.get(closed)).toBe(true)
    })
  )

  it.live("interruption ends it at once, and waits for its finalizers", () =>
    Effect.gen(function* () {
      const closed = yield* Ref.make(false)
      const begun = yield* Deferred.make<void>()
      const self = Effect.zipRight(Deferred.succeed(begun, undefined), Effect.never)
      const fiber = yield* Effect.fork(withDeadline(Effect.ensuring(self, Ref.set(closed, true)), 60_000, late))
      yield* Deferred.await(begun)
      expect(Exit.isInterrupted(yield* Fiber.interrupt(fiber))).toBe(true)
      expect(yield* Ref.get(closed)).toBe(true)
    })
  )

  it.live("interruption before it has begun leaves nothing behind", () =>
    Effect.gen(function* () {
      const ran = yield* Ref.make(false)
      const self = Effect.zipRight(Effect.sleep("5 millis"), Ref.set(ran, true))
      const fiber = yield* Effect.fork(withDeadline(self, 60_000, late))
      yield* Fiber.interrupt(fiber)
      yield* Effect.sleep("15 millis")
      expect(yield* Ref.get(ran)).toBe(false)
    })
  )

  it.live("the deadline holds where the caller cannot be interrupted", () =>
    Effect.gen(function* () {
      expect(yield* Effect.flip(Effect.uninterruptible(withDeadline(Effect.never, soon, late)))).toBe("late")
    })
  )

  it("a deadline may be longer than any timer", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    try {
      const day = 24 * 60 * 60_000
      const fiber = Effect.runFork(Effect.flip(withDeadline(Effect.never, 60 * day, late)))
      await vi.advanceTimersByTimeAsync(60 * day - 1)
      expect(fiber.unsafePoll()).toBeNull()
      await vi.advanceTimersByTimeAsync(1)
      expect(fiber.unsafePoll()).toEqual(Exit.succeed("late"))
      expect(vi.getTimerCount()).toBe(0)
      const sleeper = Effect.runFork(Effect.clockWith((clock) => sleepFor(clock, 60 * day)))
      await vi.advanceTimersByTimeAsync(60 * day - 1)
      expect(sleeper.unsafePoll()).toBeNull()
      await vi.advanceTimersByTimeAsync(1)
      expect(sleeper.unsafePoll()).toEqual(Exit.void)
      const endless = Effect.runFork(withDeadline(Effect.delay(Effect.succeed(1), "40 days"), Infinity, late))
      expect(endless.unsafePoll()).toBeNull()
      interruptNow(endless)
    } finally {
      vi.useRealTimers()
    }
  })
})

it.effect("follows TestClock", () =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(Effect.flip(withDeadline(Effect.never, 60_000, late)))
    yield* TestClock.adjust("59 seconds")
    expect(fiber.unsafePoll()).toBeNull()
    yield* TestClock.adjust("1 second")
    expect(yield* Fiber.join(fiber)).toBe("late")
  })
)
