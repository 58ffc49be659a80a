import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { clockOf, realClock } from "./effect/clock.js"
import { type AnyFiber, hasEnded, interruptNow, runFork, type Surroundings, surroundingsOf } from "./effect/fiber.js"

/**
 * Runs an effect for at most so many milliseconds, whatever it does: what cannot be interrupted, or
 * hangs as it is, goes on by itself, and its caller hears of the deadline all the same.
 *
 * `Effect.timeout` races two fibers and costs more than all the rest of a small call (see the ablations in
 * `test/bench`). This is one fiber, begun at once, and a timer.
 */
export const withDeadline = <A, E, B, E2>(
  self: Effect.Effect<A, E>,
  options: {
    readonly millis: number
    /** What becomes of the caller when the time is up. */
    readonly onDeadline: () => Effect.Effect<B, E2>
    /** What its fiber begins with. */
    readonly surroundings: Surroundings
  }
): Effect.Effect<A | B, E | E2> =>
  Effect.withFiberRuntime<A | B, E | E2>((caller) =>
    Effect.async((resume) => {
      let cancelTimer = () => {}
      const fiber = runFork(
        options.surroundings,
        // its exit is a value: a fiber that fails is logged, and V8 keeps the values of fibers for long
        Effect.map(Effect.exit(self), (exit) => {
          cancelTimer()
          resume(exit)
        })
      )
      if (hasEnded(fiber)) return
      // somebody else has interrupted it
      fiber.addObserver((exit) => {
        if (Exit.isFailure(exit)) resume(Exit.failCause(exit.cause))
      })
      let onTime = () => resume(Effect.zipRight(endSoon(fiber), Effect.suspend(options.onDeadline)))
      cancelTimer = later(caller, options.millis, () => onTime())
      return Effect.async<void>((ended) => {
        // what cannot be interrupted is left to itself when the time is up
        onTime = () => ended(Effect.void)
        fiber.addObserver(() => {
          cancelTimer()
          ended(Effect.void)
        })
        interruptNow(fiber, caller)
      })
    })
  )

/** Interrupts a fiber, and gives it the chance to tidy up; does not wait for what waits itself. */
const endSoon = (fiber: AnyFiber): Effect.Effect<void> =>
  Effect.suspend(() => {
    interruptNow(fiber)
    let turns = 0
    return Effect.whileLoop({
      while: () => turns < 16 && !hasEnded(fiber),
      body: () => Effect.yieldNow(),
      step: () => {
        turns++
      }
    })
  }).pipe(Effect.uninterruptible)

/** A timer takes no longer, in milliseconds: nearly 25 days. */
const maxTimer = 2 ** 31 - 1

/** Runs something when a fiber's clock says so; gives what cancels it. */
const later = (fiber: AnyFiber, millis: number, run: () => void): (() => void) => {
  if (millis > maxTimer) return () => {}
  const clock = clockOf(fiber)
  if (clock === realClock) {
    const timer = setTimeout(run, Math.max(0, Math.ceil(millis)))
    return () => clearTimeout(timer)
  }
  const sleep = clock.sleep(Duration.millis(Math.max(0, Math.ceil(millis))))
  const sleeper = runFork(surroundingsOf(fiber), Effect.zipRight(sleep, Effect.sync(run)))
  return () => interruptNow(sleeper)
}
