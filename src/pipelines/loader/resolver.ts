import type * as Cache from "effect/Cache"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import * as Option from "effect/Option"
import * as Request from "effect/Request"
import * as RequestResolver from "effect/RequestResolver"
import type { ChatMessageResponse } from "../../domain/Message.js"
import { keyOf, type Wanted } from "./fetchMessages.js"

export interface LoadRequest<E> extends Request.Request<ChatMessageResponse, E>, Wanted {}

type Outcome<E> = Exit.Exit<ChatMessageResponse, E>

export interface Settings<E> {
  readonly fetch: (
    wanted: ReadonlyArray<Wanted>,
    tell: (wanted: Wanted, outcome: Outcome<E>) => Effect.Effect<void>
  ) => Effect.Effect<void>
  readonly cache: Cache.Cache<string, ChatMessageResponse> | undefined
}

/** `undefined` where the batch that looked it up was interrupted. */
type Pending<E> = Deferred.Deferred<Outcome<E> | undefined>

/**
 * Resolves look-ups in batches. One that a batch has under way is not made again by another:
 * that one waits, and makes it itself should the first be interrupted.
 */
export const makeResolver = <E>({ cache, fetch }: Settings<E>): RequestResolver.RequestResolver<LoadRequest<E>> => {
  type Batch = ReadonlyMap<string, ReadonlyArray<LoadRequest<E>>>
  const underWay = new Map<string, Pending<E>>()

  const complete = (requests: ReadonlyArray<LoadRequest<E>>, outcome: Outcome<E>): Effect.Effect<void> =>
    Effect.forEach(requests, (request) => Request.complete(request, outcome), { discard: true })

  const resolve = (batch: Batch): Effect.Effect<void> =>
    Effect.uninterruptibleMask((restore) => {
      const own = new Map<string, Pending<E>>()
      const others: Array<readonly [id: string, pending: Pending<E>]> = []
      for (const id of batch.keys()) {
        const pending = underWay.get(id)
        if (pending !== undefined) {
          others.push([id, pending])
          continue
        }
        const mine: Pending<E> = Deferred.unsafeMake(FiberId.none)
        own.set(id, mine)
        underWay.set(id, mine)
      }

      const settle = (id: string, outcome: Outcome<E> | undefined): void => {
        const mine = own.get(id)
        if (mine === undefined) return
        own.delete(id)
        underWay.delete(id)
        Deferred.unsafeDone(mine, Exit.succeed(outcome))
      }
      const tell = (wanted: Wanted, outcome: Outcome<E>): Effect.Effect<void> =>
        Effect.uninterruptible(
          Effect.suspend(() => {
            const id = idOf(wanted)
            settle(id, outcome)
            const keep = cache !== undefined && Exit.isSuccess(outcome) ? cache.set(id, outcome.value) : Effect.void
            return Effect.zipRight(keep, complete(batch.get(id) ?? [], outcome))
          })
        )

      const fetchOwn = fetch(
        [...own.keys()].map((id) => batch.get(id)![0]!),
        tell
      )
      const waitForOthers = Effect.forEach(
        others,
        ([id, pending]) =>
          Effect.flatMap(Deferred.await(pending), (outcome) => {
            const requests = batch.get(id) ?? []
            return outcome === undefined ? resolve(new Map([[id, requests]])) : complete(requests, outcome)
          }),
        { concurrency: "unbounded", discard: true }
      )
      return restore(Effect.all([fetchOwn, waitForOthers], { concurrency: 2, discard: true })).pipe(
        Effect.ensuring(
          Effect.sync(() => {
            for (const id of [...own.keys()]) settle(id, undefined)
          })
        )
      )
    })

  const notCached = (batch: Batch): Effect.Effect<Batch> =>
    cache === undefined
      ? Effect.succeed(batch)
      : Effect.map(
          Effect.filter(batch, ([id, requests]) =>
            Effect.flatMap(cache.getOptionComplete(id), (found) =>
              Option.isNone(found)
                ? Effect.succeed(true)
                : Effect.as(complete(requests, Exit.succeed(found.value)), false)
            )
          ),
          (left) => new Map(left)
        )

  return RequestResolver.makeBatched((requests) => {
    const batch = new Map<string, Array<LoadRequest<E>>>()
    for (const request of requests) {
      const same = batch.get(idOf(request))
      if (same === undefined) batch.set(idOf(request), [request])
      else same.push(request)
    }
    return Effect.flatMap(notCached(batch), resolve)
  })
}

const idOf = ({ conversation, messageId }: Wanted): string => `${keyOf(conversation)}\n${messageId}`
