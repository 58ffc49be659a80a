import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Check from "../internal/options.js"
import { spanned } from "../internal/span.js"
import { before, older, start, type Walk } from "./backward.js"
import { type Checkpoint, isKnownTo } from "./checkpoint.js"
import { type Entry, type Given, given, type Illegibles, type Legible } from "./entry.js"
import * as Forward from "./forward.js"
import { paginate } from "./prefetch.js"
import { dateOf, newestFirst, type Source } from "./source.js"

/** The documentation is at `History.StreamOptions`. */
export interface StreamOptions extends RangeOptions, Legible {}
export interface StreamOptionsGiving extends RangeOptions, Illegibles {}

interface RangeOptions {
  readonly from?: Checkpoint | undefined
  readonly after?: DateTime.DateTime | undefined
  readonly before?: DateTime.DateTime | undefined
  readonly pageSize?: number | undefined
  readonly order?: "descending" | "ascending" | undefined
  readonly prefetch?: number | undefined
  readonly excludeMetadata?: boolean | undefined
}

export const defaultPageSize = 100

/** Two are asked for at least, because a page of 1 that overlaps the page before it brings nothing new. */
export const pageSizeOf = (options: { readonly pageSize?: number | undefined } | undefined, name: string): number =>
  Math.max(2, Check.wholeNumber(`${name}: pageSize`, options?.pageSize ?? defaultPageSize, { least: 1 }))

export const streamSource = <
  E extends { readonly _tag: string },
  R,
  O extends StreamOptions | StreamOptionsGiving | undefined
>(
  makeSource: () => Source<E, R>,
  options: O | undefined
): Stream.Stream<Given<O>, E, R> => entriesOf(makeSource, options) as Stream.Stream<Given<O>, E, R>

const entriesOf = <E extends { readonly _tag: string }, R>(
  makeSource: () => Source<E, R>,
  options: StreamOptions | StreamOptionsGiving | undefined
): Stream.Stream<Entry, E, R> =>
  Stream.suspend(() => {
    const source = newestFirst(makeSource())
    const pageSize = pageSizeOf(options, "History.stream")
    const [from, until] = boundsOf(options)
    const checkpoint = options?.from
    const ahead = Check.wholeNumber("History.stream: prefetch", options?.prefetch ?? 1, { least: 0 })
    if (from !== undefined && until !== undefined && from >= until) return Stream.empty
    const legible = <S>(batch: Effect.Effect<Batch<S>, E, R>): Effect.Effect<Batch<S>, E, R> =>
      Effect.flatMap(onSpan("History.page", batch), ([entries, next]) => {
        const left = checkpoint === undefined ? entries : entries.filter((entry) => !isKnownTo(checkpoint, entry))
        return Effect.map(given(left, options), (kept): Batch<S> => [kept, next])
      })
    return options?.order === "ascending"
      ? paginate(
          Forward.first(from),
          nonEmpty((state) => legible(Forward.next(source, state, { pageSize, until }))),
          ahead
        )
      : paginate(
          start(until === undefined ? undefined : before(until), pageSize),
          nonEmpty((walk) =>
            legible(Effect.map(older(source, walk, pageSize), ({ messages, walk }) => downTo(from, messages, walk)))
          ),
          ahead
        )
  })

/** The millisecond of a checkpoint is read again, from whichever side the stream comes. */
const boundsOf = (
  options: RangeOptions | undefined
): readonly [from: number | undefined, until: number | undefined] => {
  const from = options?.after?.epochMillis
  const until = options?.before?.epochMillis
  const reached = options?.from?.date.epochMillis
  if (reached === undefined) return [from, until]
  return options?.order === "ascending"
    ? [Math.max(from ?? reached, reached), until]
    : [from, Math.min(until ?? reached + 1, reached + 1)]
}

/** A page may take several requests: its span is above theirs. */
export const onSpan = <S, E, R>(name: string, page: Effect.Effect<readonly [ReadonlyArray<Entry>, S], E, R>) =>
  spanned(name, (note) => Effect.tap(page, ([entries]) => Effect.sync(() => note("history.messages", entries.length))))

type Batch<S> = readonly [messages: ReadonlyArray<Entry>, next: Option.Option<S>]

const downTo = (from: number | undefined, messages: ReadonlyArray<Entry>, walk: Walk): Batch<Walk> => {
  const last = messages[messages.length - 1]
  if (last === undefined) return [messages, Option.none()]
  if (from === undefined || dateOf(last) >= from) return [messages, Option.some(walk)]
  return [messages.filter((message) => dateOf(message) >= from), Option.none()]
}

/** Goes on until there are messages to give, or no more. */
export const nonEmpty = <S, E, R>(next: (state: S) => Effect.Effect<Batch<S>, E, R>) => {
  const loop = (state: S): Effect.Effect<Batch<S>, E, R> =>
    Effect.flatMap(next(state), (batch) =>
      batch[0].length === 0 && Option.isSome(batch[1]) ? loop(batch[1].value) : Effect.succeed(batch)
    )
  return loop
}
