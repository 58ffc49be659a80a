import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import * as Subscribables from "effect/Subscribable"

/* Values that can be read and listened to. */

/**
 * A value that can be read, and listened to: `changes` begins with what it is. On Effect 3 it is a
 * `Subscribable.Subscribable`.
 *
 * @since 0.1.0
 * @category models
 */
export type Listenable<A> = Subscribables.Subscribable<A>

export const subscribable = <A>(value: {
  readonly get: Effect.Effect<A>
  readonly changes: Stream.Stream<A>
}): Listenable<A> => Subscribables.make(value)
