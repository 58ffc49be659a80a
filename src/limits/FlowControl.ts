/**
 * The rate limit, shared by all calls of a client: when it is used up they wait
 * together, first come first served, so that a thousand fibers do not collect a
 * thousand refusals.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as PubSub from "effect/PubSub"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Subscribable from "effect/Subscribable"
import { optional, wholeNumber } from "../internal/config.js"
import { DeadlinePassed, type Restore } from "../internal/deadline.js"
import {
  andThen,
  type DirectPlace,
  observeNow,
  releaseNow,
  type Waiting,
  withDirectFlow,
  withoutWaits
} from "../internal/direct.js"
import { once } from "../internal/once.js"
import { later } from "../internal/withDeadline.js"
import * as Metrics from "../Metrics.js"
import { Gate, type Observation, type Place } from "./RateWindow.js"
import { Line } from "./WaitQueue.js"

export type {
  /**
   * What a reply says of the limit, times in milliseconds.
   *
   * @since 0.1.0
   * @category models
   */
  Observation
} from "./RateWindow.js"

/**
 * How things stand, for dashboards.
 *
 * @since 0.1.0
 * @category models
 */
export interface Status {
  /** Requests under way. */
  readonly inFlight: number
  /** Calls that wait for a place. */
  readonly waiting: number
  /** For how long time alone keeps everyone waiting; zero when nothing does. */
  readonly closedFor: Duration.Duration
  /** How many requests a window holds, and how many are left of them, where it is known. */
  readonly limit: Option.Option<{ readonly allowed: number; readonly remaining: number }>
}

/**
 * A place for one request. `observe` tells what the reply says of the limit, as soon as
 * its status is there; `release` gives the place back, once.
 *
 * @since 0.1.0
 * @category models
 */
export interface Permit {
  /** How long the call waited for it, in milliseconds. */
  readonly waited: number
  readonly observe: (reply: Observation) => Effect.Effect<void>
  readonly release: Effect.Effect<void>
}

/**
 * Why a call got no place: too many wait already, the wait is longer than the call's
 * patience, or the layer has been closed.
 *
 * @since 0.1.0
 * @category models
 */
export type Refusal =
  | { readonly _tag: "QueueFull"; readonly waiting: number }
  | { readonly _tag: "TooLong"; readonly wait: Duration.Duration }
  | { readonly _tag: "Closed" }

/**
 * A store that is shared between processes can take its place.
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
export class FlowControl extends Context.Tag("effect-genesys-chats/FlowControl")<
  FlowControl,
  {
    /** Waits for a place. Interruption while waiting costs nothing; a permit must be released. */
    readonly acquire: (patience: Duration.Duration) => Effect.Effect<Permit, Refusal>
    readonly status: Subscribable.Subscribable<Status>
  }
>() {}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The most requests at a time; no bound where left out. */
  readonly maxConcurrency?: number | undefined
  /** The most calls that wait; one more fails at once. No bound where left out. */
  readonly maxQueue?: number | undefined
  /** A rate that no span of a minute exceeds, whatever the service says; none where left out. */
  readonly requestsPerMinute?: number | undefined
  /** After so long one request asks whether a refusal still holds; 5 minutes where left out. */
  readonly maxClosure?: Duration.DurationInput | undefined
}

interface Waiter {
  readonly since: number
  /** To leave the queue with. */
  readonly ticket: number
  resume: ((permit: Effect.Effect<Permit, Refusal>) => void) | undefined
  cancelTimer: (() => void) | undefined
  place: Place | undefined
}

