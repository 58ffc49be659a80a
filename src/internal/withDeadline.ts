import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import { failureOrCause } from "./effect/cause.js"
import { clockOf } from "./effect/clock.js"
import { type AnyFiber, hasEnded, interruptNow, runFork, type Surroundings } from "./effect/fiber.js"
import { later } from "./elapsed.js"

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
    readonly caller: AnyFiber
    readonly millis: number
    /** What becomes of the caller when the time is up. */
    readonly onDeadline: () => Effect.Effect<B, E2>
    /** Hears once how it ended, just before the caller does. */
    readonly onEnd: (exit: Exit.Exit<A | B, E | E2>) => void
    /** What its fiber begins with. */
    readonly surroundings: Surroundings
  }
): Effect.Effect<A | B, E | E2> =>
  Effect.uninterruptibleMask((restore) => {
    const { caller, millis, onDeadline, onEnd, surroundings } = options
    let result: Exit.Exit<A, E> = taken
    // no exit of the fiber: one that fails is logged, and one that waited long is old to the garbage collector, where
    // a value that it holds outlives it until all of the heap is collected
    const fiber = runFork(
      surroundings,
      Effect.map(Effect.exit(self), (exit) => {
        result = exit
      })
    )
    let isLate = false
    let onTime = () => {}
    let cancelTimer: (() => void) | undefined
    /** One of the two runs: what comes first. */
    const race = (ended: (exit: Exit.Exit<A, E>) => void, late: () => void): void => {
      onTime = late
      if (!hasEnded(fiber)) cancelTimer ??= later(clockOf(caller), surroundings, millis, () => onTime())
      fiber.addObserver((exit) => {
        cancelTimer?.()
        const came = Exit.isFailure(exit) ? Exit.failCause(exit.cause) : result
        result = taken
        ended(came)
      })
    }
    const outcome = Effect.async<A | B, E | E2>((resume) =>
      race(resume, () => {
        isLate = true
        resume(Effect.zipRight(endSoon(fiber), Effect.suspend(onDeadline)))
      })
    )
    /** What cannot be interrupted is left to itself when the time is up. */
    const stop = Effect.async<void>((resume) => {
      const ended = () => resume(Effect.void)
      race(ended, ended)
      interruptNow(fiber, caller)
    })
    return Effect.matchCauseEffect(restore(outcome), {
      onSuccess: (value) => {
        const exit = Exit.succeed(value)
        onEnd(exit)
        return exit
      },
      onFailure: (cause) => {
        const ended = Effect.suspend(() => {
          onEnd(Exit.failCause(cause))
          // an error notes the span of the caller here, which `Cause.pretty` prints
          return Either.match(failureOrCause(cause), { onLeft: Effect.fail, onRight: Effect.failCause })
        })
        return hasEnded(fiber) || isLate ? ended : Effect.zipRight(stop, ended)
      }
    })
  })

const taken: Exit.Exit<never> = Exit.die("what the fiber came to has been taken")

/**
 * Interrupts a fiber, and gives it the chance to tidy up. Each fiber inside it, as of a race or of a transport, ends in
 * a turn of its own and so wakes the one around it: at the end of a call that takes up to 8 turns, and twice as many are
 * allowed. What has not ended then waits for something itself, and is not waited for.
 */
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
