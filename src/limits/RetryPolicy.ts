/**
 * When a call is tried again. A policy is a reference with a default, so no one
 * must provide it; override it per effect with {@link with} or for a whole client
 * with {@link layer}.
 *
 * @since 0.1.0
 */
import type * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import type * as Schedule from "effect/Schedule"
import type * as ChatsError from "../ChatsError.js"
import { checked, duration, literal, optional, wholeNumber } from "../internal/config.js"
import { configProviderOf } from "../internal/effect/fiber.js"
import { exponential, stateful } from "../internal/effect/schedule.js"
import * as Check from "../internal/options.js"
import { perInputs } from "../internal/perInputs.js"
import { decide, noRetries, type Policy, type Retries, type RetrySchedule } from "./retry.js"
import { hintOf } from "./transient.js"

export type {
  /**
   * When a call is tried again, and until when.
   *
   * @since 0.1.0
   * @category models
   */
  Policy,
  /**
   * Delays for one kind of failure.
   *
   * @since 0.1.0
   * @category models
   */
  RetrySchedule
} from "./retry.js"

/** What the options may be, in code and in the environment. */
const ranges = {
  maxRetries: { least: 0, infinite: true },
  deadline: { least: "1 millis", infinite: true },
  patience: { least: 0, infinite: true },
  base: { least: "1 millis", most: "1 day" },
  cap: { least: "1 millis", infinite: true },
  floor: { least: 0, most: "1 day" }
} as const

/**
 * Exponential backoff with full jitter: a random wait between nothing and
 * `base × 2ⁿ`, at most `cap`, on top of what the error asks for (`retryAfter`), and
 * never below `floor`, so that no hint makes a hot loop.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, RetryPolicy } from "effect-genesys-chats"
 *
 * const program = Chats.getChatsSettings().pipe(
 *   RetryPolicy.with(RetryPolicy.make({ serviceUnavailable: RetryPolicy.backoff({ base: "1 second" }) })),
 *   Effect.asVoid
 * )
 * ```
 * @since 0.1.0
 * @category schedules
 */
export const backoff = (options?: {
  /** The longest first wait: from 1 ms to a day. Default 500 ms. */
  readonly base?: Duration.DurationInput | undefined
  /** The longest wait, apart from hints of the service: from 1 ms; `Infinity` for no bound. Default 20 seconds. */
  readonly cap?: Duration.DurationInput | undefined
  /** The shortest wait: up to a day. Default 50 ms. */
  readonly floor?: Duration.DurationInput | undefined
}): RetrySchedule => {
  const base = Check.duration("RetryPolicy.backoff: base", options?.base ?? "500 millis", ranges.base)
  const cap = Check.duration("RetryPolicy.backoff: cap", options?.cap ?? "20 seconds", ranges.cap)
  const floor = Check.duration("RetryPolicy.backoff: floor", options?.floor ?? "50 millis", ranges.floor)
  return exponential(base, (error: ChatsError.ChatsError, ceiling) =>
    Effect.map(Random.next, (random) => {
      const jitter = Duration.times(Duration.min(ceiling, cap), random)
      // in whole milliseconds: TestClock knows no others
      return Duration.millis(Math.ceil(Duration.toMillis(Duration.max(floor, Duration.sum(hintOf(error), jitter)))))
    })
  )
}

/**
 * What a policy is made of; what is left out is as in {@link standard}. A value out of its range is
 * refused by name, as a defect.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Attempts after the first: a whole number from 0; `Infinity` for as many as the deadline allows. Default 4. */
  readonly maxRetries?: number | undefined
  /** For the whole call: from 1 ms; `Infinity` for none. Default 3 minutes. */
  readonly deadline?: Duration.DurationInput | undefined
  /** The longest wait for the rate limit: from 0; `Infinity` for any. Default 90 seconds. */
  readonly patience?: Duration.DurationInput | undefined
  /** Whether a call that is not idempotent is repeated if it may have happened. Default `"atLeastOnce"`. */
  readonly sends?: Policy["sends"] | undefined
  /** Delays after a 429. Default, as for all that follow: {@link backoff}. */
  readonly tooManyRequests?: RetrySchedule | undefined
  /** Delays after a 502. */
  readonly badGateway?: RetrySchedule | undefined
  /** Delays after a 503. */
  readonly serviceUnavailable?: RetrySchedule | undefined
  /** Delays after a 504. */
  readonly gatewayTimeout?: RetrySchedule | undefined
  /** Delays after no reply, where the call may be replayed. */
  readonly transport?: RetrySchedule | undefined
}

