import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"

/* Values that can be read and listened to. */

export interface Subscribable<A> {
  readonly get: Effect.Effect<A>
  readonly changes: Stream.Stream<A>
}

export const subscribable = <A>(value: Subscribable<A>): Subscribable<A> => value
