import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"

/** Items, and the state from which to get more. */
type Page<A, S> = readonly [items: ReadonlyArray<A>, next: Option.Option<S>]

/**
 * Pages as a stream that fetches at most `ahead` pages more than it has begun to give out.
 * The next page is asked for when half of the current one is consumed, not before: who takes
 * less than half a page costs no request more than it needs.
 */
export const paginate = <S, A, E, R>(
  initial: S,
  fetch: (state: S) => Effect.Effect<Page<A, S>, E, R>,
  ahead: number
): Stream.Stream<A, E, R> =>
  ahead < 1
    ? Stream.paginateChunkEffect(initial, (state) =>
        Effect.map(fetch(state), ([items, next]) => [Chunk.unsafeFromArray(items), next])
      )
    : Stream.unwrapScoped(
        Effect.zipWith(Effect.scope, Queue.unbounded<Exit.Exit<Page<A, S>, E>>(), (scope, queue) => {
          const permits = Effect.unsafeMakeSemaphore(0)

          const produce = (state: S): Effect.Effect<void, never, R> =>
            permits.take(1).pipe(
              // who ends with the page's last message ends here, before there is a request
              Effect.zipRight(Effect.repeatN(Effect.yieldNow(), 9)),
              Effect.zipRight(Effect.exit(fetch(state))),
              Effect.tap((exit) => Queue.offer(queue, exit)),
              Effect.flatMap((exit) =>
                exit._tag === "Success" && Option.isSome(exit.value[1]) ? produce(exit.value[1].value) : Effect.void
              )
            )

          const give = ([items, next]: Page<A, S>, allowed: number): Step<A> => {
            if (Option.isNone(next)) return [Chunk.unsafeFromArray(items), Option.none()]
            const half = Math.ceil(items.length / 2)
            return [
              Chunk.unsafeFromArray(items.slice(0, half)),
              Option.some({ _tag: "Rest", items: items.slice(half), allowed })
            ]
          }

          const step = (state: State<A>): Effect.Effect<Step<A>, E, R> => {
            switch (state._tag) {
              case "First":
                return fetch(initial).pipe(
                  Effect.tap(([_, next]) =>
                    Option.isSome(next) ? Effect.forkIn(produce(next.value), scope) : Effect.void
                  ),
                  Effect.map((page) => give(page, ahead))
                )
              case "Rest":
                return Effect.as(permits.release(state.allowed), [
                  Chunk.unsafeFromArray(state.items),
                  Option.some<State<A>>({ _tag: "Next" })
                ])
              case "Next":
                return Effect.map(Effect.flatten(Queue.take(queue)), (page) => give(page, 1))
            }
          }
          return Stream.paginateChunkEffect<State<A>, A, E, R>({ _tag: "First" }, step)
        })
      )

type State<A> =
  | { readonly _tag: "First" }
  | { readonly _tag: "Rest"; readonly items: ReadonlyArray<A>; readonly allowed: number }
  | { readonly _tag: "Next" }

type Step<A> = readonly [Chunk.Chunk<A>, Option.Option<State<A>>]
