/** Labels that are made anew each time; Effect finds the metric's state by what they say. */
import * as FiberRef from "effect/FiberRef"
import * as MetricLabel from "effect/MetricLabel"
import type * as ours from "../../../src/internal/labels.js"

export const noLabels: ours.Labels = []
export const labelsOf: typeof ours.labelsOf = (values) =>
  Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [MetricLabel.make(name, String(value))]
  )
export const tagged: typeof ours.tagged = (labels, fiber) => [
  ...fiber.getFiberRef(FiberRef.currentMetricLabels),
  ...labels
]
export const more: typeof ours.more = (make) => (labels, key) => [...labels, ...labelsOf(make(key))]
export const withErrorType: typeof ours.withErrorType = more((type) => ({ "error.type": type }))
