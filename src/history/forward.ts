import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Backward from "./backward.js"
import { type Edge, idsAt, nothingLearned, older } from "./backward.js"
import type { Entry } from "./entry.js"
import { dateOf, type Source, unlessRefused } from "./source.js"
import * as Windows from "./windows.js"

/**
 * Oldest first. Where the service answers `after` with the messages nearest to it, each page
 * is one request; where it does not, or there is doubt, the rest is read by {@link Windows}.
 *
 * What a page with `after` holds is not known, so each must prove itself: the first by there
 * being nothing between the bound and its oldest message, any other by holding a message that
 * is known already, for what is missing from a page is newer or older than all it holds.
 */
export type Forward =
  | { readonly _tag: "First"; readonly from: number | undefined }
  | {
      readonly _tag: "Pages"
      readonly edge: Edge
      readonly limit: number
      readonly largest: number
      /** Whether a page held as many messages as were asked for: then the history is longer than a page. */
      readonly full: boolean
    }
  | { readonly _tag: "Windows"; readonly windows: Windows.Windows }

export const first = (from: number | undefined): Forward => ({ _tag: "First", from })

export interface Settings {
  readonly pageSize: number
  /** The time at which to end. */
  readonly until: number | undefined
}

export const next = <E extends { readonly _tag: string }, R>(
  source: Source<E, R>,
  state: Forward,
  settings: Settings
): Effect.Effect<Windows.Batch<Forward>, E, R> => {
  switch (state._tag) {
    case "First":
      return firstPage(source, state.from, settings)
    case "Pages":
      return page(source, state, settings)
    case "Windows":
      return byWindows(source, state.windows, settings)
  }
}

const firstPage = <E extends { readonly _tag: string }, R>(
  source: Source<E, R>,
  start: number | undefined,
  settings: Settings
): Effect.Effect<Windows.Batch<Forward>, E, R> =>
  Effect.gen(function* () {
    const from = start ?? Number.NEGATIVE_INFINITY
    // the bound may be exclusive; and a service may refuse so early a date
    const query = { after: Math.max(0, from - 1), limit: settings.pageSize }
    const page = Option.getOrElse(yield* unlessRefused(source, query, true), () => []).toReversed()
    const messages = page.filter((message) => dateOf(message) >= from)
    const oldest = messages[0]
    const doubtful = byWindows(source, windowsFrom(start, new Set(), settings), settings)
    if (oldest === undefined) return yield* doubtful
    const bottom = { date: dateOf(oldest), ids: idsAt(dateOf(oldest), messages, undefined) }
    const learned = { ...nothingLearned, largest: page.length }
    const below = yield* older(source, Backward.start(bottom, settings.pageSize, learned), settings.pageSize)
    const newestBelow = below.messages[0]
    if (newestBelow !== undefined && dateOf(newestBelow) >= from) return yield* doubtful
    return goOn(
      messages,
      undefined,
      { limit: settings.pageSize, largest: page.length, full: page.length >= settings.pageSize },
      settings
    )
  })

const page = <E extends { readonly _tag: string }, R>(
  source: Source<E, R>,
  { edge, full, largest, limit }: Extract<Forward, { readonly _tag: "Pages" }>,
  settings: Settings
): Effect.Effect<Windows.Batch<Forward>, E, R> =>
  Effect.flatMap(unlessRefused(source, { after: edge.date - 1, limit }, limit > settings.pageSize), (reply) => {
    const found = Option.getOrElse(reply, () => [])
    const overlaps = found.some((message) => dateOf(message) === edge.date && edge.ids.has(message.id))
    const messages = found
      .toReversed()
      .filter((message) => dateOf(message) > edge.date || (dateOf(message) === edge.date && !edge.ids.has(message.id)))
    const paged = {
      limit,
      largest: Math.max(largest, found.length),
      full: full || found.length >= limit || found.length === largest
    }
    if (overlaps && messages.length > 0) return Effect.succeed(goOn(messages, edge, paged, settings))
    if (overlaps && found.length < limit && found.length < paged.largest) {
      return full ? unlessMore(source, edge, settings) : Effect.succeed([[], Option.none()])
    }
    if (overlaps && found.length >= limit) {
      return page(source, { _tag: "Pages", edge, ...paged, limit: limit * 2 }, settings)
    }
    return byWindows(source, windowsFrom(edge.date, edge.ids, settings), settings)
  })

/** A page that lost all its messages to deletion looks like the last one: the newest messages tell. */
const unlessMore = <E extends { readonly _tag: string }, R>(
  source: Source<E, R>,
  edge: Edge,
  settings: Settings
): Effect.Effect<Windows.Batch<Forward>, E, R> => {
  const { pageSize, until } = settings
  const query = until === undefined ? { limit: pageSize } : { limit: pageSize, before: until }
  return Effect.flatMap(source.page(query), ([newest]) =>
    newest !== undefined && dateOf(newest) > edge.date
      ? byWindows(source, windowsFrom(edge.date, edge.ids, settings), settings)
      : Effect.succeed([[], Option.none()])
  )
}

const goOn = (
  messages: ReadonlyArray<Entry>,
  edge: Edge | undefined,
  { full, largest, limit }: { readonly limit: number; readonly largest: number; readonly full: boolean },
  { pageSize, until }: Settings
): Windows.Batch<Forward> => {
  const date = dateOf(messages[messages.length - 1]!)
  if (until !== undefined && date >= until) {
    return [messages.filter((message) => dateOf(message) < until), Option.none()]
  }
  const passed = date !== edge?.date
  return [
    messages,
    Option.some({
      _tag: "Pages",
      edge: { date, ids: idsAt(date, messages, passed ? undefined : edge) },
      limit: passed ? pageSize : limit,
      largest,
      full
    })
  ]
}

const byWindows = <E extends { readonly _tag: string }, R>(
  source: Source<E, R>,
  windows: Windows.Windows,
  { pageSize }: Settings
): Effect.Effect<Windows.Batch<Forward>, E, R> =>
  Effect.map(Windows.next(source, windows, pageSize), ({ batch: [messages, next] }) => [
    messages,
    Option.map(next, (windows): Forward => ({ _tag: "Windows", windows }))
  ])

const windowsFrom = (from: number | undefined, known: ReadonlySet<string>, { until }: Settings): Windows.Windows =>
  Windows.make({
    from: from ?? Math.min(0, (until ?? 0) - 1),
    known,
    until,
    bottom: undefined,
    learned: nothingLearned,
    open: from === undefined
  })
