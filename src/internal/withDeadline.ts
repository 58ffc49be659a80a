import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import type * as FiberRefs from "effect/FiberRefs"
import * as Runtime from "effect/Runtime"
import { maxTimer, realClock, sleepFor } from "./elapsed.js"
import { clockOf } from "./monotonic.js"

type AnyFiber = Fiber.RuntimeFiber<unknown, unknown>

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
    readonly context: Context.Context<never>
    readonly fiberRefs: FiberRefs.FiberRefs
  }
): Effect.Effect<A | B, E | E2> =>
  Effect.uninterruptibleMask((restore) => {
    const { caller, context, fiberRefs, millis, onDeadline, onEnd } = options
    const runtime = Runtime.make({ runtimeFlags: Runtime.defaultRuntimeFlags, fiberRefs, context })
    // its exit is a value: a fiber that fails is logged
    const fiber = Runtime.runFork(runtime, Effect.exit(self))
    let isLate = false
    let onTime = () => {}
    let cancelTimer: (() => void) | undefined
    /** One of the two runs: what comes first. */
    const race = (ended: (exit: Exit.Exit<A, E>) => void, late: () => void): void => {
      onTime = late
      if (fiber.unsafePoll() === null) cancelTimer ??= later(runtime, clockOf(caller), millis, () => onTime())
      fiber.addObserver((exit) => {
        cancelTimer?.()
        ended(Exit.flatten(exit))
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
      fiber.unsafeInterruptAsFork(caller.id())
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
          return Either.match(Cause.failureOrCause(cause), { onLeft: Effect.fail, onRight: Effect.failCause })
        })
        return fiber.unsafePoll() === null && !isLate ? Effect.zipRight(stop, ended) : ended
      }
    })
  })

/** Interrupts a fiber, and gives it the chance to tidy up; does not wait for what waits itself. */
const endSoon = (fiber: AnyFiber): Effect.Effect<void> =>
  Effect.suspend(() => {
    fiber.unsafeInterruptAsFork(FiberId.none)
    return Effect.iterate(0, {
      while: (turns) => turns < 16 && fiber.unsafePoll() === null,
      body: (turns) => Effect.as(Effect.yieldNow(), turns + 1)
    })
  }).pipe(Effect.asVoid, Effect.uninterruptible)

/** Runs something when a clock says so; gives what cancels it. */
const later = (
  runtime: Runtime.Runtime<never>,
  clock: Clock.Clock,
  millis: number,
  run: () => void
): (() => void) => {
  if (clock === realClock) return realTimer(millis, run)
  const sleeper = Runtime.runFork(runtime, Effect.zipRight(sleepFor(clock, millis), Effect.sync(run)))
  return () => sleeper.unsafeInterruptAsFork(FiberId.none)
}

/** However long it takes: Node's own timers end after nearly 25 days. */
const realTimer = (millis: number, run: () => void): (() => void) => {
  if (millis === Infinity) return () => {}
  const set = (left: number): ReturnType<typeof setTimeout> =>
    left > maxTimer
      ? setTimeout(() => {
          timer = set(left - maxTimer)
        }, maxTimer)
      : setTimeout(run, Math.ceil(left))
  let timer = set(Math.max(0, millis))
  return () => clearTimeout(timer)
}
