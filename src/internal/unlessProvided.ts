import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/**
 * What a program provides in code goes before what its environment says: the service from the context
 * where somebody provided it, else the layer. A reference counts as provided only where somebody did.
 */
export const unlessProvided = <I, S, E, R>(tag: Context.Tag<I, S>, layer: Layer.Layer<I, E, R>): Layer.Layer<I, E, R> =>
  Layer.fresh(
    Layer.unwrapEffect(
      Effect.map(Effect.context<never>(), (context): Layer.Layer<I, E, R> => {
        const provided: S | undefined = context.unsafeMap.get(tag.key)
        return provided === undefined ? layer : Layer.succeed(tag, provided)
      })
    )
  )