/**
 * Flow control for one token. It learns from `inin-ratelimit-count`, `-allowed` and
 * `-reset` before the limit is hit and from 429 after; where a proxy strips the headers,
 * from 429 alone. The limits: https://developer.genesys.cloud/platform/api/rate-limits.
 *
 * Every client makes its own unless one is provided, so that clients with other tokens
 * are not held up.
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
export const make = (options?: Options): Effect.Effect<FlowControl["Type"], never, Scope.Scope> =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const changes = yield* PubSub.sliding<Status>(16)
    const gate = new Gate({
      maxConcurrency: atLeastOne(options?.maxConcurrency) ?? Infinity,
      requestsPerMinute: atLeastOne(options?.requestsPerMinute),
      maxClosure: Duration.toMillis(options?.maxClosure ?? "5 minutes")
    })
    const maxQueue = options?.maxQueue ?? Infinity
    const queue = new Line<Waiter>()
    let observers = 0
    let wakesAt = Infinity
    let closed = false

    // nothing would wake those who wait any more
    yield* Effect.addFinalizer(() =>
      Effect.sync(() => {
        closed = true
        for (let waiter = queue.first; waiter !== undefined; waiter = queue.first) {
          queue.leave(waiter.ticket)
          waiter.resume?.(Effect.fail({ _tag: "Closed" }))
        }
      })
    )

    const statusAt = (now: number): Status => ({
      inFlight: gate.inFlight,
      waiting: queue.size,
      closedFor: Duration.millis(gate.opensAt(now) - now),
      limit: Option.fromNullable(gate.known)
    })

    /** Lets in whom there is room for, in order; sleeps until time opens the gate for the rest. */
    const admit = (now: number): Effect.Effect<void> => {
      for (let waiter = queue.first; waiter !== undefined; waiter = queue.first) {
        const place = gate.tryEnter(now)
        if (place === undefined) break
        queue.leave(waiter.ticket)
        waiter.place = place
        waiter.cancelTimer?.()
        waiter.resume?.(Effect.succeed(permit(place, now - waiter.since)))
      }
      if (observers > 0) changes.unsafeOffer(statusAt(now))
      if (queue.size === 0) {
        gate.noOneWaits()
        return Effect.void
      }
      const opensAt = gate.opensAt(now)
      if (opensAt <= now || opensAt >= wakesAt) return Effect.void
      wakesAt = opensAt
      const wake = Effect.zipRight(
        Effect.sleep(Duration.millis(Math.ceil(opensAt - now))),
        Effect.flatMap(Clock.currentTimeMillis, (later) => {
          if (wakesAt === opensAt) wakesAt = Infinity
          return admit(later)
        })
      )
      return Effect.asVoid(Effect.forkIn(Effect.interruptible(wake), scope))
    }

    const leave = (place: Place, now: number): Effect.Effect<void> => {
      gate.leave(place)
      return admit(now)
    }

    const observe = (reply: Observation, place: Place, now: number): Effect.Effect<void> => {
      gate.observe(reply, place, now)
      const { known } = gate
      if (known !== undefined) Metrics.remaining.unsafeUpdate(known.remaining, [])
      return admit(now)
    }

    const permit = (place: Place, waited: number): Permit => new GatePermit({ leave, observe }, place, waited)

    const stopWaiting = (waiter: Waiter): Effect.Effect<void> => {
      waiter.cancelTimer?.()
      queue.leave(waiter.ticket)
      // a place may have been given in the very moment of the interruption, or of the deadline
      const { place } = waiter
      return place === undefined ? Effect.void : Effect.flatMap(Clock.currentTimeMillis, (now) => leave(place, now))
    }

    /** To be run where nothing can be interrupted. `arm` sets a timer that ends the wait, and gives what cancels it. */
    const wait = <E = never>(
      now: number,
      restore: Restore,
      arm?: (expire: (error: E) => void) => () => void
    ): Effect.Effect<Permit, Refusal | E> =>
      Effect.suspend(() => {
        const waiter = queue.join(
          (ticket): Waiter => ({ since: now, ticket, resume: undefined, cancelTimer: undefined, place: undefined })
        )
        const resumed = Effect.async<Permit, Refusal | E>((resume) => {
          if (waiter.place !== undefined) return resume(Effect.succeed(permit(waiter.place, 0)))
          waiter.resume = resume
          waiter.cancelTimer = arm?.((error) => resume(Effect.fail(error)))
        })
        return Effect.matchCauseEffect(restore(once(andThen(admit(now), () => resumed))), {
          onFailure: (cause) => Effect.zipRight(stopWaiting(waiter), Effect.failCause(cause)),
          onSuccess: Effect.succeed
        })
      })

    const status: Subscribable.Subscribable<Status> = Subscribable.make({
      get: Effect.map(Clock.currentTimeMillis, statusAt),
      changes: Stream.unwrapScoped(
        Effect.gen(function* () {
          const subscription = yield* PubSub.subscribe(changes)
          yield* Effect.acquireRelease(
            Effect.sync(() => observers++),
            () => Effect.sync(() => observers--)
          )
          return Stream.concat(Stream.fromEffect(status.get), Stream.fromQueue(subscription))
        })
      )
    })

    const free = (now: number): Permit | undefined => {
      const place = queue.size === 0 ? gate.tryEnter(now) : undefined
      return place && permit(place, 0)
    }

    const refusal = (now: number, patience: Duration.Duration): Refusal | undefined => {
      const closedFor = Duration.millis(gate.opensAt(now) - now)
      if (Duration.greaterThan(closedFor, patience)) return { _tag: "TooLong", wait: closedFor }
      if (queue.size >= maxQueue) return { _tag: "QueueFull", waiting: queue.size }
      return closed ? { _tag: "Closed" } : undefined
    }

    const enter = <E>(
      now: number,
      patience: Duration.Duration,
      waits: () => Effect.Effect<Permit, E>
    ): Effect.Effect<Permit, Refusal | E> => {
      const atOnce = free(now)
      if (atOnce !== undefined) return Effect.succeed(atOnce)
      const refused = refusal(now, patience)
      return refused === undefined ? waits() : Effect.fail(refused)
    }

    const service: FlowControl["Type"] = {
      acquire: (patience) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) =>
          enter(now, patience, () => Effect.uninterruptibleMask((restore) => wait(now, restore)))
        ),
      status
    }
    const within = (patience: Duration.Duration, waiting: Waiting) =>
      Effect.suspend(() => {
        const now = waiting.now()
        const arm = (expire: (error: DeadlinePassed) => void) =>
          later(waiting.fiber, waiting.left(), () => expire(new DeadlinePassed()))
        return enter(now, patience, () => wait(now, waiting.restore, arm))
      })
    return withDirectFlow(service, { free, within })
  })

