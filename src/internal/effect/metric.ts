import * as FiberRef from "effect/FiberRef"
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"
import * as MetricKey from "effect/MetricKey"
import * as MetricLabel from "effect/MetricLabel"
import type { AnyFiber } from "./fiber.js"

/* Metrics find their state by the identity of the labels: each set is made once, by internal/labels. */

/**
 * Labels as Effect's metrics take them. A metric finds its state by their identity, so each set is made once.
 *
 * @since 0.1.0
 * @category models
 */
export type Labels = ReadonlyArray<MetricLabel.MetricLabel>

export const noLabels: Labels = []

export const withLabel = (labels: Labels, name: string, value: string): Labels => [
  ...labels,
  MetricLabel.make(name, value)
]

/** What a fiber's metrics are tagged with (`Effect.tagMetrics`); `undefined` where that is nothing. */
export const tagsOf = (fiber: AnyFiber): Labels | undefined => {
  const tags = fiber.getFiberRef(FiberRef.currentMetricLabels)
  return tags.length === 0 ? undefined : tags
}

export const both = (one: Labels, other: Labels): Labels => [...one, ...other]

export const update = <Type, Out>(
  metric: Metric.Metric<Type, number, Out>,
  value: number,
  labels: Labels = noLabels
): void => metric.unsafeUpdate(value, labels)

/*
 * Exporters read the unit off a label. It belongs to the key, and not to the labels of an update: those are
 * looked up by their identity.
 */

interface Named {
  readonly name: string
  readonly unit: string
  readonly description: string
}

/** Goes up alone where it is `incremental`. */
export const counter = ({ description, name, unit }: Named, incremental: boolean) =>
  Metric.fromMetricKey(MetricKey.tagged(MetricKey.counter(name, { description, incremental }), "unit", unit))

export const gauge = ({ description, name, unit }: Named) =>
  Metric.fromMetricKey(MetricKey.tagged(MetricKey.gauge(name, { description }), "unit", unit))

export const histogram = ({ description, name, unit }: Named, boundaries: ReadonlyArray<number>) =>
  Metric.fromMetricKey(
    MetricKey.tagged(MetricKey.histogram(name, MetricBoundaries.fromIterable(boundaries), description), "unit", unit)
  )

export type AnyMetric = Metric.Metric.Counter<number> | Metric.Metric.Gauge<number> | Metric.Metric.Histogram<number>

/** What a metric's values come to. */
export type StateOf<M> = M extends Metric.Metric<infer _Type, infer _In, infer State> ? State : never

/** All series of a metric of these. */
export const seriesOf = <M extends AnyMetric>(
  metric: M,
  name: string
): ReadonlyArray<{ readonly labels: Readonly<Record<string, string>>; readonly state: StateOf<M> }> =>
  Metric.unsafeSnapshot().flatMap(({ metricKey }) => {
    if (metricKey.name !== name) return []
    // the unit is the metric's own
    const [, ...own] = metricKey.tags
    const labels = Object.fromEntries(metricKey.tags.map(({ key, value }) => [key, value]))
    return [{ labels, state: metric.unsafeValue(own) as StateOf<M> }] // as its type says
  })
