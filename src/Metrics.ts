/**
 * What a client counts, as Effect metrics: read them with `Metric.value`, or let an exporter
 * send them. Labels are the operation (`getChatsRoom`) and the status or kind of failure; ids
 * are in none of them.
 *
 * @since 0.1.0
 */
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"

/**
 * Requests that were sent, by `operation` and `status`: the reply's status, or the reason why
 * there was none (`Reset`, …).
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Metric from "effect/Metric"
 * import { Metrics } from "effect-genesys-chats"
 *
 * const refused = Metrics.requests.pipe(
 *   Metric.tagged("operation", "getChatsRoom"),
 *   Metric.tagged("status", "429"),
 *   Metric.value,
 *   Effect.map((state) => state.count)
 * )
 * ```
 * @since 0.1.0
 * @category metrics
 */
export const requests = Metric.counter("genesys_chats_requests", {
  description: "Requests sent, by operation and status",
  incremental: true
})

/**
 * How long requests took, from the first byte sent to the end of the reply, in milliseconds, by
 * `operation`.
 *
 * @example
 * ```ts
 * import * as Metric from "effect/Metric"
 * import { Metrics } from "effect-genesys-chats"
 *
 * const state = Metrics.duration.pipe(Metric.tagged("operation", "getChatsRoom"), Metric.value)
 * ```
 * @since 0.1.0
 * @category metrics
 */
export const duration = Metric.histogram(
  "genesys_chats_request_duration_ms",
  MetricBoundaries.exponential({ start: 5, factor: 2, count: 14 }),
  "Duration of requests in milliseconds, by operation"
)

/**
 * Retries by `reason`: the tag of the error that was retried.
 *
 * @example
 * ```ts
 * import * as Metric from "effect/Metric"
 * import { Metrics } from "effect-genesys-chats"
 *
 * const state = Metrics.retries.pipe(Metric.tagged("reason", "ServiceUnavailable"), Metric.value)
 * ```
 * @since 0.1.0
 * @category metrics
 */
export const retries = Metric.counter("genesys_chats_retries", {
  description: "Retries, by the error that was retried",
  incremental: true
})

/**
 * How long calls waited for a place in the flow, in milliseconds in all.
 *
 * @example
 * ```ts
 * import * as Metric from "effect/Metric"
 * import { Metrics } from "effect-genesys-chats"
 *
 * const state = Metrics.flowWait.pipe(Metric.value)
 * ```
 * @since 0.1.0
 * @category metrics
 */
export const flowWait = Metric.counter("genesys_chats_flow_wait_ms", {
  description: "Time that calls waited for the rate limit or the concurrency cap, in milliseconds",
  incremental: true
})

/**
 * How many requests are left in the current window of the rate limit, where it is known.
 *
 * @example
 * ```ts
 * import * as Metric from "effect/Metric"
 * import { Metrics } from "effect-genesys-chats"
 *
 * const state = Metrics.remaining.pipe(Metric.value)
 * ```
 * @since 0.1.0
 * @category metrics
 */
export const remaining = Metric.gauge("genesys_chats_rate_limit_remaining", {
  description: "Requests left in the current window of the rate limit"
})

/**
 * How often the shared store of the rate limit failed or did not answer in time, so that calls went on by
 * what the process knew itself.
 *
 * @example
 * ```ts
 * import * as Metric from "effect/Metric"
 * import { Metrics } from "effect-genesys-chats"
 *
 * const state = Metrics.storeFailures.pipe(Metric.value)
 * ```
 * @since 0.1.0
 * @category metrics
 */
export const storeFailures = Metric.counter("genesys_chats_flow_store_failures", {
  description: "Requests to the shared store of the rate limit that failed or took too long",
  incremental: true
})

/**
 * Tokens had from the source of credentials, by `result`: `ok`, or the reason of the failure.
 *
 * @example
 * ```ts
 * import * as Metric from "effect/Metric"
 * import { Metrics } from "effect-genesys-chats"
 *
 * const state = Metrics.tokenRefreshes.pipe(Metric.tagged("result", "ok"), Metric.value)
 * ```
 * @since 0.1.0
 * @category metrics
 */
export const tokenRefreshes = Metric.counter("genesys_chats_token_refreshes", {
  description: "Access tokens requested, by result",
  incremental: true
})

/**
 * Retries that are left in the budget.
 *
 * @example
 * ```ts
 * import * as Metric from "effect/Metric"
 * import { Metrics } from "effect-genesys-chats"
 *
 * const state = Metrics.retryBudget.pipe(Metric.value)
 * ```
 * @since 0.1.0
 * @category metrics
 */
export const retryBudget = Metric.gauge("genesys_chats_retry_budget", {
  description: "Retries left in the budget"
})
