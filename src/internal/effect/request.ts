import type * as Cache from "effect/Cache"
import type * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Option from "effect/Option"
import * as Request from "effect/Request"
import * as RequestResolver from "effect/RequestResolver"

/* Requests that are answered together, and values that are kept for a while. */

/** A request that waits for its answer. */
export type Entry<Q> = Q

export const requestIn = <Q>(entry: Entry<Q>): Q => entry

export const complete = <A, E>(entry: Entry<Request.Request<A, E>>, exit: Exit.Exit<A, E>): Effect.Effect<void> =>
  Request.complete<Request.Request<A, E>>(entry, exit)

export const makeBatched = <A, E, Q extends Request.Request<A, E>>(
  run: (entries: ReadonlyArray<Entry<Q>>) => Effect.Effect<void>
): RequestResolver.RequestResolver<Q> => RequestResolver.makeBatched(run)

export const put = <K, A>(cache: Cache.Cache<K, A>, key: K, value: A): Effect.Effect<void> => cache.set(key, value)

/** What is there now. */
export const known = <K, A>(cache: Cache.Cache<K, A>, key: K): Effect.Effect<Option.Option<A>> =>
  cache.getOptionComplete(key)
