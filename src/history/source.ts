import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Entry } from "./entry.js"

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
  readonly page: (query: Query) => Effect.Effect<ReadonlyArray<Entry>, E, R>
}

export const dateOf = (message: Entry): number => message.dateCreated.epochMillis

/**
 * The same history with pages that have the newest first and every message once, whatever
 * their order was. Messages of one millisecond keep the service's own order among
 * themselves: which way round it is, pages with several dates tell. Where the first page has one
 * date only, a larger one is asked for, once.
 */
export const newestFirst = <E extends { readonly _tag: string }, R>(source: Source<E, R>): Source<E, R> => {
  let ascending: boolean | undefined
  let asked = false
  const learn = (page: ReadonlyArray<Entry>): void => {
    const [first, last] = [page[0], page[page.length - 1]]
    if (first === undefined || last === undefined || dateOf(first) === dateOf(last)) return
    ascending = dateOf(first) < dateOf(last)
  }
  const sorted = (page: ReadonlyArray<Entry>): ReadonlyArray<Entry> => {
    if (isDescending(page)) return page
    const ids = new Set<string>()
    const once = page.filter(({ id }) => !ids.has(id) && ids.add(id))
    if (ascending) once.reverse()
    return once.sort((a, b) => dateOf(b) - dateOf(a))
  }
  return {
    page: (query) =>
      Effect.flatMap(source.page(query), (page) => {
        learn(page)
        if (asked || ascending !== undefined || page.length < 2) return Effect.succeed(sorted(page))
        asked = true
        return Effect.map(unlessRefused(source, { ...query, limit: query.limit * 2 }, true), (larger) => {
          if (Option.isSome(larger)) learn(larger.value)
          return sorted(page)
        })
      })
  }
}

/** Whether each message is older than the one before it: then none is there twice either. */
const isDescending = (page: ReadonlyArray<Entry>): boolean => {
  for (let i = 1; i < page.length; i++) {
    if (dateOf(page[i]!) >= dateOf(page[i - 1]!)) return false
  }
  return true
}

/** A page that is larger than the user asked for may be refused: none then. */
export const unlessRefused = <E extends { readonly _tag: string }, R>(
  source: Source<E, R>,
  query: Query,
  larger: boolean
): Effect.Effect<Option.Option<ReadonlyArray<Entry>>, E, R> => {
  const page = Effect.asSome(source.page(query))
  return larger
    ? Effect.catchIf(
        page,
        (error) => error._tag === "BadRequest",
        () => Effect.succeedNone
      )
    : page
}
