import type * as Cache from "effect/Cache"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import * as Option from "effect/Option"
import type * as Request from "effect/Request"
import type * as RequestResolver from "effect/RequestResolver"
import {
  complete as completeOne,
  type Entry,
  known,
  makeBatched,
  put,
  requestIn
} from "../../internal/effect/request.js"
import { byElapsedTime } from "../../internal/elapsed.js"
import { spanned } from "../../internal/span.js"

/** What became of one thing that was wanted. */
export type Outcome<A, E> = Exit.Exit<A, E>

export type Tell<W, A, E> = (wanted: W, outcome: Outcome<A, E>) => Effect.Effect<void>

export interface Settings<W, A, E> {
  /** What the span of a batch is called. */
  readonly span: string
  /** Tells what became of each; never fails. */
  readonly fetch: (wanted: ReadonlyArray<W>, tell: Tell<W, A, E>) => Effect.Effect<void>
  /** Those with the same name are one. */
  readonly nameOf: (wanted: W) => string
  readonly cache: Cache.Cache<string, A> | undefined
  /** The names by which a value is kept, beside the one that it was asked for by. */
  readonly namesIn?: (value: A) => ReadonlyArray<string>
}

/** `undefined` where the batch that looked it up was interrupted. */
type Pending<A, E> = Deferred.Deferred<Outcome<A, E> | undefined>

/**
 * Resolves look-ups in batches. One that a batch has under way is not made again by another:
 * that one waits, and makes it itself should the first be interrupted.
 */
export const makeResolver = <W, A, E, Q extends Request.Request<A, E> & W>({
  cache,
  fetch,
  nameOf,
  namesIn,
  span
}: Settings<W, A, E>): RequestResolver.RequestResolver<Q> => {
  type Batch = ReadonlyMap<string, ReadonlyArray<Entry<Q>>>
  const underWay = new Map<string, Pending<A, E>>()

  const complete = (entries: ReadonlyArray<Entry<Q>>, outcome: Outcome<A, E>): Effect.Effect<void> =>
    Effect.forEach(entries, (entry) => completeOne<A, E>(entry, outcome), { discard: true })

  const keep = (name: string, outcome: Outcome<A, E>): Effect.Effect<void> => {
    if (cache === undefined || Exit.isFailure(outcome)) return Effect.void
    const names = new Set([name, ...(namesIn?.(outcome.value) ?? [])])
    return byElapsedTime(Effect.forEach(names, (name) => put(cache, name, outcome.value), { discard: true }))
  }

  const resolve = (batch: Batch): Effect.Effect<void> =>
    Effect.uninterruptibleMask((restore) => {
      const own = new Map<string, Pending<A, E>>()
      const others: Array<readonly [name: string, pending: Pending<A, E>]> = []
      for (const name of batch.keys()) {
        const pending = underWay.get(name)
        if (pending !== undefined) {
          others.push([name, pending])
          continue
        }
        const mine: Pending<A, E> = Deferred.unsafeMake(FiberId.none)
        own.set(name, mine)
        underWay.set(name, mine)
      }

      const settle = (name: string, outcome: Outcome<A, E> | undefined): void => {
        const mine = own.get(name)
        if (mine === undefined) return
        own.delete(name)
        underWay.delete(name)
        Deferred.unsafeDone(mine, Exit.succeed(outcome))
      }
      const tell: Tell<W, A, E> = (wanted, outcome) =>
        Effect.uninterruptible(
          Effect.suspend(() => {
            const name = nameOf(wanted)
            settle(name, outcome)
            return Effect.zipRight(keep(name, outcome), complete(batch.get(name) ?? [], outcome))
          })
        )

      const wanted = [...own.keys()].map((name) => requestIn(batch.get(name)![0]!))
      const fetchOwn =
        wanted.length === 0
          ? Effect.void
          : spanned(span, (note) => {
              note("batch.size", wanted.length)
              return fetch(wanted, tell)
            })
      const waitForOthers = Effect.forEach(
        others,
        ([name, pending]) =>
          Effect.flatMap(Deferred.await(pending), (outcome) => {
            const requests = batch.get(name) ?? []
            return outcome === undefined ? resolve(new Map([[name, requests]])) : complete(requests, outcome)
          }),
        { concurrency: "unbounded", discard: true }
      )
      return restore(Effect.all([fetchOwn, waitForOthers], { concurrency: 2, discard: true })).pipe(
        Effect.ensuring(
          Effect.sync(() => {
            for (const name of [...own.keys()]) settle(name, undefined)
          })
        )
      )
    })

  const notCached = (batch: Batch): Effect.Effect<Batch> =>
    cache === undefined
      ? Effect.succeed(batch)
      : Effect.map(
          Effect.filter([...batch], ([name, requests]) =>
            Effect.flatMap(byElapsedTime(known(cache, name)), (found) =>
              Option.isNone(found)
                ? Effect.succeed(true)
                : Effect.as(complete(requests, Exit.succeed(found.value)), false)
            )
          ),
          (left) => new Map(left)
        )

  return makeBatched<A, E, Q>((entries) => {
    const batch = new Map<string, Array<Entry<Q>>>()
    for (const entry of entries) {
      const name = nameOf(requestIn(entry))
      const same = batch.get(name)
      if (same === undefined) batch.set(name, [entry])
      else same.push(entry)
    }
    return Effect.flatMap(notCached(batch), resolve)
  })
}
