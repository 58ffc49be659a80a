import * as Effect from "effect/Effect"
import type { ChatMessageResponse } from "../../domain/Message.js"

/** What a page is asked for with; dates are milliseconds since the epoch. */
export interface Query {
  readonly before?: number
  readonly after?: number
  readonly limit: number
}

/**
 * A history that can be read by pages. Of a page without `after` one thing is relied on:
 * it holds the newest of the messages before its bound (or the newest of all), as many of
 * them as the service cares to give. Whether the bound is inclusive, in which order the
 * messages come, how many there are at most, and which messages a page with `after` holds:
 * none of it is known.
 */
export interface Source<out E, out R> {
  readonly page: (query: Query) => Effect.Effect<ReadonlyArray<ChatMessageResponse>, E, R>
}

export const dateOf = (message: ChatMessageResponse): number => message.dateCreated.epochMillis

/**
 * The same history with pages that have the newest first and every message once, whatever
 * their order was. Messages of one millisecond keep the service's own order among
 * themselves: which way round it is, pages with several dates tell.
 */
export const newestFirst = <E, R>(source: Source<E, R>): Source<E, R> => {
  let ascending = false
  return {
    page: (query) =>
      Effect.map(source.page(query), (page) => {
        const [first, last] = [page[0], page[page.length - 1]]
        if (first === undefined || last === undefined) return page
        if (dateOf(first) !== dateOf(last)) ascending = dateOf(first) < dateOf(last)
        if (isDescending(page)) return page
        const ids = new Set<string>()
        const once = page.filter(({ id }) => !ids.has(id) && ids.add(id))
        if (ascending) once.reverse()
        return once.sort((a, b) => dateOf(b) - dateOf(a))
      })
  }
}

/** Whether each message is older than the one before it: then none is there twice either. */
const isDescending = (page: ReadonlyArray<ChatMessageResponse>): boolean => {
  for (let i = 1; i < page.length; i++) {
    if (dateOf(page[i]!) >= dateOf(page[i - 1]!)) return false
  }
  return true
}
