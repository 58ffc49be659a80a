import type { AnyFiber } from "./effect/fiber.js"
import { both, type Labels, noLabels, tagsOf, withLabel } from "./effect/metric.js"

export { type Labels, noLabels } from "./effect/metric.js"

/*
 * Metrics find their state by the identity of the labels: each set is made once. There are few of
 * them, for the values are names and statuses.
 */

type Values = Readonly<Record<string, string | number | undefined>>

/** Labels and more by name; those without a value are left out. */
const extended = (labels: Labels, values: Values): Labels =>
  Object.entries(values).reduce(
    (known, [name, value]) => (value === undefined ? known : withLabel(known, name, String(value))),
    labels
  )

export const labelsOf = (values: Values): Labels => extended(noLabels, values)

type Known<K> = WeakMap<Labels, Map<K, Labels>>

const remembered = <K>(known: Known<K>, labels: Labels, key: K, make: () => Labels): Labels => {
  let inner = known.get(labels)
  if (inner === undefined) {
    inner = new Map()
    known.set(labels, inner)
  }
  let found = inner.get(key)
  if (found === undefined) {
    found = make()
    inner.set(key, found)
  }
  return found
}

const joined: Known<Labels> = new WeakMap()

/** Labels and those that a fiber's metrics are tagged with (`Effect.tagMetrics`). */
export const tagged = (labels: Labels, fiber: AnyFiber): Labels => {
  const tags = tagsOf(fiber)
  return tags === undefined ? labels : remembered(joined, tags, labels, () => both(tags, labels))
}

/** Labels and more, which are made of a key: a function to be made once. */
export const more = <K>(make: (key: K) => Values) => {
  const known: Known<K> = new WeakMap()
  return (labels: Labels, key: K): Labels => remembered(known, labels, key, () => extended(labels, make(key)))
}

/** Labels and the kind of an error; none where there was no error. */
export const withErrorType = /*#__PURE__*/ more((type: string | undefined) => ({ "error.type": type }))
