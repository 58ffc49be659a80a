import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Effect from "effect/Effect"
import type { AnyFiber } from "./fiber.js"

/* The clock that only runs forward, and the one of the machine. */

export const clockOf = (fiber: AnyFiber): Clock.Clock => Context.get(fiber.currentDefaultServices, Clock.Clock)

/** Nanoseconds since some moment. */
export const monotonicNanos = (clock: Clock.Clock): bigint => clock.unsafeCurrentTimeNanos()

/** The clock of a program that has no other. */
export const realClock: Clock.Clock = Context.get(DefaultServices.liveServices, Clock.Clock)

/** A clock like another, but for what it says in milliseconds and how it sleeps. */
export const clockLike = (
  clock: Clock.Clock,
  { millis, sleep }: { readonly millis: () => number; readonly sleep: Clock.Clock["sleep"] }
): Clock.Clock => ({
  [Clock.ClockTypeId]: Clock.ClockTypeId,
  unsafeCurrentTimeMillis: millis,
  currentTimeMillis: Effect.sync(millis),
  unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos(),
  currentTimeNanos: clock.currentTimeNanos,
  sleep
})

/** The date, in nanoseconds, of a time that `monotonicNanos` gave: spans are dated by the same clock. */
export const datedNanos = (_: Clock.Clock, time: bigint): bigint => time
