import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ChatMessageResponse } from "../domain/Message.js"
import { type Edge, idsAt, nothingLearned, older, start } from "./backward.js"
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
  | { readonly _tag: "First"; readonly from: number }
  | { readonly _tag: "Pages"; readonly edge: Edge; readonly limit: number; readonly largest: number }
  | { readonly _tag: "Windows"; readonly windows: Windows.Windows }

export const first = (from: number | undefined): Forward => ({ _tag: "First", from: from ?? 0 })

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
  from: number,
  settings: Settings
): Effect.Effect<Windows.Batch<Forward>, E, R> =>
  Effect.gen(function* () {
    // the bound may be exclusive; and a service may refuse so early a date
    const query = { after: Math.max(0, from - 1), limit: settings.pageSize }
    const page = Option.getOrElse(yield* unlessRefused(source, query, true), () => []).toReversed()
    const messages = page.filter((message) => dateOf(message) >= from)
    const oldest = messages[0]
    const doubtful = byWindows(source, windowsFrom(from, new Set(), settings), settings)
    if (oldest === undefined) return yield* doubtful
    const bottom = { date: dateOf(oldest), ids: idsAt(dateOf(oldest), messages, undefined) }
    const learned = { ...nothingLearned, largest: page.length }
    const below = yield* older(source, start(bottom, settings.pageSize, learned), settings.pageSize)
    const newestBelow = below.messages[0]
    if (newestBelow !== undefined && dateOf(newestBelow) >= from) return yield* doubtful
    return goOn(messages, undefined, { limit: settings.pageSize, largest: page.length }, settings)
  })

const page = <E extends { readonly _tag: string }, R>(
  source: Source<E, R>,
  { edge, largest, limit }: Extract<Forward, { readonly _tag: "Pages" }>,
  settings: Settings
): Effect.Effect<Windows.Batch<Forward>, E, R> =>
  Effect.flatMap(unlessRefused(source, { after: edge.date - 1, limit }, limit > settings.pageSize), (reply) => {
    const found = Option.getOrElse(reply, () => [])
    const overlaps = found.some((message) => dateOf(message) === edge.date && edge.ids.has(message.id))
    const messages = found
      .toReversed()
      .filter((message) => dateOf(message) > edge.date || (dateOf(message) === edge.date && !edge.ids.has(message.id)))
    const paged = { limit, largest: Math.max(largest, found.length) }
    if (overlaps && messages.length > 0) return Effect.succeed(goOn(messages, edge, paged, settings))
    if (overlaps && found.length < limit && found.length < paged.largest) return Effect.succeed([[], Option.none()])
    if (overlaps && found.length >= limit) {
      return page(source, { _tag: "Pages", edge, ...paged, limit: limit * 2 }, settings)
    }
    return byWindows(source, windowsFrom(edge.date, edge.ids, settings), settings)
  })

const goOn = (
  messages: ReadonlyArray<ChatMessageResponse>,
  edge: Edge | undefined,
  { largest, limit }: { readonly limit: number; readonly largest: number },
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
      largest
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

const windowsFrom = (from: number, known: ReadonlySet<string>, { until }: Settings): Windows.Windows =>
  Windows.make({ from, known, until, bottom: undefined, learned: nothingLearned })
