/**
 * When a call is tried again. A policy is a reference with a default, so no one
 * must provide it; override it per effect with {@link with} or for a whole client
 * with {@link layer}.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import * as ScheduleDecision from "effect/ScheduleDecision"
import * as ScheduleInterval from "effect/ScheduleInterval"
import * as ScheduleIntervals from "effect/ScheduleIntervals"
import type * as ChatsError from "../ChatsError.js"
import { duration, literal, optional, wholeNumber } from "../internal/config.js"

/**
 * Delays for one kind of failure. The schedule sees the error, so that it can heed
 * `retryAfter`; it ends the retries by ending.
 *
 * @since 0.1.0
 * @category models
 */
export type RetrySchedule = Schedule.Schedule<unknown, ChatsError.ChatsError>

/**
 * @since 0.1.0
 * @category models
 */
export interface Policy {
  /** Attempts after the first. */
  readonly maxRetries: number
  /** For the whole call: all attempts, all waits and the body. */
  readonly deadline: Duration.Duration
  /** The longest `retryAfter` that is worth waiting for; a longer one ends in the typed error at once. */
  readonly patience: Duration.Duration
  /** Whether an action that may have happened is replayed where it is not idempotent. */
  readonly sends: "atLeastOnce" | "atMostOnce"
  readonly tooManyRequests: RetrySchedule
  readonly serviceUnavailable: RetrySchedule
  readonly gatewayTimeout: RetrySchedule
  /** For calls without a reply that may be replayed. */
  readonly transport: RetrySchedule
}

/**
 * Exponential backoff with full jitter: a random wait between nothing and
 * `base × 2ⁿ`, at most `cap`, on top of what the error asks for (`retryAfter`), and
 * never below `floor`, so that no hint makes a hot loop. Defaults: base 500 ms, cap
 * 20 s, floor 50 ms.
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
  readonly base?: Duration.DurationInput
  readonly cap?: Duration.DurationInput
  readonly floor?: Duration.DurationInput
}): RetrySchedule => {
  const cap = Duration.decode(options?.cap ?? "20 seconds")
  const floor = Duration.decode(options?.floor ?? "50 millis")
  return Schedule.identity<ChatsError.ChatsError>().pipe(
    Schedule.intersect(Schedule.exponential(options?.base ?? "500 millis")),
    Schedule.modifyDelayEffect(([error, ceiling]) =>
      Effect.map(Random.next, (random) => {
        const jitter = Duration.times(Duration.min(ceiling, cap), random)
        // in whole milliseconds: TestClock knows no others
        return Math.ceil(Duration.toMillis(Duration.max(floor, Duration.sum(hint(error), jitter))))
      })
    )
  )
}

const hint = (error: ChatsError.ChatsError): Duration.Duration =>
  "retryAfter" in error && error.retryAfter !== undefined ? error.retryAfter : Duration.zero

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
export const make = (options?: {
  /** A whole number from 0. */
  readonly maxRetries?: number | undefined
  readonly deadline?: Duration.DurationInput | undefined
  readonly patience?: Duration.DurationInput | undefined
  readonly sends?: Policy["sends"] | undefined
  readonly tooManyRequests?: RetrySchedule | undefined
  readonly serviceUnavailable?: RetrySchedule | undefined
  readonly gatewayTimeout?: RetrySchedule | undefined
  readonly transport?: RetrySchedule | undefined
}): Policy => ({
  maxRetries: options?.maxRetries ?? 4,
  deadline: Duration.decode(options?.deadline ?? "2 minutes"),
  patience: Duration.decode(options?.patience ?? "1 minute"),
  sends: options?.sends ?? "atLeastOnce",
  tooManyRequests: options?.tooManyRequests ?? backoff(),
  serviceUnavailable: options?.serviceUnavailable ?? backoff(),
  gatewayTimeout: options?.gatewayTimeout ?? backoff(),
  transport: options?.transport ?? backoff()
})

/**
 * At most 4 retries within 2 minutes, and no `retryAfter` above 1 minute:
 *
 * - 429: what the service asks for, jitter on top of it;
 * - 503: exponential with full jitter, on top of `Retry-After` where there is one;
 * - 504: exponential with full jitter;
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
 * arrived: after a 503, a 504 or a lost reply. A 429 and a connection that was
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
    Effect.provideService(self, RetryPolicy, policy)
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
export const layer = (policy: Policy): Layer.Layer<RetryPolicy> => Layer.succeed(RetryPolicy, policy)

/**
 * The policy that the environment asks for: `GENESYS_CLOUD_MAX_RETRIES` (a whole number from 0),
 * `GENESYS_CLOUD_DEADLINE` and `GENESYS_CLOUD_PATIENCE` (durations, as `30 seconds`) and
 * `GENESYS_CLOUD_SENDS` (`atLeastOnce` or `atMostOnce`). What is missing is as in the default; what
 * is wrong is a `ConfigError` that names it.
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
export const layerConfig: Layer.Layer<RetryPolicy, ConfigError.ConfigError> = Layer.effect(
  RetryPolicy,
  Effect.map(
    Config.all({
      maxRetries: optional(wholeNumber("GENESYS_CLOUD_MAX_RETRIES", { least: 0 })),
      deadline: optional(duration("GENESYS_CLOUD_DEADLINE", { least: 0, infinite: true })),
      patience: optional(duration("GENESYS_CLOUD_PATIENCE", { least: 0, infinite: true })),
      sends: optional(literal("GENESYS_CLOUD_SENDS", "atLeastOnce", "atMostOnce"))
    }),
    make
  )
)

/**
 * How far the retries of one call have come.
 *
 * @since 0.1.0
 * @category models
 */
