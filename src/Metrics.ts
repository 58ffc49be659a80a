/**
 * What a client measures, as Effect metrics, under the names, units and attributes of OpenTelemetry's
 * semantic conventions where there are some: an exporter sends them as they are, {@link series} reads them.
 * {@link table} lists them all.
 *
 * - *Labels*: every series has `client`, the number of its client among those of the process with the same `org`,
 *   and `org`, if `ChatsClient.Options.org` names it; so no client overwrites another's gauges. The numbers of
 *   closed clients are reused. Labels of `Effect.tagMetrics` are added: those around a call, and for gauges and
 *   tokens those around the client's layer.
 * - *Units*: the label `unit` is where Effect's exporters find the unit.
 * - No label holds an id, a text or anything else that the service says.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Metric from "effect/Metric"
import * as Measures from "./internal/effect/metric.js"

export type { Labels } from "./internal/labels.js"
export type { MeasureFor } from "./internal/metered.js"

/**
 * What a metric is, besides its values.
 *
 * @since 0.1.0
 * @category models
 */
export interface Description {
  /** As OpenTelemetry has it; Prometheus writes `_` for dots and appends the unit, and `_total` to counters. */
  readonly name: string
  /** An up-down counter is one that goes down as well. */
  readonly kind: "counter" | "up-down counter" | "gauge" | "histogram"
  /** As UCUM writes it: `s` for seconds, a word in braces for things that are counted. */
  readonly unit: string
  readonly description: string
  /** Its own labels, besides `client`, `org` and `unit`. Not every series has all of them. */
  readonly labels: ReadonlyArray<string>
}

/**
 * A metric that says what it is.
 *
 * @since 0.1.0
 * @category models
 */
