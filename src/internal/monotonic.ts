import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import type * as Fiber from "effect/Fiber"

/*
 * Elapsed time in milliseconds, on the clock that only runs forward. The wall clock can jump, by NTP or a
 * restored machine, and is for dates alone. `TestClock` drives both.
 */

export const clockOf = (fiber: Fiber.RuntimeFiber<unknown, unknown>): Clock.Clock =>
  Context.get(fiber.currentDefaultServices, Clock.Clock)

/** Milliseconds since some moment, with fractions. */
export const monotonicMillis = (clock: Clock.Clock): number => millisOf(clock.unsafeCurrentTimeNanos())

export const millisOf = (nanos: bigint): number => Number(nanos) / 1e6
