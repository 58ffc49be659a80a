import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { forkIn } from "../internal/effect/fiber.js"
import { type Page, pages, repeated } from "../internal/effect/stream.js"

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
    ? pages(initial, fetch)
    : Stream.unwrapScoped(Effect.map(Effect.scope, (scope) => repeated(halves(initial, fetch, ahead, scope))))

/**
 * Half a page each time, with the pages to come in the making. What is not given yet is in
 * variables, and not in a queue or in the stream's state: their nodes and closures may be old
 * to V8, and once dead they would keep every page until a major collection.
 */
const halves = <S, A, E, R>(
  initial: S,
  fetch: (state: S) => Effect.Effect<Page<A, S>, E, R>,
  ahead: number,
  scope: Scope.Scope
): Effect.Effect<ReadonlyArray<A>, Option.Option<E>, R> => {
  const fetched: Array<Exit.Exit<Page<A, S>, E>> = []
  const available = Effect.unsafeMakeSemaphore(0)
  const permits = Effect.unsafeMakeSemaphore(0)
  let rest: ReadonlyArray<A> = []
  let begun = false
  let ended = false
  /** How many pages may be asked for once the first half is consumed. */
  let owed = 0

  const produce = (state: S): Effect.Effect<void, never, R> =>
    permits.take(1).pipe(
      // who ends with the page's last message ends here, before there is a request
      Effect.zipRight(Effect.repeatN(Effect.yieldNow(), 9)),
      Effect.zipRight(Effect.exit(fetch(state))),
      Effect.flatMap((exit) => {
        fetched.push(exit)
        const next = exit._tag === "Success" ? exit.value[1] : Option.none()
        return Effect.zipRight(available.release(1), Option.isSome(next) ? produce(next.value) : Effect.void)
      })
    )

  const give = ([items, next]: Page<A, S>): ReadonlyArray<A> => {
    ended = Option.isNone(next)
    owed = begun ? 1 : ahead
    begun = true
    const half = ended ? items.length : Math.ceil(items.length / 2)
    rest = items.slice(half)
    return items.slice(0, half)
  }

  const giveRest = Effect.suspend(() => {
    const items = rest
    const pages = owed
    rest = []
    owed = 0
    return Effect.as(permits.release(pages), items)
  })

  const first = Effect.tap(fetch(initial), ([_, next]) =>
    Option.isSome(next) ? forkIn(scope)(produce(next.value)) : Effect.void
  )

  const taken = Effect.flatMap(available.take(1), () => fetched.shift()!)

  return Effect.suspend(() => {
    if (ended) return Effect.fail(Option.none())
    if (owed > 0) return giveRest
    return Effect.mapBoth(begun ? taken : first, { onFailure: Option.some, onSuccess: give })
  })
}
