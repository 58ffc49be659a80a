/**
 * How many retries a client has left: what keeps a dead server from being hammered.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as FromEnvironment from "../internal/config.js"
import { configProviderOf } from "../internal/effect/fiber.js"
import { update } from "../internal/effect/metric.js"
import { Owners } from "../internal/metered.js"
import * as Check from "../internal/options.js"
import { perInputs } from "../internal/perInputs.js"
import * as Metrics from "../Metrics.js"

/**
 * What a budget does.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** Takes a token for a retry; `false` when there is none. */
  readonly withdraw: Effect.Effect<boolean>
  /** Refunds what a success is worth. */
  readonly deposit: Effect.Effect<void>
  /** Retries that are left. */
  readonly level: Effect.Effect<number>
  /** Puts a client's labels on what it measures, as long as the scope is open. Not needed if it measures nothing. */
  readonly measureFor?: Metrics.MeasureFor | undefined
}

/**
 * A token bucket: every retry takes one token out, every call that succeeds puts a
 * fraction of one in.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { RetryBudget } from "effect-genesys-chats"
 *
 * const left = Effect.flatMap(RetryBudget.RetryBudget, (budget) => budget.level)
 * ```
 * @since 0.1.0
 * @category tags
 */
export class RetryBudget extends Context.Tag("effect-genesys-chats/RetryBudget")<RetryBudget, Service>() {}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * Retries in a full bucket; it starts full. A whole number from 0 (only retries that successes have paid for), or
   * `Infinity` (no budget). Default 50.
   */
  readonly capacity?: number | undefined
  /** Retries that one success is worth: a number from 0, with fractions. Default 0.1. */
  readonly refund?: number | undefined
}

/**
 * Your own budget. With the defaults the retries of a client never exceed 50 plus
 * a tenth of its successes: a dead server sees 50 more requests than there are calls,
 * then none; when it is back, ten successes buy one retry until the bucket is full. An option
 * that is out of its range is a defect that names it.
 *
 * Waits for the rate limit (429) are not paid for: flow control keeps those in bounds.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import { RetryBudget } from "effect-genesys-chats"
 *
 * const Small = Layer.effect(RetryBudget.RetryBudget, RetryBudget.make({ capacity: 10 }))
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const make = (options?: Options): Effect.Effect<Service> =>
  Effect.sync(() => {
    const capacity = Check.wholeNumber("RetryBudget.make: capacity", options?.capacity ?? 50, capacities)
    const refund = Check.number("RetryBudget.make: refund", options?.refund ?? 0.1, refunds)
    let level = capacity
    const owners = new Owners((labels) => update(Metrics.retryBudget, level, labels))
    const write = (): void => owners.each((labels) => update(Metrics.retryBudget, level, labels))
    const service: Service = {
      withdraw: Effect.sync(() => {
        // ten refunds of 0.1 are not quite 1
        if (level < 1 - 1e-9) return false
        level = Math.max(0, level - 1)
        write()
        return true
      }),
      deposit: Effect.sync(() => {
        if (level === capacity) return
        level = Math.min(capacity, level + refund)
        write()
      }),
      level: Effect.sync(() => level),
      measureFor: owners.measureFor
    }
    return service
  })

const capacities: Check.Range = { least: 0, infinite: true }
const refunds: Check.Range = { least: 0 }

/**
 * A budget with options, for one client or, where it is provided to several of them, for
 * all of them together. Every client makes its own unless one is provided.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import { ChatsClient, RetryBudget } from "effect-genesys-chats"
 *
 * const Thrifty = ChatsClient.layer.pipe(Layer.provide(RetryBudget.layer({ capacity: 10, refund: 0.05 })))
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: Options): Layer.Layer<RetryBudget> => Layer.effect(RetryBudget, make(options))

/**
 * The budget that the environment asks for: `GENESYS_CLOUD_RETRY_BUDGET` (the `capacity` of {@link Options}) and
 * `GENESYS_CLOUD_RETRY_REFUND` (its `refund`). A missing one is as in {@link make}; a wrong one is a `ConfigError`
 * that names it.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import { ChatsClient, RetryBudget } from "effect-genesys-chats"
 *
 * const Live = ChatsClient.layer.pipe(Layer.provide(RetryBudget.layerConfig))
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerConfig: Layer.Layer<RetryBudget, ConfigError.ConfigError> = perInputs(
  Layer.effect(
    RetryBudget,
    Effect.flatMap(
      Config.all({
        capacity: FromEnvironment.optional(FromEnvironment.wholeNumber("GENESYS_CLOUD_RETRY_BUDGET", capacities)),
        refund: FromEnvironment.optional(FromEnvironment.number("GENESYS_CLOUD_RETRY_REFUND", refunds))
      }),
      make
    )
  ),
  { services: [], config: configProviderOf }
)
