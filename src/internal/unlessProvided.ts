import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** The service that the code provides, or else what the layer makes of the environment: code goes first. */
export const unlessProvided = <I, S, E, R>(tag: Context.Tag<I, S>, layer: Layer.Layer<I, E, R>): Layer.Layer<I, E, R> =>
  Layer.unwrapEffect(
    // a reference has a default, which is not provided
    Effect.map(Effect.context<never>(), (context) =>
      context.unsafeMap.has(tag.key) ? Layer.succeed(tag, Context.unsafeGet(context, tag)) : layer
    )
  )
