import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as LayerMap from "effect/LayerMap"
import type * as Scope from "effect/Scope"
import type { AnyFiber } from "./fiber.js"

/* The graph in which a layer is built. */

/** A layer that is chosen each time that it is asked for, and is built in the graph that it is asked for in. */
export const chosen = <A, E, R>(
  _: Layer.Layer<A, E, R>,
  choose: (fiber: AnyFiber) => Layer.Layer<A, E, R>
): Layer.Layer<A, E, R> =>
  // one that is fresh is built in a graph of its own, which its context does not say
  Layer.fromBuild((graph, scope) =>
    Effect.withFiber<Context.Context<A>, E, R>((fiber) => Layer.buildWithMemoMap(choose(fiber), graph, scope))
  )

/** What a map's layer of a key provides, held until the scope ends. */
export const contextOf = <K, I, E>(
  layers: LayerMap.LayerMap<K, I, E>,
  key: K
): Effect.Effect<Context.Context<I>, E, Scope.Scope> => layers.contextEffect(key)
