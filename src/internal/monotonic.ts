import type * as Clock from "effect/Clock"
import { monotonicNanos } from "./effect/clock.js"

/*
 * Elapsed time in milliseconds, on the clock that only runs forward. The wall clock can jump, by NTP or a
 * restored machine, and is for dates alone. `TestClock` drives both.
 */

export { clockOf } from "./effect/clock.js"

/** Milliseconds since some moment, with fractions. */
export const monotonicMillis = (clock: Clock.Clock): number => millisOf(monotonicNanos(clock))

export const millisOf = (nanos: bigint): number => Number(nanos) / 1e6
