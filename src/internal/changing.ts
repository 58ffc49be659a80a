import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { type Subscribable, subscribable } from "./effect/subscribable.js"

/** A value that others can listen to. */
interface Changing<A> {
  /** Whoever listens hears what it is, and then the last 16 of what it becomes. */
  readonly value: Subscribable<A>
  /** Says what it has become, which is worked out only where somebody listens. */
  readonly changed: (value: () => A) => void
}

export const changing = <A>(get: Effect.Effect<A>): Changing<A> => {
  // a hub would be heavier than all the rest of flow control in a bundle
  const listeners = new Set<Queue.Queue<A>>()
  const listen = Effect.acquireRelease(
    Effect.tap(Queue.sliding<A>(16), (queue) => Effect.sync(() => listeners.add(queue))),
    (queue) => Effect.sync(() => listeners.delete(queue))
  )
  return {
    value: subscribable({
      get,
      changes: Stream.unwrapScoped(
        Effect.map(listen, (queue) => Stream.concat(Stream.fromEffect(get), Stream.fromQueue(queue)))
      )
    }),
    changed: (value) => {
      if (listeners.size === 0) return
      const now = value()
      for (const queue of listeners) queue.unsafeOffer(now)
    }
  }
}
