import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Tracer from "effect/Tracer"
import { type AnyFiber, servicesOf } from "./effect/fiber.js"
import { chosen } from "./effect/graph.js"

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
  /** Where it reads the config: `configProviderOf`. */
  readonly config?: (fiber: AnyFiber) => unknown
  /** What it provides, and so does not read. */
  readonly provides?: ReadonlyArray<{ readonly key: string }>
}

export const perInputs = <A, E, R>(layer: Layer.Layer<A, E, R>, inputs: Inputs): Layer.Layer<A, E, R> => {
  const known = new Set<Built<A, E, R>>()
  return chosen(layer, (fiber) => {
    const read = inputsOf(fiber, inputs)
    for (const one of known) {
      if (same(one.read, read)) return one.layer
    }
    const one = new Built(read, layer, () => known.delete(one))
    known.add(one)
    return one.layer
  })
}

/** A layer of its own for one set of inputs, which a graph takes for another layer, until it is closed in each graph. */
class Built<A, E, R> {
  readonly layer: Layer.Layer<A, E, R>

  constructor(
    readonly read: ReadonlyMap<unknown, unknown>,
    layer: Layer.Layer<A, E, R>,
    forget: () => void
  ) {
    let held = 0
    // registered before the layer is built, so that one that fails is forgotten as well
    const hold = Effect.acquireRelease(
      Effect.sync(() => held++),
      () => Effect.sync(() => --held > 0 || forget())
    )
    this.layer = Layer.provide(Layer.fresh(layer), Layer.scopedDiscard(hold))
  }
}

/** Differ from place to place, and are no inputs of any layer of ours. */
const surroundings: ReadonlyArray<{ readonly key: string }> = [Scope.Scope, Layer.CurrentMemoMap, Tracer.ParentSpan]

const inputsOf = (fiber: AnyFiber, { config, provides = [], services }: Inputs): ReadonlyMap<unknown, unknown> => {
  const provided = fiber.currentContext.unsafeMap
  const read = new Map<unknown, unknown>(
    services === "all" ? servicesOf(fiber) : services.map(({ key }) => [key, provided.get(key)])
  )
  for (const { key } of [...surroundings, ...provides]) read.delete(key)
  if (config !== undefined) read.set(config, config(fiber))
  return read
}

const same = (one: ReadonlyMap<unknown, unknown>, other: ReadonlyMap<unknown, unknown>): boolean =>
  one.size === other.size && [...one].every(([key, value]) => other.get(key) === value)
