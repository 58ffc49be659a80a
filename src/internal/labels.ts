import type { AnyFiber } from "./effect/fiber.js"
import { both, isEmpty, type Labels, noLabels, tagsOf, withLabel } from "./effect/metric.js"

export { type Labels, noLabels } from "./effect/metric.js"

/*
 * Metrics find their state by the identity of the labels: each set is made once. There are few of
 * them, for the values are names and statuses.
 */

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
  remembered(extended, labels, `${name} ${value}`, () => withLabel(labels, name, value))

/** Labels and those that a fiber's metrics are tagged with (`Effect.tagMetrics`). */
export const tagged = (labels: Labels, fiber: AnyFiber): Labels => {
  const tags = tagsOf(fiber)
  return isEmpty(tags) ? labels : remembered(joined, tags, labels, () => both(tags, labels))
}

export const ofResult = (result: string): Labels => label(noLabels, "result", result)
