import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as FiberRef from "effect/FiberRef"
import type * as FiberRefs from "effect/FiberRefs"
import * as Option from "effect/Option"
import * as Runtime from "effect/Runtime"
import * as RuntimeFlags from "effect/RuntimeFlags"
import type * as Scope from "effect/Scope"

/* What a fiber is made of, and what is done to it from outside an effect. */

export type AnyFiber = Fiber.RuntimeFiber<unknown, unknown>

/** What a fiber begins with. */
export interface Surroundings {
  readonly context: Context.Context<never>
  readonly fiberRefs: FiberRefs.FiberRefs
}

export const surroundingsOf = (fiber: AnyFiber): Surroundings => ({
  context: fiber.currentContext,
  fiberRefs: fiber.getFiberRefs()
})

/** Effect counts and times its fibers: one that is a part of another is not counted again. */
const uncounted = RuntimeFlags.disable(Runtime.defaultRuntimeFlags, RuntimeFlags.RuntimeMetrics)

/** Starts an effect at once, in a fiber that is a part of the one that asks for it. */
export const runFork = <A, E>(
  { context, fiberRefs }: Surroundings,
  effect: Effect.Effect<A, E>
): Fiber.RuntimeFiber<A, E> => Runtime.runFork(Runtime.make({ runtimeFlags: uncounted, fiberRefs, context }), effect)

/** Starts effects as the fiber that asks for this would. */
export const makeRunFork: Effect.Effect<
  <A, E>(effect: Effect.Effect<A, E>, options?: { readonly scope: Scope.Scope }) => Fiber.RuntimeFiber<A, E>
> = Effect.map(Effect.runtime<never>(), (runtime) => Runtime.runFork(runtime))

/** Forks an effect into a scope; where nothing can be interrupted, it begins even in one that is closed. */
export const forkIn =
  (scope: Scope.Scope) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<Fiber.RuntimeFiber<A, E>, never, R> =>
    Effect.forkIn(effect, scope)

/** An effect that is resumed by somebody else, who goes on first. */
export const resumed = <A, E = never>(
  register: (resume: (effect: Effect.Effect<A, E>) => void) => void
): Effect.Effect<A, E> => Effect.async(register)

export const currentFiber = (): AnyFiber | undefined => Option.getOrUndefined(Fiber.getCurrentFiber())

/** Interrupts a fiber without waiting for its end. */
export const interruptNow = (fiber: AnyFiber, by?: AnyFiber): void =>
  fiber.unsafeInterruptAsFork(by?.id() ?? FiberId.none)

export const interruptFork = (fiber: AnyFiber): Effect.Effect<void> => Fiber.interruptFork(fiber)

export const hasEnded = (fiber: AnyFiber): boolean => fiber.unsafePoll() !== null

export const isInterrupted = (fiber: AnyFiber): boolean => !Cause.isEmpty(fiber.getFiberRef(FiberRef.interruptedCause))

/** Tells an effect whether it can be interrupted where it runs. */
export const withInterruptibility = <A, E, R>(
  use: (fiber: AnyFiber, isInterruptible: boolean) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.withFiberRuntime((fiber, { runtimeFlags }) => use(fiber, RuntimeFlags.interruptible(runtimeFlags)))

/** An interruption does not wait for what cannot be interrupted in the effect: that goes on by itself. */
export const disconnect = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => Effect.disconnect(effect)

/**
 * The failure of a fiber that somebody handles is not logged, with its error and what that quotes: a stream's is
 * the failure of whoever runs it.
 */
export const unlogged = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.withUnhandledErrorLogLevel(effect, Option.none())

/** What a fiber has been provided with, by key: clocks, loggers and the like are none of it. */
export const servicesOf = (fiber: AnyFiber): ReadonlyMap<string, unknown> => fiber.currentContext.unsafeMap

export const configProviderOf = (fiber: AnyFiber): ConfigProvider.ConfigProvider =>
  Context.get(fiber.currentDefaultServices, ConfigProvider.ConfigProvider)
