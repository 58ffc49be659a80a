/**
 * The rate limit, shared by all calls of a client: when it is used up they wait
 * together, first come first served, so that a thousand fibers do not collect a
 * thousand refusals.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { changing } from "../internal/changing.js"
import * as FromConfig from "../internal/config.js"
import { configProviderOf, interruptNow, makeRunFork } from "../internal/effect/fiber.js"
import { type Listenable, subscribable } from "../internal/effect/subscribable.js"
import type { MeasureFor } from "../internal/metered.js"
import { millisOf } from "../internal/monotonic.js"
import { duration, wholeNumber } from "../internal/options.js"
import { perInputs } from "../internal/perInputs.js"
import { takeUp } from "../internal/takenUp.js"
import type { FlowStatus } from "../standing.js"
import { Admission } from "./Admission.js"
import { acquire } from "./acquire.js"
import { Gauges } from "./Gauges.js"
import type { Permit, Refusal, Request } from "./permit.js"
import { SharedWindow } from "./SharedWindow.js"
import { Store } from "./Store.js"

export type { Listenable } from "../internal/effect/subscribable.js"
export type { FlowStatus as Status } from "../standing.js"
export type { Permit, Refusal, Request } from "./permit.js"
export type { Observation } from "./RateWindow.js"
export { type Lease, Store, StoreError, type StoreOptions, type StoreService, storeMemory } from "./Store.js"

/**
 * What a flow control does. The client calls your own implementation as it calls the library's.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /**
   * Waits for a permit, in turn, no longer than the request's patience and deadline allow. The wait is
   * interruptible if the caller is, and leaves nothing behind when it is interrupted; a permit must be released:
   * {@link withPermit} sees to that. As the acquisition of `Effect.acquireUseRelease`, the wait could not be
   * interrupted.
   */
  readonly acquire: (request: Request) => Effect.Effect<Permit, Refusal>
  readonly status: Listenable<FlowStatus>
  /** Puts a client's labels on what it measures, as long as the scope is open. Not needed if it measures nothing. */
  readonly measureFor?: MeasureFor | undefined
}

/**
 * Who may send when. A client asks for a permit for every request that it sends; so may a program for
 * requests of its own that count against the same limit.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { FlowControl } from "effect-genesys-chats"
 *
 * const waiting = Effect.gen(function* () {
 *   const { status } = yield* FlowControl.FlowControl
 *   return (yield* status.get).waiting
 * })
 * ```
 * @since 0.1.0
 * @category tags
 */
export class FlowControl extends Context.Tag("effect-genesys-chats/FlowControl")<FlowControl, Service>() {}

/**
 * Runs what sends one request with a permit of the flow control in the context, and releases that however it ends, or
 * gives it back if it is interrupted before. The wait can be interrupted, and so can what runs. Fails with the {@link Refusal} where there is no permit in time.
 *
 * @example
 * ```ts
 * import * as Duration from "effect/Duration"
 * import type * as Effect from "effect/Effect"
 * import { FlowControl } from "effect-genesys-chats"
 *
 * const patience = Duration.seconds(90)
 * const timeLeft = Duration.minutes(3)
 *
 * const paced = <A, E, R>(getUsers: Effect.Effect<A, E, R>) =>
 *   FlowControl.withPermit({ operation: "getUsers", method: "GET", patience, timeLeft }, () => getUsers)
 * ```
 * @since 0.1.0
 * @category combinators
 */
export const withPermit = <A, E, R>(
  request: Omit<Request, "granted">,
  use: (permit: Permit) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | Refusal, R | FlowControl> =>
  Effect.flatMap(FlowControl, (flow) =>
    Effect.uninterruptibleMask((restore) => {
      let held: Permit | undefined
      let isUsed = false
      const granted = (permit: Permit) => {
        held = permit
      }
      const permit = restore(Effect.suspend(() => flow.acquire({ ...request, granted })))
      const used = Effect.flatMap(permit, (permit) => {
        granted(permit)
        return restore(
          Effect.suspend(() => {
            isUsed = true
            return use(permit)
          })
        )
      })
      const end = Effect.suspend(() => {
        if (held === undefined) return Effect.void
        return isUsed ? held.release : (held.giveBack ?? held.release)
      })
      return Effect.ensuring(used, end)
    })
  )

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The most requests at a time: a whole number from 1. Default `Infinity`, no bound. */
  readonly maxConcurrency?: number | undefined
  /** The most calls that may wait: a whole number from 0. One more fails at once. Default `Infinity`, no bound. */
  readonly maxQueue?: number | undefined
  /**
   * A rate that no 60 seconds exceed, whatever the service says: a whole number of requests from 1 to
   * 1,000,000. Default `Infinity`, none.
   */
  readonly requestsPerMinute?: number | undefined
  /**
   * The longest that a reply can close the limit; then one request asks whether it is still closed: from
   * 1 millisecond to 1 day. Default 5 minutes.
   */
  readonly maxClosure?: Duration.DurationInput | undefined
  /**
   * How long calls wait for a shared {@link Store} before they go on without it: from 1 millisecond to
   * 1 minute. Default 1 second.
   */
  readonly storeTimeout?: Duration.DurationInput | undefined
  /**
   * How many permits are leased from a shared {@link Store} at a time: a whole number from 1 to 1,000.
   * Default 10; fewer if the limit is below 300, and 1 if it is below 60.
   */
  readonly lease?: number | undefined
}

