import type * as Effect from "effect/Effect"
import type * as PubSub from "effect/PubSub"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Subscribables from "effect/Subscribable"

/* Values that change, and who hears of it. */

export type Subscribable<A> = Subscribables.Subscribable<A>

export const subscribable = <A>(value: {
  readonly get: Effect.Effect<A>
  readonly changes: Stream.Stream<A>
}): Subscribable<A> => Subscribables.make(value)

/** Publishes at once; a hub that is full of it drops something. */
export const offer = <A>(hub: PubSub.PubSub<A>, value: A): boolean => hub.unsafeOffer(value)

/** What is published from here on, until the scope ends. */
export const subscribe = <A>(hub: PubSub.PubSub<A>): Effect.Effect<Stream.Stream<A>, never, Scope.Scope> =>
  Stream.fromPubSub(hub, { scoped: true })
