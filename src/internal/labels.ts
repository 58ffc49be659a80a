import type * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import * as MetricLabel from "effect/MetricLabel"

/*
 * Metrics find their state by the identity of the labels: each set is made once. There are few of
 * them, for the values are names and statuses.
 */

export type Labels = ReadonlyArray<MetricLabel.MetricLabel>

const extended = new WeakMap<Labels, Map<string, Labels>>()
const joined = new WeakMap<Labels, Map<Labels, Labels>>()

const remembered = <K extends object, K2, A>(known: WeakMap<K, Map<K2, A>>, key: K, key2: K2, make: () => A): A => {
  const inner = known.get(key) ?? new Map<K2, A>()
  known.set(key, inner)
  const found = inner.get(key2) ?? make()
  inner.set(key2, found)
  return found
}

/** Labels and one more. */
export const label = (labels: Labels, name: string, value: string): Labels =>
  remembered(extended, labels, `${name} ${value}`, () => [...labels, MetricLabel.make(name, value)])

export const noLabels: Labels = []

/** Labels and those that a fiber's metrics are tagged with (`Effect.tagMetrics`). */
export const tagged = (labels: Labels, fiber: Fiber.RuntimeFiber<unknown, unknown>): Labels => {
  const tags = fiber.getFiberRef(FiberRef.currentMetricLabels)
  return tags.length === 0 ? labels : remembered(joined, tags, labels, () => [...tags, ...labels])
}

export const ofResult = (result: string): Labels => label(noLabels, "result", result)
