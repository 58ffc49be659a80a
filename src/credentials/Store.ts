import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { monotonicMillis } from "../internal/monotonic.js"

/** The store is down, or gave no valid answer; `message` must hold no secret. */
export class StoreError extends Data.TaggedError("StoreError")<{ readonly message: string }> {}

/** The value of a key, and how long the store still keeps it, by its own clock. */
export interface StoreEntry {
  readonly value: string
  readonly timeLeft: Duration.Duration
}

/**
 * What a store that a fleet shares has to do. Times are passed as durations, so that the store's clock is the only
 * one: `PX` and `PTTL` of Redis, `now()` of a database.
 */
export interface StoreService {
  /** The value of the key; `None` if there is none, or its time is over. */
  readonly get: (key: string) => Effect.Effect<Option.Option<StoreEntry>, StoreError>
  /** Stores a value under the key, whatever was there, for that long. */
  readonly set: (key: string, value: string, timeToLive: Duration.Duration) => Effect.Effect<void, StoreError>
  /** Takes the lock of that name for that long, unless it is taken: in one step, as `SET NX PX` does. */
  readonly tryLock: (key: string, owner: string, timeToLive: Duration.Duration) => Effect.Effect<boolean, StoreError>
  /** Releases the lock if the owner still has it; otherwise does nothing. */
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