export interface Retries {
  readonly count: number
  readonly states: ReadonlyMap<RetrySchedule, unknown>
}

/**
 * A call that has not been retried yet.
 *
 * @example
 * ```ts
 * import { ChatsError, RetryPolicy } from "effect-genesys-chats"
 *
 * const error = new ChatsError.ServiceUnavailable()
 * const first = RetryPolicy.decide(RetryPolicy.standard, error, RetryPolicy.noRetries, 0)
 * ```
 * @since 0.1.0
 * @category models
 */
export const noRetries: Retries = { count: 0, states: new Map() }

/**
 * What a policy says to a failure: to wait and try again, or why not. `gaveUp` is
 * missing where an error of this kind is never retried.
 *
 * @since 0.1.0
 * @category models
 */
export type Decision =
  | { readonly _tag: "Retry"; readonly wait: Duration.Duration; readonly retries: Retries }
  | { readonly _tag: "Stop"; readonly gaveUp: ChatsError.GaveUp | undefined }

const stop = (gaveUp?: ChatsError.GaveUp): Effect.Effect<Decision> => Effect.succeed({ _tag: "Stop", gaveUp })

/**
 * Asks a policy about a failure, at a time in milliseconds since the epoch. Whether
 * the call may be replayed at all is for the caller to know.
 *
 * @example
 * ```ts
 * import * as Clock from "effect/Clock"
 * import * as Effect from "effect/Effect"
 * import { ChatsError, RetryPolicy } from "effect-genesys-chats"
 *
 * const error = new ChatsError.GatewayTimeout()
 * const first = Effect.flatMap(Clock.currentTimeMillis, (now) =>
 *   RetryPolicy.decide(RetryPolicy.standard, error, RetryPolicy.noRetries, now)
 * )
 * ```
 * @since 0.1.0
 * @category getters
 */
export const decide = (
  policy: Policy,
  error: ChatsError.ChatsError,
  retries: Retries,
  now: number
): Effect.Effect<Decision> => {
  const schedule = scheduleFor(policy, error)
  if (schedule === undefined) return stop()
  if (retries.count >= policy.maxRetries) return stop("attempts exhausted")
  if (Duration.greaterThan(hint(error), policy.patience)) return stop("hint beyond patience")
  return Effect.flatMap(
    schedule.step(now, error, retries.states.get(schedule) ?? schedule.initial),
    ([state, _, decision]) => {
      if (ScheduleDecision.isDone(decision)) return stop("attempts exhausted")
      // in whole milliseconds: TestClock knows no others
      const wait = Duration.millis(Math.ceil(ScheduleIntervals.start(decision.intervals) - now))
      const states = new Map(retries.states).set(schedule, state)
      return Effect.succeed<Decision>({ _tag: "Retry", wait, retries: { count: retries.count + 1, states } })
    }
  )
}

const scheduleFor = (policy: Policy, error: ChatsError.ChatsError): RetrySchedule | undefined => {
  switch (error._tag) {
    case "TooManyRequests":
      return policy.tooManyRequests
    case "ServiceUnavailable":
      return policy.serviceUnavailable
    case "GatewayTimeout":
      return policy.gatewayTimeout
    case "TransportError":
      return neverWorthIt.has(error.reason) ? undefined : policy.transport
    default:
      return undefined
  }
}

/** A certificate that does not hold now will not in a second, and the deadline is over for good. */
const neverWorthIt = new Set<ChatsError.TransportReason>(["DeadlineExceeded", "QueueFull", "InvalidUrl", "Tls"])

/**
 * A policy as one plain `Schedule`, for `Effect.retry` around whatever fails with
 * errors of this library. It knows nothing of single endpoints: a lost reply is
 * retried only where nothing was sent.
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
  Schedule.makeWithState<Retries, ChatsError.ChatsError, number>(noRetries, (now, error, retries) =>
    Effect.map(
      error._tag === "TransportError" && error.mayHaveArrived ? stop() : decide(policy, error, retries, now),
      (decision) =>
        decision._tag === "Stop"
          ? [retries, retries.count, ScheduleDecision.done]
          : [
              decision.retries,
              decision.retries.count,
              ScheduleDecision.continueWith(ScheduleInterval.after(now + Duration.toMillis(decision.wait)))
            ]
    )
  )
