import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Runtime from "effect/Runtime"
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
): Stream.Stream<A, E, R> =>
  Stream.paginateChunkEffect(initial, (state) =>
    Effect.map(fetch(state), ([items, next]) => [Chunk.unsafeFromArray(items), next])
  )

/** What an effect gives, again and again, until it fails with `None`. */
export const repeated = <A, E, R>(take: Effect.Effect<ReadonlyArray<A>, Option.Option<E>, R>): Stream.Stream<A, E, R> =>
  Stream.repeatEffectChunkOption(Effect.map(take, Chunk.unsafeFromArray))

/** What comes of a stream at a time; fails with `None` at its end. */
export const toPull = <A, E, R>(
  stream: Stream.Stream<A, E, R>
): Effect.Effect<Effect.Effect<ReadonlyArray<A>, Option.Option<E>, R>, never, R | Scope.Scope> =>
  Effect.map(Stream.toPull(stream), Effect.map(Chunk.toReadonlyArray))

/** All items of a stream. */
export const collect = <A, E, R>(stream: Stream.Stream<A, E, R>): Effect.Effect<ReadonlyArray<A>, E, R> =>
  Effect.map(Stream.runCollect(stream), Chunk.toReadonlyArray)

/** What runs is begun in these surroundings, and can be interrupted. */
export const toAsyncIterable = <A, E>(
  stream: Stream.Stream<A, E>,
  { context, fiberRefs }: Surroundings
): AsyncIterable<A> =>
  Stream.toAsyncIterableRuntime(stream, Runtime.make({ context, fiberRefs, runtimeFlags: Runtime.defaultRuntimeFlags }))

/** What is made of each item, where something is. */
export const filterMap = <A, E, R, B>(
  stream: Stream.Stream<A, E, R>,
  f: (item: A) => Option.Option<B>
): Stream.Stream<B, E, R> => Stream.filterMap(stream, f)
