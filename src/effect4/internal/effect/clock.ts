import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { AnyFiber } from "./fiber.js"

/* The clock that only runs forward, and the one of the machine. */

export const clockOf = (fiber: AnyFiber): Clock.Clock => fiber.getRef(Clock.Clock)

/** Nanoseconds since some moment. */
export const monotonicNanos = (clock: Clock.Clock): bigint => clock.monotonicTimeNanosUnsafe()

/** The clock of a program that has no other. */
export const realClock: Clock.Clock = Context.get(Context.empty(), Clock.Clock)

/** A clock like another, but for what it says in milliseconds and how it sleeps. */
export const clockLike = (
  clock: Clock.Clock,
  { millis, sleep }: { readonly millis: () => number; readonly sleep: Clock.Clock["sleep"] }
): Clock.Clock => ({
  currentTimeMillisUnsafe: millis,
  currentTimeMillis: Effect.sync(millis),
  currentTimeNanosUnsafe: () => clock.currentTimeNanosUnsafe(),
  currentTimeNanos: clock.currentTimeNanos,
  monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
  monotonicTimeNanos: clock.monotonicTimeNanos,
  sleep
})

/** The date, in nanoseconds, of a time that `monotonicNanos` gave. */
export const datedNanos = (clock: Clock.Clock, time: bigint): bigint =>
  clock.currentTimeNanosUnsafe() - (clock.monotonicTimeNanosUnsafe() - time)