/** A permit that is made for every call, and so does no more than is asked of it. */
class GatePermit implements Permit, DirectPlace<Observation> {
  constructor(
    private readonly flow: {
      readonly leave: (place: Place, now: number) => Effect.Effect<void>
      readonly observe: (reply: Observation, place: Place, now: number) => Effect.Effect<void>
    },
    private readonly place: Place,
    readonly waited: number
  ) {}

  [observeNow](reply: Observation, now: number): Effect.Effect<void> {
    return this.flow.observe(reply, this.place, now)
  }

  [releaseNow](now: number): Effect.Effect<void> {
    return this.flow.leave(this.place, now)
  }

  observe(reply: Observation): Effect.Effect<void> {
    return Effect.flatMap(Clock.currentTimeMillis, (now) => this[observeNow](reply, now))
  }

  get release(): Effect.Effect<void> {
    return Effect.flatMap(Clock.currentTimeMillis, (now) => this[releaseNow](now))
  }
}
withoutWaits(GatePermit.prototype)

const atLeastOne = (value: number | undefined): number | undefined =>
  value === undefined || Number.isNaN(value) ? undefined : Math.max(1, Math.floor(value))

/**
 * Flow control with options, for one client or, where it is provided to several of them
 * that use one token, for all of them together.
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
export const layer = (options?: Options): Layer.Layer<FlowControl> => Layer.scoped(FlowControl, make(options))

/**
 * The flow control that the environment asks for: `GENESYS_CLOUD_REQUESTS_PER_MINUTE`,
 * `GENESYS_CLOUD_MAX_CONCURRENCY` (whole numbers from 1) and `GENESYS_CLOUD_MAX_QUEUE` (from 0).
 * What is missing is as in {@link make}; what is wrong is a `ConfigError` that names it.
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
export const layerConfig: Layer.Layer<FlowControl, ConfigError.ConfigError> = Layer.scoped(
  FlowControl,
  Effect.flatMap(
    Config.all({
      requestsPerMinute: optional(wholeNumber("GENESYS_CLOUD_REQUESTS_PER_MINUTE", { least: 1 })),
      maxConcurrency: optional(wholeNumber("GENESYS_CLOUD_MAX_CONCURRENCY", { least: 1 })),
      maxQueue: optional(wholeNumber("GENESYS_CLOUD_MAX_QUEUE", { least: 0 }))
    }),
    make
  )
)

const unbounded: Permit = withoutWaits({ waited: 0, observe: () => Effect.void, release: Effect.void })
const idle: Status = { inFlight: 0, waiting: 0, closedFor: Duration.zero, limit: Option.none() }

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
export const layerNone: Layer.Layer<FlowControl> = Layer.sync(FlowControl, () =>
  withDirectFlow(
    {
      acquire: () => Effect.succeed(unbounded),
      status: Subscribable.make({ get: Effect.succeed(idle), changes: Stream.make(idle) })
    },
    { free: () => unbounded, within: () => Effect.succeed(unbounded) }
  )
)
