import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { type Listenable, subscribable } from "./effect/subscribable.js"

/** A value that others can listen to. */
interface Changing<A> {
  /** Whoever listens hears what it is and what it becomes; who is behind, the last 16 of that. */
  readonly value: Listenable<A>
  /** Says what it has become, which is worked out only where somebody listens. */
  readonly changed: (value: () => A) => void
}

export const changing = <A>(get: Effect.Effect<A>): Changing<A> => {
  // a hub would be heavier than all the rest of flow control in a bundle
  const listeners = new Set<Queue.Queue<A>>()
  const listen = Effect.acquireRelease(
    Effect.tap(Queue.sliding<A>(16), (queue) => {
      listeners.add(queue)
      return Effect.map(get, (now) => queue.unsafeOffer(now))
    }),
    (queue) => Effect.sync(() => listeners.delete(queue))
  )
  return {
    value: subscribable({
      get,
      changes: Stream.unwrapScoped(Effect.map(listen, Stream.fromQueue))
    }),
    changed: (value) => {
      if (listeners.size === 0) return
      const now = value()
      for (const queue of listeners) queue.unsafeOffer(now)
    }
  }
}