/**
 * A policy; what is left out is as in {@link standard}.
 *
 * @example
 * ```ts
 * import { Chats, RetryPolicy } from "effect-genesys-chats"
 *
 * const patient = RetryPolicy.make({ maxRetries: 8, deadline: "10 minutes", patience: "5 minutes" })
 * const program = Chats.getChatsSettings().pipe(RetryPolicy.with(patient))
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const make = (options?: Options): Policy => makeNamed("make", options)

const makeNamed = (name: string, options?: Options): Policy => ({
  maxRetries: Check.wholeNumber(`RetryPolicy.${name}: maxRetries`, options?.maxRetries ?? 4, ranges.maxRetries),
  deadline: Check.duration(`RetryPolicy.${name}: deadline`, options?.deadline ?? "3 minutes", ranges.deadline),
  patience: Check.duration(`RetryPolicy.${name}: patience`, options?.patience ?? "90 seconds", ranges.patience),
  sends: Check.oneOf(`RetryPolicy.${name}: sends`, options?.sends ?? "atLeastOnce", ["atLeastOnce", "atMostOnce"]),
  tooManyRequests: options?.tooManyRequests ?? backoff(),
  badGateway: options?.badGateway ?? backoff(),
  serviceUnavailable: options?.serviceUnavailable ?? backoff(),
  gatewayTimeout: options?.gatewayTimeout ?? backoff(),
  transport: options?.transport ?? backoff()
})

/** A policy need not come from `make`: one can be spread from another, with any values. */
const checkedPolicy = (name: string, policy: Policy): Policy => {
  if (!known.has(policy)) {
    makeNamed(name, policy)
    known.add(policy)
  }
  return policy
}

const known = new WeakSet<Policy>()

/**
 * At most 4 retries within 3 minutes, and no wait for the rate limit above 90 seconds: two
 * `Retry-After: 60` in a row are waited for.
 *
 * - 429: what the service asks for, jitter on top of it;
 * - 503: exponential with full jitter, on top of `Retry-After` where there is one;
 * - 502 and 504: exponential with full jitter;
 * - no reply: likewise, where the endpoint is idempotent or nothing was sent;
 * - anything else is not retried.
 *
 * @example
 * ```ts
 * import { Chats, RetryPolicy } from "effect-genesys-chats"
 *
 * const program = Chats.getChatsSettings().pipe(RetryPolicy.with(RetryPolicy.standard))
 * ```
 * @since 0.1.0
 * @category policies
 */
export const standard: Policy = make()

/**
 * Never retries. The deadline still holds.
 *
 * @example
 * ```ts
 * import { Chats, RetryPolicy } from "effect-genesys-chats"
 *
 * const program = Chats.getChatsSettings().pipe(RetryPolicy.with(RetryPolicy.none))
 * ```
 * @since 0.1.0
 * @category policies
 */
export const none: Policy = make({ maxRetries: 0 })

/**
 * As the default, but an action that is not idempotent (`postChatsRoomMessages`,
 * `postChatsUserMessages`, `postChatsRooms`) is never replayed once it may have
 * arrived: after a 502, a 503, a 504 or a lost reply. A 429 and a connection that was
 * never made are still retried.
 *
 * @example
 * ```ts
 * import { Chats, RetryPolicy, RoomJid } from "effect-genesys-chats"
 *
 * const roomJid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
 *
 * const program = Chats.postChatsRoomMessages({ roomJid, message: "Paid 100 €" }).pipe(
 *   RetryPolicy.with(RetryPolicy.atMostOnce)
 * )
 * ```
 * @since 0.1.0
 * @category policies
 */
export const atMostOnce: Policy = make({ sends: "atMostOnce" })

/**
 * The policy in force.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { RetryPolicy } from "effect-genesys-chats"
 *
 * const maxRetries = Effect.map(RetryPolicy.RetryPolicy, (policy) => policy.maxRetries)
 * ```
 * @since 0.1.0
 * @category tags
 */
export class RetryPolicy extends Context.Reference<RetryPolicy>()("effect-genesys-chats/RetryPolicy", {
  defaultValue: () => standard
}) {}

const with_: {
  /** Runs an effect, and all calls in it, under a policy. */
  (policy: Policy): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Runs an effect, and all calls in it, under a policy. */
  <A, E, R>(self: Effect.Effect<A, E, R>, policy: Policy): Effect.Effect<A, E, R>
} = dual(
  2,
  <A, E, R>(self: Effect.Effect<A, E, R>, policy: Policy): Effect.Effect<A, E, R> =>
    Effect.provideService(self, RetryPolicy, checkedPolicy("with", policy))
)

