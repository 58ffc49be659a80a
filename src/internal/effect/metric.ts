import * as FiberRef from "effect/FiberRef"
import type * as Metric from "effect/Metric"
import * as MetricLabel from "effect/MetricLabel"
import type { AnyFiber } from "./fiber.js"

/* Metrics find their state by the identity of the labels: each set is made once, by internal/labels. */

export type Labels = ReadonlyArray<MetricLabel.MetricLabel>

export const noLabels: Labels = []

export const withLabel = (labels: Labels, name: string, value: string): Labels => [
  ...labels,
  MetricLabel.make(name, value)
]

/** What a fiber's metrics are tagged with (`Effect.tagMetrics`). */
export const tagsOf = (fiber: AnyFiber): Labels => fiber.getFiberRef(FiberRef.currentMetricLabels)

export const isEmpty = (labels: Labels): boolean => labels.length === 0

export const both = (one: Labels, other: Labels): Labels => [...one, ...other]

export const update = <Type, Out>(
  metric: Metric.Metric<Type, number, Out>,
  value: number,
  labels: Labels = noLabels
): void => metric.unsafeUpdate(value, labels)
