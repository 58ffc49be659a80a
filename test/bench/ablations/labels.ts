/** Labels that are made anew each time; Effect finds the metric's state by what they say. */
import * as FiberRef from "effect/FiberRef"
import * as MetricLabel from "effect/MetricLabel"
import type * as ours from "../../../src/internal/labels.js"

export const label: typeof ours.label = (labels, name, value) => [...labels, MetricLabel.make(name, value)]
export const noLabels: ours.Labels = []
export const tagged: typeof ours.tagged = (labels, fiber) => [
  ...fiber.getFiberRef(FiberRef.currentMetricLabels),
  ...labels
]
export const ofResult: typeof ours.ofResult = (result) => label(noLabels, "result", result)
