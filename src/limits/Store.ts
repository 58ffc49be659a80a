import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { millisOf } from "../internal/monotonic.js"
import type { Observation } from "./RateWindow.js"
import { poll, type StoreOptions, settingsOf } from "./storeSettings.js"

export type { StoreOptions } from "./storeSettings.js"

/**
 * The store failed. Flow control then goes on with what this process knows.
 *
 * @example
 * ```ts
 * import { FlowControl } from "effect-genesys-chats"
 *
 * const away = new FlowControl.StoreError({ cause: new Error("connection refused") })
 * ```
 * @since 0.1.0
 * @category errors
 */
export class StoreError extends Data.TaggedError("StoreError")<{ readonly cause: unknown }> {}

/**
 * What a store grants.
 *
 * @since 0.1.0
 * @category models
 */
export interface Lease {
  /** How many requests may be sent; 0 when none may now. */
  readonly granted: number
  /** The window that they are of, a number that grows: what is told or given back names it. */
  readonly window: number
  /** For how long the grant holds or, if nothing was granted, when to ask again; in milliseconds. */
  readonly millis: number
}

/**
 * The count of one token's requests, shared by all who use the token.
 *
 * Each of the three is one atomic step of the store, on the store's own clock: callers' clocks differ, and
 * so times go in and out as spans, never as dates. A window is a number that grows, how many requests it
 * allows and has used, and its end:
 *
 * - `take(wanted)` grants `min(wanted, allowed - used)` while the window lasts. When the window or a closure is
 *   over, it begins the next one: whoever asks first is granted one request, the probe, and until the probe's reply
 *   has been reported, or a bounded time has passed, the others are granted none. Then another probes the same
 *   window.
 * - `tell(window, reply)` reports the reply to one of the window's requests; one to another window's is ignored.
 *   The probe's reply anchors the window: it ends `limit.reset` from now or, where replies do not say, after a
 *   window's usual length. `used = max(used, limit.count)` takes in what others use. A refusal closes the store for
 *   everybody for `retryAfter`, after which a window begins.
 * - `giveBack(window, count)` returns what was not used; if that is the probe, another one may go at once.
 *
 * @since 0.1.0
 * @category models
 */
export interface StoreService {
  readonly take: (wanted: number) => Effect.Effect<Lease, StoreError>
  readonly tell: (window: number, reply: Observation) => Effect.Effect<void, StoreError>
  readonly giveBack: (window: number, count: number) => Effect.Effect<void, StoreError>
}

/**
 * The one thing that flow controls of one token share. If it is in the context when a flow control is made, permits
 * are leased from it, several at a time; queue, order, patience and deadlines stay in the process. While it is down
 * or does not answer in time, the process goes on with what it knows itself.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import { ChatsClient, FlowControl } from "effect-genesys-chats"
 *
 * // your own store; `call` does one atomic step on a server
 * const fleet = (call: (step: string, ...args: ReadonlyArray<unknown>) => Promise<FlowControl.Lease>) => {
 *   const step = (name: string, ...args: ReadonlyArray<unknown>) =>
 *     Effect.tryPromise({ try: () => call(name, ...args), catch: (cause) => new FlowControl.StoreError({ cause }) })
 *   return Layer.succeed(FlowControl.Store, {
 *     take: (wanted) => step("take", wanted),
 *     tell: (window, reply) => Effect.asVoid(step("tell", window, reply)),
 *     giveBack: (window, count) => Effect.asVoid(step("giveBack", window, count))
 *   })
 * }
 *
 * const Shared = (store: Layer.Layer<FlowControl.Store>) => ChatsClient.layer.pipe(Layer.provide(store))
 * ```
 * @since 0.1.0
 * @category tags
 */
export class Store extends Context.Tag("effect-genesys-chats/FlowControl/Store")<Store, StoreService>() {}

/**
 * A store in memory, for several clients of one process that use one token, and for tests. Each call of this
 * function is a store of its own: to share it, keep the layer in a constant.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import { ChatsClient, FlowControl } from "effect-genesys-chats"
 *
 * const Shared = FlowControl.storeMemory({ allowed: 180 })
 * const Live = ChatsClient.layer.pipe(Layer.provide(Shared))
 * ```
 * @since 0.1.0
 * @category layers
 */
export const storeMemory = (options?: StoreOptions): Layer.Layer<Store> =>
  Layer.sync(Store, () => {
    const { allowed, probe, window } = settingsOf("FlowControl.storeMemory", options)
    const memory = new Memory(allowed, window, probe)
    const step = <A>(run: (now: number) => A) => Effect.map(Clock.currentTimeNanos, (nanos) => run(millisOf(nanos)))
    return {
      take: (wanted) => step((now) => memory.take(wanted, now)),
      tell: (window, reply) => step((now) => memory.tell(window, reply, now)),
      giveBack: (window, count) => step(() => memory.giveBack(window, count))
    }
  })

class Memory {
  private window = 0
  private used = 0
  private began = -Infinity
  private end = -Infinity
  private closedUntil = -Infinity
  /** Until when the word of the probe is waited for. */
  private probeUntil = -Infinity
  private isProbing = false

  constructor(
    private allowed: number,
    private readonly length: number,
    private readonly patience: number
  ) {}

  take(wanted: number, now: number): Lease {
    const { window } = this
    if (now < this.closedUntil) return { granted: 0, window, millis: this.closedUntil - now }
    if (this.isProbing && now < this.probeUntil) {
      return { granted: 0, window, millis: Math.min(poll, this.probeUntil - now) }
    }
    if (this.isProbing || now >= this.end) return this.begin(now)
    const granted = Math.max(0, Math.min(wanted, this.allowed - this.used))
    this.used += granted
    return { granted, window, millis: this.end - now }
  }

  tell(window: number, { limit, refused, retryAfter }: Observation, now: number): void {
    if (window !== this.window) return
    if (refused) {
      this.closedUntil = Math.max(this.closedUntil, now + (retryAfter ?? limit?.reset ?? 1_000))
      this.end = -Infinity
      this.isProbing = false
      return
    }
    if (limit !== undefined) {
      this.allowed = limit.allowed
      this.used = Math.max(this.used, limit.count)
    }
    const end = now + (limit?.reset ?? this.length)
    if (this.isProbing) this.end = end
    else if (limit !== undefined) this.end = Math.min(this.end, end)
    this.isProbing = false
  }

  giveBack(window: number, count: number): void {
    if (window !== this.window) return
    this.used = Math.max(0, this.used - count)
    if (this.isProbing) this.probeUntil = -Infinity
  }

  private begin(now: number): Lease {
    // the one before may have been counted, and lost its reply
    if (this.isProbing && now < this.began + this.length) this.used++
    else {
      this.window++
      this.used = 1
      this.began = now
    }
    this.isProbing = true
    this.probeUntil = now + this.patience
    return { granted: 1, window: this.window, millis: this.patience }
  }
}
