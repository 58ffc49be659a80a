import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { disconnect, interruptFork } from "./effect/fiber.js"

/** How long an end waits for what still runs: a reply may hold the only copy of the next secret. */
export const disposal = Duration.seconds(10)

/** Runs an effect for a bounded time; `None` when that is over. */
export type RunWithin = <A, E>(
  effect: Effect.Effect<A, E>,
  time: Duration.Duration
) => Effect.Effect<Option.Option<A>, E>

/**
 * Runs what users supply, which may hang, and may not let itself be interrupted: nobody waits for it
 * longer than the bound, and the end of the scope not for ever.
 */
export const makeRunWithin: Effect.Effect<RunWithin, never, Scope.Scope> = Effect.gen(function* () {
  const running = new Set<Fiber.RuntimeFiber<unknown>>()
  yield* Effect.addFinalizer(() =>
    Effect.suspend(() => (running.size === 0 ? Effect.void : within(Fiber.interruptAll([...running]), disposal)))
  )
  return (effect, time) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        // its failure is a value: a fiber that fails is logged
        const fiber = yield* Effect.forkDaemon(Effect.interruptible(Effect.exit(effect)))
        running.add(fiber)
        fiber.addObserver(() => running.delete(fiber))
        const ended = yield* restore(Effect.timeoutOption(Fiber.await(fiber), time)).pipe(
          Effect.onInterrupt(() => interruptFork(fiber))
        )
        if (Option.isSome(ended)) return Option.some(yield* yield* ended.value)
        yield* interruptFork(fiber)
        return Option.none()
      })
    )
})

/**
 * The same without a scope: what does not end in time, and does not let itself be interrupted, goes on
 * alone. It is bounded where nothing can be interrupted, too.
 */
export const within = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  time: Duration.Duration
): Effect.Effect<Option.Option<A>, E, R> =>
  effect.pipe(Effect.interruptible, disconnect, Effect.interruptible, Effect.timeoutOption(time))

/**
 * As {@link within}, for what must be done though whoever does it is interrupted: that one waits for it,
 * until the time is over. An interruption reaches the children of a fiber even where it cannot itself be
 * interrupted, so there are none.
 */
export const comeWhatMay = <A, E>(
  effect: Effect.Effect<A, E>,
  time: Duration.Duration
): Effect.Effect<Option.Option<A>, E> =>
  Effect.uninterruptible(
    Effect.gen(function* () {
      const ended = yield* Deferred.make<Option.Option<A>, E>()
      const doing = yield* Effect.forkDaemon(Effect.intoDeferred(Effect.interruptible(Effect.asSome(effect)), ended))
      const timer = yield* Effect.forkDaemon(
        Effect.interruptible(Effect.zipRight(Effect.sleep(time), Deferred.succeed(ended, Option.none())))
      )
      return yield* Effect.ensuring(Deferred.await(ended), Effect.zipRight(interruptFork(timer), interruptFork(doing)))
    })
  )
