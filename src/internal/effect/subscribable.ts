import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import * as Subscribables from "effect/Subscribable"

/* Values that can be read and listened to. */

export type Subscribable<A> = Subscribables.Subscribable<A>

export const subscribable = <A>(value: {
  readonly get: Effect.Effect<A>
  readonly changes: Stream.Stream<A>
}): Subscribable<A> => Subscribables.make(value)
