import * as Context from "effect/Context"
import * as Metric from "effect/Metric"
import type { AnyFiber } from "./fiber.js"

/* Metrics with attributes are made once for each set: internal/labels makes each set once. */

/**
 * Labels as Effect's metrics take them. A metric finds its state by their identity, so each set is made once.
 *
 * @since 0.1.0
 * @category models
 */
export type Labels = Readonly<Record<string, string>>

export const noLabels: Labels = {}

export const withLabel = (labels: Labels, name: string, value: string): Labels => ({ ...labels, [name]: value })

/** What a fiber's metrics have for attributes (`Metric.CurrentMetricAttributes`); `undefined` where that is nothing. */
export const tagsOf = (fiber: AnyFiber): Labels | undefined => {
  const tags = fiber.getRef(Metric.CurrentMetricAttributes)
  return Object.keys(tags).length === 0 ? undefined : tags
}

export const both = (one: Labels, other: Labels): Labels => ({ ...one, ...other })

const known = new WeakMap<object, WeakMap<Labels, Metric.Metric<number, unknown>>>()

const withLabels = <State>(metric: Metric.Metric<number, State>, labels: Labels): Metric.Metric<number, unknown> => {
  const ofMetric = known.get(metric) ?? new WeakMap<Labels, Metric.Metric<number, unknown>>()
  known.set(metric, ofMetric)
  const found = ofMetric.get(labels) ?? Metric.withAttributes(metric, labels)
  ofMetric.set(labels, found)
  return found
}

export const update = <State>(metric: Metric.Metric<number, State>, value: number, labels: Labels = noLabels): void =>
  withLabels(metric, labels).updateUnsafe(value, Context.empty())

interface Named {
  readonly name: string
  readonly unit: string
  readonly description: string
}

/** Goes up alone where it is `incremental`. */
export const counter = ({ description, name, unit }: Named, incremental: boolean) =>
  Metric.counter(name, { description, incremental, attributes: { unit } })

export const gauge = ({ description, name, unit }: Named) => Metric.gauge(name, { description, attributes: { unit } })

export const histogram = ({ description, name, unit }: Named, boundaries: ReadonlyArray<number>) =>
  Metric.histogram(name, { description, boundaries, attributes: { unit } })

export type AnyMetric = Metric.Counter<number> | Metric.Gauge<number> | Metric.Histogram<number>

/** What a metric's values come to. */
export type StateOf<M> = M extends Metric.Metric<infer _In, infer State> ? State : never

/** All series of a metric of these. */
export const seriesOf = <M extends AnyMetric>(
  _: M,
  name: string
): ReadonlyArray<{ readonly labels: Readonly<Record<string, string>>; readonly state: StateOf<M> }> =>
  Metric.snapshotUnsafe(Context.empty()).flatMap(
    ({ attributes = {}, id, state }) => (id === name ? [{ labels: attributes, state: state as StateOf<M> }] : []) // as the type of the metric of this name says
  )
