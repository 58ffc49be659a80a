import type * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import * as MetricLabel from "effect/MetricLabel"

/*
 * Metrics find their state by the identity of the labels: each set is made once. There are few of
 * them, for the values are names and statuses.
 */

export type Labels = ReadonlyArray<MetricLabel.MetricLabel>

export const noLabels: Labels = []

/** Labels by name; those without a value are left out. */
export const labelsOf = (values: Readonly<Record<string, string | number | undefined>>): Labels =>
  Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [MetricLabel.make(name, String(value))]
  )

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
export const tagged = (labels: Labels, fiber: Fiber.RuntimeFiber<unknown, unknown>): Labels => {
  const tags = fiber.getFiberRef(FiberRef.currentMetricLabels)
  return tags.length === 0 ? labels : remembered(joined, tags, labels, () => [...tags, ...labels])
}

/** Labels and more, which are made of a key: a function to be made once. */
export const more = <K>(make: (key: K) => Readonly<Record<string, string | number | undefined>>) => {
  const known: Known<K> = new WeakMap()
  return (labels: Labels, key: K): Labels => remembered(known, labels, key, () => [...labels, ...labelsOf(make(key))])
}

/** Labels and the kind of an error; none where there was no error. */
export const withErrorType = /*#__PURE__*/ more((type: string | undefined) => ({ "error.type": type }))
