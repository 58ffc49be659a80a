import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { clockLike, realClock } from "./effect/clock.js"
import { interruptNow, runFork, type Surroundings } from "./effect/fiber.js"
import { monotonicMillis } from "./monotonic.js"

/**
 * Runs what measures elapsed time by the machine's date, as Effect's own caches do, on the clock that only
 * runs forward. Its timers keep no process alive that has nothing else to do.
 */
export const byElapsedTime = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.clockWith((clock) => Effect.withClock(self, elapsed(clock)))

const elapsed = (clock: Clock.Clock): Clock.Clock =>
  clockLike(clock, {
    millis: () => monotonicMillis(clock),
    // in whole milliseconds: TestClock knows no others
    sleep: (duration) => {
      const millis = Math.ceil(Duration.toMillis(duration))
      return clock === realClock ? sleep(millis) : clock.sleep(Duration.millis(millis))
    }
  })

/** A timer takes no longer, in milliseconds: nearly 25 days. Who sleeps longer is woken early, and sleeps on. */
export const maxTimer = 2 ** 31 - 1

/** Sleeps however long: a longer `Effect.sleep` than {@link maxTimer} never ends. In whole milliseconds: TestClock knows no others. */
export const sleepFor = (clock: Clock.Clock, millis: number): Effect.Effect<void> => {
  if (millis <= maxTimer) return clock.sleep(Duration.millis(Math.max(0, Math.ceil(millis))))
  return Effect.suspend(() =>
    Effect.zipRight(clock.sleep(Duration.millis(maxTimer)), sleepFor(clock, millis - maxTimer))
  )
}

/** Runs something after so many milliseconds of a clock; gives what cancels it. */
export const later = (
  clock: Clock.Clock,
  surroundings: Surroundings,
  millis: number,
  run: () => void
): (() => void) => {
  if (millis === Infinity) return () => {}
  if (clock === realClock && millis <= maxTimer) {
    const timer = setTimeout(run, Math.ceil(Math.max(0, millis)))
    return () => clearTimeout(timer)
  }
  const sleeper = runFork(surroundings, Effect.zipRight(sleepFor(clock, millis), Effect.sync(run)))
  return () => interruptNow(sleeper)
}

const sleep = (millis: number): Effect.Effect<void> =>
  Effect.async((resume) => {
    const timer = setTimeout(() => resume(Effect.void), Math.min(millis, maxTimer))
    unref(timer)
    return Effect.sync(() => clearTimeout(timer))
  })

/** Timers of browsers are numbers, and keep nothing alive. */
const unref = (timer: unknown): void => {
  if (Predicate.hasProperty(timer, "unref") && Predicate.isFunction(timer.unref)) timer.unref()
}