/**
 * Flow control for one token. It learns from `inin-ratelimit-count`, `-allowed` and
 * `-reset` before the limit is hit and from 429 after; where a proxy strips the headers,
 * from 429 alone. The limits: https://developer.genesys.cloud/platform/api/rate-limits.
 *
 * - *Time* is elapsed time: what happens to the machine's date changes nothing. Time opens the limit again,
 *   whatever is still under way, and after `maxClosure` at most; then one request goes first, and with every reply
 *   one more may go at a time. If the first one gets no reply, another goes after some round trips, at most 5
 *   seconds, and the next after twice as long.
 * - *Scope*: a refusal that the token's count explains, or about which nothing is known, closes everything. One
 *   that it does not explain (the headers of this reply, or else of the replies before it in the window, say that
 *   there is room) closes its operation alone. If a second operation of the same method is refused while the first
 *   is closed, the method is closed; if one of another method is, everything. What is open goes on meanwhile.
 * - *Patience*: a call that would get its turn after its patience or its deadline is refused as soon as that
 *   is known, even while it is waiting.
 *
 * Every client makes its own unless one is provided, so that clients with other tokens are not held up. With a
 * {@link Store} in the context, the limit is shared with everything that uses it. An option that is out of its
 * range is a defect.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import { FlowControl } from "effect-genesys-chats"
 *
 * const Shared = Layer.scoped(FlowControl.FlowControl, FlowControl.make({ maxConcurrency: 16 }))
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const make = (options?: Options): Effect.Effect<Service, never, Scope.Scope> =>
  Effect.suspend(() => makeChecked(check(options)))

type Checked = ReturnType<typeof check>

/** Options as they are used: numbers, times in milliseconds. */
const check = (options: Options = {}) => ({
  maxConcurrency: wholeNumber(named("maxConcurrency"), options.maxConcurrency ?? Infinity, {
    least: 1,
    infinite: true
  }),
  maxQueue: wholeNumber(named("maxQueue"), options.maxQueue ?? Infinity, { least: 0, infinite: true }),
  requestsPerMinute: wholeNumber(named("requestsPerMinute"), options.requestsPerMinute ?? Infinity, {
    least: 1,
    most: 1_000_000,
    infinite: true
  }),
  maxClosure: millis("maxClosure", options.maxClosure ?? "5 minutes", "1 day"),
  storeTimeout: millis("storeTimeout", options.storeTimeout ?? "1 second", "1 minute"),
  lease: options.lease === undefined ? undefined : wholeNumber(named("lease"), options.lease, { least: 1, most: 1_000 })
})

const named = (option: keyof Options): string => `FlowControl.make: ${option}`

const millis = (option: keyof Options, value: Duration.DurationInput, most: Duration.DurationInput): number =>
  Duration.toMillis(duration(named(option), value, { least: "1 millis", most }))

