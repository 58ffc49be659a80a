import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import type * as Fiber from "effect/Fiber"

/*
 * Elapsed time in milliseconds, on the clock that only runs forward: what somebody does to the date of
 * the machine changes nothing.
 */

export const clockOf = (fiber: Fiber.RuntimeFiber<unknown, unknown>): Clock.Clock =>
  Context.get(fiber.currentDefaultServices, Clock.Clock)

export const now = (clock: Clock.Clock): number => nowOf(clock.unsafeCurrentTimeNanos())

export const nowOf = (nanos: bigint): number => Number(nanos) / 1e6
