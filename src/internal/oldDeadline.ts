import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import type * as FiberRefs from "effect/FiberRefs"
import * as Runtime from "effect/Runtime"

/** What is bounded runs in a fiber of its own, and so may have other surroundings at no further cost. */
export type Surroundings = (fiber: Fiber.RuntimeFiber<unknown, unknown>) => {
  readonly context: Context.Context<never>
  readonly fiberRefs: FiberRefs.FiberRefs
}

const asTheyAre: Surroundings = (fiber) => ({ context: fiber.currentContext, fiberRefs: fiber.getFiberRefs() })

/**
 * Ends an effect with an error when it takes longer than so many milliseconds, as `Effect.timeoutFail`
 * does. That one races two fibers, which costs more than all the rest of a small call; here it is
 * one fiber, begun at once, and a timer.
 */
export const withDeadline = <A, E, E2>(
  self: Effect.Effect<A, E>,
  millis: number,
  onTimeout: () => E2,
  surroundings = asTheyAre
): Effect.Effect<A, E | E2> =>
  Effect.withFiberRuntime<A, E | E2>((parent) => {
    const runtime = Runtime.make({ runtimeFlags: Runtime.defaultRuntimeFlags, ...surroundings(parent) })
    return Effect.async((resume) => {
      let cancel = () => {}
      // its exit is no exit of the fiber: a fiber that fails is logged, and V8 keeps the values of fibers
      const fiber = Runtime.runFork(
        runtime,
        Effect.map(Effect.exit(self), (exit) => {
          cancel()
          resume(exit)
        })
      )
      if (fiber.unsafePoll() !== null) return
      // somebody else has interrupted it
      fiber.addObserver((exit) => {
        if (Exit.isFailure(exit)) resume(Exit.failCause(exit.cause))
      })
      cancel = later(parent, millis, () => resume(Effect.zipRight(Fiber.interrupt(fiber), Effect.failSync(onTimeout))))
      return Effect.suspend(() => {
        cancel()
        return Fiber.interrupt(fiber)
      })
    })
  })

const realClock = Context.get(DefaultServices.liveServices, Clock.Clock)

/** Whether time is that of the world, which timers know, and not a test's. */
export const isReal = (clock: Clock.Clock): boolean => clock === realClock

/** A timer takes no longer, in milliseconds: nearly 25 days. */
const maxTimer = 2 ** 31 - 1

/** Runs something when a fiber's clock says so; gives what cancels it. */
export const later = (fiber: Fiber.RuntimeFiber<unknown, unknown>, millis: number, run: () => void): (() => void) => {
  if (millis > maxTimer) return () => {}
  const clock = Context.get(fiber.currentDefaultServices, Clock.Clock)
  if (isReal(clock)) {
    const timer = setTimeout(run, millis)
    return () => clearTimeout(timer)
  }
  const runtime = Runtime.make({ runtimeFlags: Runtime.defaultRuntimeFlags, ...asTheyAre(fiber) })
  const sleeper = Runtime.runFork(runtime, Effect.zipRight(clock.sleep(Duration.millis(millis)), Effect.sync(run)))
  return () => sleeper.unsafeInterruptAsFork(FiberId.none)
}