const makeChecked = (options: Checked): Effect.Effect<Service, never, Scope.Scope> =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const runFork = yield* makeRunFork
    const now = Effect.map(Clock.currentTimeNanos, millisOf)
    const gauges = new Gauges()
    const status = changing(Effect.map(now, (at) => admission.status(at)))
    const admission: Admission = new Admission({
      ...options,
      gauges,
      onChange: status.changed,
      later: (wait, clock, run) => {
        const sleeper = runFork(Effect.zipRight(clock.sleep(Duration.millis(wait)), Effect.sync(run)))
        return () => interruptNow(sleeper)
      }
    })
    const store = yield* Effect.serviceOption(Store)
    if (Option.isSome(store)) {
      takeUp(store.value)
      const shared = new SharedWindow({
        store: store.value,
        lease: options.lease,
        timeout: options.storeTimeout,
        maxClosure: options.maxClosure,
        owners: gauges.owners,
        run: (effect, clock) => runFork(Effect.withClock(effect, clock), { scope }),
        answered: (clock) => admission.storeAnswered(clock)
      })
      admission.shared = shared
      yield* Effect.addFinalizer(() => shared.giveBack)
    }
    yield* Effect.addFinalizer(() => Effect.map(now, (at) => admission.close(at)))

    const service: Service = {
      acquire: (request) => acquire(admission, request),
      status: status.value,
      measureFor: gauges.owners.measureFor
    }
    return service
  })

/**
 * Flow control with options, for one client or, where it is provided to several of them that use one token, for all
 * of them together: within one graph of layers, one value of this type is one flow control, whatever it is provided
 * to. That is deliberate; for clients of two tokens make two values.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import { ChatsClient, FlowControl } from "effect-genesys-chats"
 *
 * const Paced = ChatsClient.layer.pipe(
 *   Layer.provide(FlowControl.layer({ requestsPerMinute: 240, maxConcurrency: 16, maxQueue: 10_000 }))
 * )
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: Options): Layer.Layer<FlowControl> =>
  perInputs(Layer.scoped(FlowControl, make(options)), { services: [Store] })

/**
 * Flow control whose options are read from the configuration when the layer is built, under names of your own: two
 * clients can be configured side by side. An empty variable counts as missing; a wrong one is a `ConfigError` that
 * names it. Within one graph of layers, one value is one flow control for each configuration that it is read from.
 *
 * @example
 * ```ts
 * import * as Config from "effect/Config"
 * import { FlowControl } from "effect-genesys-chats"
 *
 * const Sales = FlowControl.layerFromConfig({
 *   maxConcurrency: Config.integer("SALES_CONCURRENCY").pipe(Config.withDefault(16)),
 *   maxClosure: Config.duration("SALES_MAX_CLOSURE").pipe(Config.withDefault("2 minutes"))
 * })
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerFromConfig = (
  config: FromConfig.Configs<Options>
): Layer.Layer<FlowControl, ConfigError.ConfigError> =>
  perInputs(Layer.scoped(FlowControl, Effect.flatMap(FromConfig.checked(config, check), makeChecked)), {
    services: [Store],
    config: configProviderOf
  })

/**
 * The flow control that the environment asks for: `GENESYS_CLOUD_REQUESTS_PER_MINUTE`,
 * `GENESYS_CLOUD_MAX_CONCURRENCY` (whole numbers from 1) and `GENESYS_CLOUD_MAX_QUEUE` (from 0). A missing one is
 * as in {@link make}; a wrong one is a `ConfigError` that names it.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import { ChatsClient, FlowControl } from "effect-genesys-chats"
 *
 * const Live = ChatsClient.layer.pipe(Layer.provide(FlowControl.layerConfig))
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerConfig: Layer.Layer<FlowControl, ConfigError.ConfigError> = layerFromConfig({
  requestsPerMinute: FromConfig.optional(
    FromConfig.wholeNumber("GENESYS_CLOUD_REQUESTS_PER_MINUTE", { least: 1, most: 1_000_000, infinite: true })
  ),
  maxConcurrency: FromConfig.optional(
    FromConfig.wholeNumber("GENESYS_CLOUD_MAX_CONCURRENCY", { least: 1, infinite: true })
  ),
  maxQueue: FromConfig.optional(FromConfig.wholeNumber("GENESYS_CLOUD_MAX_QUEUE", { least: 0, infinite: true }))
})

const unbounded: Permit = { waited: 0, observe: () => Effect.void, release: Effect.void }
const idle: FlowStatus = { inFlight: 0, waiting: 0, closedFor: Duration.zero, limit: Option.none() }

/**
 * No flow control: every call is sent at once.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import { ChatsClient, FlowControl } from "effect-genesys-chats"
 *
 * const AtOnce = ChatsClient.layer.pipe(Layer.provide(FlowControl.layerNone))
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerNone: Layer.Layer<FlowControl> = Layer.succeed(FlowControl, {
  acquire: () => Effect.succeed(unbounded),
  status: subscribable({ get: Effect.succeed(idle), changes: Stream.make(idle) })
})
