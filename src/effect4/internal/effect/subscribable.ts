import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"

/* Values that can be read and listened to. */

/**
 * A value that can be read, and listened to: `changes` begins with what it is.
 *
 * @since 0.1.0
 * @category models
 */
export interface Listenable<A> {
  readonly get: Effect.Effect<A>
  readonly changes: Stream.Stream<A>
}

export const subscribable = <A>(value: Listenable<A>): Listenable<A> => value
