import * as ConfigProvider from "effect/ConfigProvider"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Predicate from "effect/Predicate"
import type * as Scope from "effect/Scope"

/* What a fiber is made of, and what is done to it from outside an effect. */

export type AnyFiber = Fiber.Fiber<unknown, unknown>

/** What a fiber begins with. */
export interface Surroundings {
  readonly context: Context.Context<never>
}

export const surroundingsOf = ({ context }: AnyFiber): Surroundings => ({ context })

/** Starts an effect at once. */
export const runFork = <A, E>({ context }: Surroundings, effect: Effect.Effect<A, E>): Fiber.Fiber<A, E> =>
  Effect.runForkWith(context)(effect)

/** Starts effects as the fiber that asks for this would. */
export const makeRunFork: Effect.Effect<
  <A, E>(effect: Effect.Effect<A, E>, options?: { readonly scope: Scope.Scope }) => Fiber.Fiber<A, E>
> = Effect.map(Effect.context<never>(), (context) => (effect, options) => {
  const fiber = Effect.runForkWith(context)(effect)
  return options === undefined ? fiber : Fiber.runIn(fiber, options.scope)
})

/**
 * Forks an effect into a scope; where nothing can be interrupted, it begins even in one that is closed. Effect 4 would
 * have it end before it begins.
 */
export const forkIn =
  (scope: Scope.Scope) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<Fiber.Fiber<A, E>, never, R> =>
    Effect.map(Effect.forkDetach(effect, { uninterruptible: "inherit" }), Fiber.runIn(scope))

/**
 * An effect that is resumed by somebody else, who goes on first. Effect 4 would have it run within whoever resumes it:
 * of many fibers that are interrupted one after the other, the first would have the next begin.
 */
export const resumed = <A, E = never>(
  register: (resume: (effect: Effect.Effect<A, E>) => void) => void
): Effect.Effect<A, E> => Effect.callback<A, E>((resume) => register((effect) => queueMicrotask(() => resume(effect))))

export const currentFiber = (): AnyFiber | undefined => Fiber.getCurrent()

/** Interrupts a fiber without waiting for its end. */
export const interruptNow = (fiber: AnyFiber, by?: AnyFiber): void => fiber.interruptUnsafe(by?.id)

export const interruptFork = (fiber: AnyFiber): Effect.Effect<void> => Effect.sync(() => interruptNow(fiber))

export const hasEnded = (fiber: AnyFiber): boolean => fiber.pollUnsafe() !== undefined

/** What Effect itself keeps of an interruption: it says nothing of it before the fiber has ended. */
export const isInterrupted = (fiber: AnyFiber): boolean =>
  Predicate.hasProperty(fiber, "_interruptedCause") && fiber._interruptedCause !== undefined

/** Tells an effect whether it can be interrupted where it runs. */
export const withInterruptibility = <A, E, R>(
  use: (fiber: AnyFiber, isInterruptible: boolean) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.withFiber((fiber) => use(fiber, Predicate.hasProperty(fiber, "interruptible") && fiber.interruptible === true))

/** An interruption does not wait for what cannot be interrupted in the effect: that goes on by itself. */
export const disconnect = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(Effect.forkDetach(restore(Effect.exit(effect)), { startImmediately: true }), (fiber) =>
      Effect.flatten(Effect.onInterrupt(restore(Fiber.join(fiber)), () => interruptFork(fiber)))
    )
  )

/** Effect 4 logs the failure of no fiber that somebody has an eye on. */
export const unlogged = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => effect

/** What a fiber has been provided with, by key: clocks, loggers and the like are none of it. */
export const servicesOf = (fiber: AnyFiber): ReadonlyMap<string, unknown> =>
  new Map([...fiber.context.mapUnsafe].filter(([key]) => !ofEffect.test(key)))

/** On Effect 3 these are no services. */
const ofEffect =
  /^~?effect\/(Clock|ConfigProvider|Console|ErrorReporter|ExecutionPlan|Logger|Metric|Random|References|Schedule|Scheduler|Tracer)(\/|$)/

export const configProviderOf = (fiber: AnyFiber): ConfigProvider.ConfigProvider =>
  fiber.getRef(ConfigProvider.ConfigProvider)
