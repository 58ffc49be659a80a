import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as LayerMap from "effect/LayerMap"
import * as RcMap from "effect/RcMap"
import type * as Scope from "effect/Scope"
import type { AnyFiber } from "./fiber.js"

/* The graph in which a layer is built. */

export type Graph = Layer.MemoMap

/** `undefined` where no layer is being built. */
export const graphOf = (fiber: AnyFiber): Graph | undefined => {
  const graph: unknown = fiber.currentContext.unsafeMap.get(Layer.CurrentMemoMap.key)
  return isMemoMap(graph) ? graph : undefined
}

const isMemoMap = (u: unknown): u is Layer.MemoMap => typeof u === "object" && u !== null && Layer.MemoMapTypeId in u

/** A layer that is built in a graph, wherever it is asked for. */
export const inGraph = <A, E, R>(layer: Layer.Layer<A, E, R>, graph: Graph): Layer.Layer<A, E, R> =>
  // Effect looks up what a layer is made of, and not the layer itself that is to be built
  Layer.scopedContext(
    Effect.flatMap(Effect.scope, (scope) => Layer.buildWithMemoMap(Layer.merge(layer, Layer.empty), graph, scope))
  )

/** What a map's layer of a key provides, held until the scope ends. */
export const contextOf = <K, I, E>(
  layers: LayerMap.LayerMap<K, I, E>,
  key: K
): Effect.Effect<Context.Context<I>, E, Scope.Scope> =>
  Effect.flatMap(RcMap.get(layers.rcMap, key), ({ runtimeEffect }) =>
    Effect.map(runtimeEffect, ({ context }) => context)
  )
