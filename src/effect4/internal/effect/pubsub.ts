import * as Effect from "effect/Effect"
import * as PubSub from "effect/PubSub"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

/* Values that change, and who hears of it. */

/** A value that can be read, and listened to. */
export interface Subscribable<A> {
  readonly get: Effect.Effect<A>
  readonly changes: Stream.Stream<A>
}

export const subscribable = <A>(value: Subscribable<A>): Subscribable<A> => value

/** Publishes at once; a hub that is full of it drops something. */
export const offer = <A>(hub: PubSub.PubSub<A>, value: A): boolean => PubSub.publishUnsafe(hub, value)

/** What is published from here on, until the scope ends. */
export const subscribe = <A>(hub: PubSub.PubSub<A>): Effect.Effect<Stream.Stream<A>, never, Scope.Scope> =>
  Effect.map(PubSub.subscribe(hub), Stream.fromSubscription)
