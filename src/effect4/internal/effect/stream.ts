import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { constVoid } from "effect/Function"
import * as Option from "effect/Option"
import type * as Pull from "effect/Pull"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Surroundings } from "./fiber.js"

/* Streams that are pulled. */

/** Items, and the state to go on from. */
export type Page<A, S> = readonly [items: ReadonlyArray<A>, next: Option.Option<S>]

/** The items of page after page. */
export const pages = <S, A, E, R>(
  initial: S,
  fetch: (state: S) => Effect.Effect<Page<A, S>, E, R>
): Stream.Stream<A, E, R> => Stream.paginate(initial, fetch)

/** What an effect gives, again and again, until it fails with `None`. */
export const repeated = <A, E, R>(
  take: Effect.Effect<ReadonlyArray<A>, Option.Option<E>, R>
): Stream.Stream<A, E, R> => {
  const next: Pull.Pull<Arr.NonEmptyReadonlyArray<A>, E, void, R> = take.pipe(
    Effect.catch((end): Pull.Pull<never, E> => (Option.isSome(end) ? Effect.fail(end.value) : Cause.done())),
    Effect.flatMap((items) => (Arr.isReadonlyArrayNonEmpty(items) ? Effect.succeed(items) : next))
  )
  return Stream.fromPull<A, E, R, never, never>(Effect.succeed(next))
}

/** What comes of a stream at a time; fails with `None` at its end. */
export const toPull = <A, E, R>(
  stream: Stream.Stream<A, E, R>
): Effect.Effect<Effect.Effect<ReadonlyArray<A>, Option.Option<E>, R>, never, R | Scope.Scope> =>
  Effect.map(
    Stream.toPull(stream),
    Effect.mapError((end) => (Cause.isDone(end) ? Option.none() : Option.some(end)))
  )

/** All items of a stream. */
export const collect = <A, E, R>(stream: Stream.Stream<A, E, R>): Effect.Effect<ReadonlyArray<A>, E, R> =>
  Stream.runCollect(stream)

/** What runs is begun in these surroundings, and can be interrupted. */
export const toAsyncIterable = <A, E>(stream: Stream.Stream<A, E>, { context }: Surroundings): AsyncIterable<A> =>
  Stream.toAsyncIterableWith(stream, context)

/** What is made of each item, where something is. */
export const filterMap = <A, E, R, B>(
  stream: Stream.Stream<A, E, R>,
  f: (item: A) => Option.Option<B>
): Stream.Stream<B, E, R> => Stream.filterMap(stream, (item) => Result.fromOption(f(item), constVoid))