export {
  /**
   * Runs an effect, and all calls in it, under a policy.
   *
   * @example
   * ```ts
   * import { Chats, RetryPolicy } from "effect-genesys-chats"
   *
   * const program = Chats.getChatsSettings().pipe(RetryPolicy.with(RetryPolicy.make({ maxRetries: 1 })))
   * ```
   * @since 0.1.0
   * @category combinators
   */
  with_ as with
}

/**
 * A policy for all calls of a program, or of a client where it is provided to the
 * client's layer. What an effect sets with {@link with} goes first.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import { ChatsClient, RetryPolicy } from "effect-genesys-chats"
 *
 * const Live = ChatsClient.layer.pipe(Layer.provide(RetryPolicy.layer(RetryPolicy.atMostOnce)))
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layer = (policy: Policy): Layer.Layer<RetryPolicy> =>
  Layer.sync(RetryPolicy, () => checkedPolicy("layer", policy))

/** A policy, its plain values as `Config`s. */
type FromConfig = {
  readonly [K in "maxRetries" | "deadline" | "patience" | "sends"]?: Config.Config<Options[K]> | undefined
}

/**
 * A policy of `Config` values under your own names, so that two clients of one process can have different ones.
 * What is left out is as in {@link standard}. An empty variable counts as missing, and a value out of its range is
 * a `ConfigError` that names it.
 *
 * @example
 * ```ts
 * import * as Config from "effect/Config"
 * import { ChatsClient, RetryPolicy } from "effect-genesys-chats"
 * import * as Layer from "effect/Layer"
 *
 * const Live = ChatsClient.layer.pipe(
 *   Layer.provide(RetryPolicy.layerFromConfig({ maxRetries: Config.integer("ACME_RETRIES") }))
 * )
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerFromConfig = (
  options: FromConfig,
  others?: Omit<Options, keyof FromConfig>
): Layer.Layer<RetryPolicy, ConfigError.ConfigError> =>
  perInputs(
    Layer.effect(
      RetryPolicy,
      checked(options, (values) => make({ ...others, ...values }))
    ),
    { services: [], config: configProviderOf }
  )

// a function: a bundler keeps what a constant is made of where a property is read
const fromEnvironment = (): Layer.Layer<RetryPolicy, ConfigError.ConfigError> =>
  layerFromConfig({
    maxRetries: optional(wholeNumber("GENESYS_CLOUD_MAX_RETRIES", ranges.maxRetries)),
    deadline: optional(duration("GENESYS_CLOUD_DEADLINE", ranges.deadline)),
    patience: optional(duration("GENESYS_CLOUD_PATIENCE", ranges.patience)),
    sends: optional(literal("GENESYS_CLOUD_SENDS", "atLeastOnce", "atMostOnce"))
  })

/**
 * The policy that the environment asks for: `GENESYS_CLOUD_MAX_RETRIES` (a whole number from 0, or `Infinity`),
 * `GENESYS_CLOUD_DEADLINE` and `GENESYS_CLOUD_PATIENCE` (durations, as `30 seconds`, or `Infinity`) and
 * `GENESYS_CLOUD_SENDS` (`atLeastOnce` or `atMostOnce`). A missing or empty one is as in {@link standard}; a wrong
 * one is a `ConfigError` that names it.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import { ChatsClient, RetryPolicy } from "effect-genesys-chats"
 *
 * const Live = ChatsClient.layer.pipe(Layer.provide(RetryPolicy.layerConfig))
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerConfig: Layer.Layer<RetryPolicy, ConfigError.ConfigError> = fromEnvironment()

/**
 * A policy as one plain `Schedule`, for `Effect.retry` around anything that fails with the errors of a call. It
 * knows nothing about the endpoint: a lost reply is retried only if nothing was sent.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, RetryPolicy } from "effect-genesys-chats"
 *
 * const program = Chats.getChatsSettings().pipe(
 *   RetryPolicy.with(RetryPolicy.none),
 *   Effect.retry(RetryPolicy.schedule(RetryPolicy.standard))
 * )
 * ```
 * @since 0.1.0
 * @category schedules
 */
export const schedule = (policy: Policy): Schedule.Schedule<number, ChatsError.ChatsError> =>
  stateful<Retries, ChatsError.ChatsError, number>(noRetries, (now, error, retries) =>
    Effect.map(decide(checkedPolicy("schedule", policy), error, retries, now), (decision) =>
      decision._tag === "Stop" || (error._tag === "TransportError" && error.mayHaveArrived)
        ? { state: retries, out: retries.count, wait: undefined }
        : { state: decision.retries, out: decision.retries.count, wait: decision.wait }
    )
  )
