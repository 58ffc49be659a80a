import type * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import * as MetricLabel from "effect/MetricLabel"

/*
 * Metrics find their state by the identity of the labels: each set is made once. There are few of
 * them, for the values are names and statuses.
 */

export type Labels = ReadonlyArray<MetricLabel.MetricLabel>

const extended = new WeakMap<Labels, Map<string, Labels>>()

/** Labels and one more. */
export const label = (labels: Labels, name: string, value: string): Labels => {
  let known = extended.get(labels)
  if (known === undefined) extended.set(labels, (known = new Map()))
  const key = `${name} ${value}`
  const found = known.get(key)
  if (found !== undefined) return found
  const made = [...labels, MetricLabel.make(name, value)]
  known.set(key, made)
  return made
}

export const noLabels: Labels = []

const joined = new WeakMap<Labels, WeakMap<Labels, Labels>>()

/** Labels and those that a fiber's metrics are tagged with (`Effect.tagMetrics`). */
export const tagged = (labels: Labels, fiber: Fiber.RuntimeFiber<unknown, unknown>): Labels => {
  const tags = fiber.getFiberRef(FiberRef.currentMetricLabels)
  if (tags.length === 0) return labels
  let known = joined.get(tags)
  if (known === undefined) joined.set(tags, (known = new WeakMap()))
  const found = known.get(labels)
  if (found !== undefined) return found
  const made = [...tags, ...labels]
  known.set(labels, made)
  return made
}

/** One label of a value. */
export const ofReason = (reason: string): Labels => label(noLabels, "reason", reason)
export const ofResult = (result: string): Labels => label(noLabels, "result", result)
