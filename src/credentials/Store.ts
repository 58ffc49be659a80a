import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { monotonicMillis } from "../internal/monotonic.js"

/** A store that is away, or answers what is none; `message` must hold no secret. */
export class StoreError extends Data.TaggedError("StoreError")<{ readonly message: string }> {}

/** What is under a key, and how long it lives on by the store's own clock. */
export interface StoreEntry {
  readonly value: string
  readonly timeLeft: Duration.Duration
}

/**
 * What is asked of a store that a fleet shares. Times are told as durations, so that the store's clock is
 * the only one: `PX` and `PTTL` of Redis, `now()` of a database.
 */
export interface StoreService {
  /** What is under the key; `None` where nothing is, or where its time is over. */
  readonly get: (key: string) => Effect.Effect<Option.Option<StoreEntry>, StoreError>
  /** Puts a value under the key, whatever was there, for so long. */
  readonly set: (key: string, value: string, timeToLive: Duration.Duration) => Effect.Effect<void, StoreError>
  /** Takes the lock of that name for so long, unless somebody has it: in one step, as `SET NX PX` does. */
  readonly tryLock: (key: string, owner: string, timeToLive: Duration.Duration) => Effect.Effect<boolean, StoreError>
  /** Gives the lock back where the owner still has it; else nothing. */
  readonly unlock: (key: string, owner: string) => Effect.Effect<void, StoreError>
}

export class Store extends Context.Tag("effect-genesys-chats/Credentials/Store")<Store, StoreService>() {}

export const makeStoreMemory: Effect.Effect<StoreService> = Effect.sync(() => {
  const entries = new Map<string, { readonly value: string; readonly until: number }>()
  const live = (clock: Clock.Clock, key: string) => {
    const entry = entries.get(key)
    if (entry === undefined || monotonicMillis(clock) < entry.until) return entry
    entries.delete(key)
    return undefined
  }
  const put = (clock: Clock.Clock, key: string, value: string, time: Duration.Duration): void => {
    entries.set(key, { value, until: monotonicMillis(clock) + Duration.toMillis(time) })
  }
  const withClock = <A>(run: (clock: Clock.Clock) => A): Effect.Effect<A> =>
    Clock.clockWith((clock) => Effect.sync(() => run(clock)))
  return {
    get: (key) =>
      withClock((clock) =>
        Option.map(Option.fromNullable(live(clock, key)), ({ until, value }) => ({
          value,
          timeLeft: Duration.millis(until - monotonicMillis(clock))
        }))
      ),
    set: (key, value, time) => withClock((clock) => put(clock, key, value, time)),
    tryLock: (key, owner, time) =>
      withClock((clock) => {
        if (live(clock, key) !== undefined) return false
        put(clock, key, owner, time)
        return true
      }),
    unlock: (key, owner) =>
      withClock((clock) => {
        if (live(clock, key)?.value === owner) entries.delete(key)
      })
  }
})

export const storeMemory: Layer.Layer<Store> = Layer.effect(Store, makeStoreMemory)
