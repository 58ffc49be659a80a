import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as LayerMap from "effect/LayerMap"
import * as RcMap from "effect/RcMap"
import type * as Scope from "effect/Scope"
import { type AnyFiber, currentFiber } from "./fiber.js"

/* The graph in which a layer is built. */

/** A layer that is chosen each time that it is asked for, and built in the graph that it is asked for in; `layer` where there is none. */
export const chosen = <A, E, R>(
  layer: Layer.Layer<A, E, R>,
  choose: (fiber: AnyFiber) => Layer.Layer<A, E, R>
): Layer.Layer<A, E, R> =>
  // what is fresh is not memoised itself, and is suspended within the graph that it is asked for in
  Layer.fresh(
    Layer.suspend(() => {
      const fiber = currentFiber()
      const graph: unknown = fiber?.currentContext.unsafeMap.get(Layer.CurrentMemoMap.key)
      return fiber !== undefined && isMemoMap(graph) ? inGraph(choose(fiber), graph) : layer
    })
  )

const inGraph = <A, E, R>(layer: Layer.Layer<A, E, R>, graph: Layer.MemoMap): Layer.Layer<A, E, R> =>
  // Effect looks up what a layer is made of, and not the layer itself that is to be built
  Layer.scopedContext(
    Effect.flatMap(Effect.scope, (scope) => Layer.buildWithMemoMap(Layer.merge(layer, Layer.empty), graph, scope))
  )

const isMemoMap = (u: unknown): u is Layer.MemoMap => typeof u === "object" && u !== null && Layer.MemoMapTypeId in u

/** What a map's layer of a key provides, held until the scope ends. */
export const contextOf = <K, I, E>(
  layers: LayerMap.LayerMap<K, I, E>,
  key: K
): Effect.Effect<Context.Context<I>, E, Scope.Scope> =>
  Effect.flatMap(RcMap.get(layers.rcMap, key), ({ runtimeEffect }) =>
    Effect.map(runtimeEffect, ({ context }) => context)
  )