export interface Described {
  readonly about: Description
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Counter extends Metric.Metric.Counter<number>, Described {}

/**
 * @since 0.1.0
 * @category models
 */
export interface Gauge extends Metric.Metric.Gauge<number>, Described {}

/**
 * @since 0.1.0
 * @category models
 */
export interface Histogram extends Metric.Metric.Histogram<number>, Described {}

const described = <M extends object>(metric: M, about: Description): M & Described => Object.assign(metric, { about })

const counter = (self: Description): Counter => described(Measures.counter(self, self.kind === "counter"), self)

const gauge = (self: Description): Gauge => described(Measures.gauge(self), self)

const histogram = (self: Description, boundaries: ReadonlyArray<number>): Histogram =>
  described(Measures.histogram(self, boundaries), self)

const server = ["server.address", "server.port"]

/**
 * How long requests took, from the first byte sent to the end of the reply, in seconds; its count is the number of
 * requests. `http.response.status_code` is the reply's status, and is missing if none came; `error.type` is that
 * status if it is an error, else what went wrong (`Reset`, `DecodeError`, …), and is missing on success.
 * `url.template` has names in place of ids. Name, attributes and buckets:
 * https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpclientrequestduration.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Metrics } from "effect-genesys-chats"
 *
 * const refused = Effect.map(Metrics.series(Metrics.requestDuration), (series) =>
 *   series.filter(({ labels }) => labels["http.response.status_code"] === "429").map(({ state }) => state.count)
 * )
 * ```
 * @since 0.1.0
 * @category metrics
 */
export const requestDuration: Histogram = histogram(
  {
    name: "http.client.request.duration",
    kind: "histogram",
    unit: "s",
    description: "Duration of requests, from the first byte sent to the end of the reply",
    labels: ["http.request.method", "url.template", "http.response.status_code", "error.type", ...server]
  },
  [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
)

/**
 * Requests under way.
 *
 * @example
 * ```ts
 * import { Metrics } from "effect-genesys-chats"
 *
 * const underWay = Metrics.series(Metrics.activeRequests)
 * ```
 * @since 0.1.0
 * @category metrics
 */
export const activeRequests: Counter = counter({
  name: "http.client.active_requests",
  kind: "up-down counter",
  unit: "{request}",
  description: "Requests under way",
  labels: server
})

/**
 * Attempts after the first. `error.type` is what the attempt before came to, as in {@link requestDuration}.
 *
 * @example
 * ```ts
 * import { Metrics } from "effect-genesys-chats"
 *
 * const retries = Metrics.series(Metrics.retries)
 * ```
 * @since 0.1.0
 * @category metrics
 */
export const retries: Counter = counter({
  name: "genesys.chats.retries",
  kind: "counter",
  unit: "{retry}",
  description: "Attempts after the first, by what the attempt before came to",
  labels: ["error.type"]
})

/**
 * Retries that are left in the budget of a client.
 *
 * @example
 * ```ts
 * import { Metrics } from "effect-genesys-chats"
 *
 * const left = Metrics.series(Metrics.retryBudget)
 * ```
 * @since 0.1.0
 * @category metrics
 */
export const retryBudget: Gauge = gauge({
  name: "genesys.chats.retry_budget",
  kind: "gauge",
  unit: "{retry}",
  description: "Retries left in the budget",
  labels: []
})

/**
 * How long requests waited for the rate limit or the cap on concurrency, in seconds. Those that went at once
 * are not counted.
 *
 * @example
 * ```ts
 * import { Metrics } from "effect-genesys-chats"
 *
 * const waits = Metrics.series(Metrics.flowWait)
 * ```
 * @since 0.1.0
 * @category metrics
 */
export const flowWait: Histogram = histogram(
  {
    name: "genesys.chats.flow.wait.duration",
    kind: "histogram",
    unit: "s",
    description:
      "Time that requests waited for the rate limit or the concurrency cap; those that went at once are not counted",
    labels: []
  },
  [0.01, 0.1, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 90, 180]
)

/**
 * Requests that wait for the rate limit or the cap on concurrency. Clients that share one `FlowControl`
 * each show the same number.
 *
 * @example
 * ```ts
 * import { Metrics } from "effect-genesys-chats"
 *
 * const waiting = Metrics.series(Metrics.flowWaiting)
 * ```
 * @since 0.1.0
 * @category metrics
 */
export const flowWaiting: Gauge = gauge({
  name: "genesys.chats.flow.waiting",
  kind: "gauge",
  unit: "{request}",
  description: "Requests that wait for the rate limit or the concurrency cap",
  labels: []
})

/**
 * How many requests are left in the current window of the rate limit. There is no series until a reply
 * says so.
 *
 * @example
 * ```ts
 * import { Metrics } from "effect-genesys-chats"
 *
 * const left = Metrics.series(Metrics.rateLimitRemaining)
 * ```
 * @since 0.1.0
 * @category metrics
 */
export const rateLimitRemaining: Gauge = gauge({
  name: "genesys.chats.rate_limit.remaining",
  kind: "gauge",
  unit: "{request}",
  description: "Requests left in the current window of the rate limit",
  labels: []
})

/**
 * How many requests a window of the rate limit holds. There is no series until a reply says so.
 *
 * @example
 * ```ts
 * import { Metrics } from "effect-genesys-chats"
 *
 * const limits = Metrics.series(Metrics.rateLimitAllowed)
 * ```
 * @since 0.1.0
 * @category metrics
 */
export const rateLimitAllowed: Gauge = gauge({
  name: "genesys.chats.rate_limit.allowed",
  kind: "gauge",
  unit: "{request}",
  description: "Requests that a window of the rate limit holds",
  labels: []
})

/**
 * How often the shared store of the rate limit failed or did not answer in time, so that calls went on with what
 * the process knew itself.
 *
 * @example
 * ```ts
 * import { Metrics } from "effect-genesys-chats"
 *
 * const failures = Metrics.series(Metrics.storeFailures)
 * ```
 * @since 0.1.0
 * @category metrics
 */
export const storeFailures: Counter = counter({
  name: "genesys.chats.flow.store.failures",
  kind: "counter",
  unit: "{failure}",
  description: "Requests to the shared store of the rate limit that failed or took too long",
  labels: []
})

/**
 * Access tokens requested from their source. `error.type` is the reason of a failure (`InvalidClient`, `Timeout`,
 * …), and is missing on success.
 *
 * @example
 * ```ts
 * import { Metrics } from "effect-genesys-chats"
 *
 * const requested = Metrics.series(Metrics.tokenRequests)
 * ```
 * @since 0.1.0
 * @category metrics
 */
export const tokenRequests: Counter = counter({
  name: "genesys.chats.token.requests",
  kind: "counter",
  unit: "{token}",
  description: "Access tokens requested from their source",
  labels: ["error.type"]
})

/**
 * All metrics of this library, and what they are.
 *
 * @example
 * ```ts
 * import { Metrics } from "effect-genesys-chats"
 *
 * const names = Metrics.table.map(({ name, unit }) => `${name} (${unit})`)
 * ```
 * @since 0.1.0
 * @category models
 */
export const table: ReadonlyArray<Description> = [
  requestDuration.about,
  activeRequests.about,
  retries.about,
  retryBudget.about,
  flowWait.about,
  flowWaiting.about,
  rateLimitRemaining.about,
  rateLimitAllowed.about,
  storeFailures.about,
  tokenRequests.about
]

/**
 * One series of a metric: the values with the same labels.
 *
 * @since 0.1.0
 * @category models
 */
export interface Series<out State> {
  readonly labels: Readonly<Record<string, string>>
  readonly state: State
}

/**
 * All series of a metric as they are now. `Metric.value` reads one of them, and needs its labels in their order.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Metrics } from "effect-genesys-chats"
 *
 * const waitingIn = (org: string) =>
 *   Effect.map(Metrics.series(Metrics.flowWaiting), (series) =>
 *     series.filter(({ labels }) => labels.org === org).map(({ state }) => state.value)
 *   )
 * ```
 * @since 0.1.0
 * @category accessors
 */
export const series = <M extends Measures.AnyMetric & Described>(
  metric: M
): Effect.Effect<ReadonlyArray<Series<Measures.StateOf<M>>>> =>
  Effect.sync(() => Measures.seriesOf(metric, metric.about.name))
