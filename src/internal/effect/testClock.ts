import * as Chunk from "effect/Chunk"
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import type * as Scheduler from "effect/Scheduler"
import type * as TestClock from "effect/TestClock"

/* The clock of a test, and the steps that its fibers take. */

export type { TestClock } from "effect/TestClock"

export const isTestClock = (clock: Clock.Clock): clock is TestClock.TestClock => "setTime" in clock && "sleeps" in clock

/** What became of a clock that was to go on to whoever is the next to wake. */
export type Advance = "woke" | "nobody sleeps" | "another moves it"

/** Moves a clock on to the next sleeper, and wakes all of that time. */
export const toNextSleeper = (clock: TestClock.TestClock): Effect.Effect<Advance> =>
  Effect.flatMap(clock.sleeps, (sleeps) => {
    const next = Chunk.reduce(sleeps, Number.POSITIVE_INFINITY, (one, other) => Math.min(one, other))
    return Number.isFinite(next) ? Effect.as(clock.setTime(next), "woke") : Effect.succeed("nobody sleeps")
  })

const observers = new WeakMap<Scheduler.Scheduler, object>()

/** Whom the steps of this fiber are told. */
export const observer: Effect.Effect<object | undefined> = Effect.map(
  FiberRef.get(FiberRef.currentScheduler),
  (scheduler) => observers.get(scheduler)
)

/** Counts each step that a fiber of an effect takes. */
export const observed = <A, E, R>(effect: Effect.Effect<A, E, R>, by: { steps: number }): Effect.Effect<A, E, R> =>
  Effect.flatMap(FiberRef.get(FiberRef.currentScheduler), (scheduler) => {
    const counting: Scheduler.Scheduler = {
      shouldYield: (fiber) => {
        by.steps++
        return scheduler.shouldYield(fiber)
      },
      scheduleTask: (task, priority, fiber) => scheduler.scheduleTask(task, priority, fiber)
    }
    observers.set(counting, by)
    return Effect.withScheduler(effect, counting)
  })
