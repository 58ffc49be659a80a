import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Tracer from "effect/Tracer"
import { type AnyFiber, configProviderOf, currentFiber } from "./effect/fiber.js"
import { type Graph, graphOf, inGraph } from "./effect/graph.js"

/*
 * Effect builds a layer once in a graph, whatever is provided to it: a constant that reads its context would
 * give the second org the first one's client. `Layer.fresh` builds it each time, and so twice where one is
 * meant: `Layer.provideMerge(self, layer)` names its layer twice. These layers are built once for each set of
 * inputs: the same layer, in the same graph, from the same services, is one; from others it is another.
 */

/** What a layer is built from. */
export interface Inputs {
  /** The services that it reads, needed or not; `"all"` where that cannot be told. */
  readonly services: ReadonlyArray<{ readonly key: string }> | "all"
  /** Whether it reads the config. */
  readonly config?: boolean
  /** What it provides, and so does not read. */
  readonly provides?: ReadonlyArray<{ readonly key: string }>
}

export const perInputs = <A, E, R>(layer: Layer.Layer<A, E, R>, inputs: Inputs): Layer.Layer<A, E, R> => {
  const graphs = new WeakMap<Graph, Set<Built<A, E, R>>>()

  /** The layer to build in the place where it is asked for: one of its own for each set of inputs. */
  const here = (): Layer.Layer<A, E, R> => {
    const fiber = currentFiber()
    const graph = fiber === undefined ? undefined : graphOf(fiber)
    if (fiber === undefined || graph === undefined) return layer
    const read = inputsOf(fiber, inputs)
    const known = graphs.get(graph) ?? new Set()
    graphs.set(graph, known)
    for (const one of known) {
      if (same(one.read, read)) return inGraph(one.layer, graph)
    }
    // registered before the layer is built, so that one that fails is forgotten as well
    const forget = Layer.scopedDiscard(Effect.addFinalizer(() => Effect.sync(() => known.delete(built))))
    // a value of its own, which the graph takes for another layer
    const built: Built<A, E, R> = { read, layer: Layer.provide(Layer.fresh(layer), forget) }
    known.add(built)
    return inGraph(built.layer, graph)
  }
  // what is fresh is not memoised itself, and is suspended within the graph that it is asked for in
  return Layer.fresh(Layer.suspend(here))
}

interface Built<A, E, R> {
  readonly read: ReadonlyMap<unknown, unknown>
  readonly layer: Layer.Layer<A, E, R>
}

/** Differ from place to place, and are no inputs of any layer of ours. */
const surroundings: ReadonlyArray<{ readonly key: string }> = [Scope.Scope, Layer.CurrentMemoMap, Tracer.ParentSpan]

const inputsOf = (fiber: AnyFiber, { config, provides = [], services }: Inputs): ReadonlyMap<unknown, unknown> => {
  const context = fiber.currentContext.unsafeMap
  const read = new Map<unknown, unknown>(
    services === "all" ? context : services.map(({ key }) => [key, context.get(key)])
  )
  for (const { key } of [...surroundings, ...provides]) read.delete(key)
  if (config === true) read.set(ConfigProvider.ConfigProvider, configProviderOf(fiber))
  return read
}

const same = (one: ReadonlyMap<unknown, unknown>, other: ReadonlyMap<unknown, unknown>): boolean =>
  one.size === other.size && [...one].every(([key, value]) => other.get(key) === value)
