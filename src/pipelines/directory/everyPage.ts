import * as Effect from "effect/Effect"
import type { User } from "../../domain/Directory.js"

interface Page {
  readonly pageCount: number | undefined
  readonly users: ReadonlyArray<User>
}

/** The users of all pages. A page that brings nobody new is the last, whatever the service says. */
export const everyPage = <E>(
  get: (pageNumber: number) => Effect.Effect<Page, E>
): Effect.Effect<ReadonlyArray<User>, E> => {
  const from = (pageNumber: number, before: ReadonlyArray<User>): Effect.Effect<ReadonlyArray<User>, E> =>
    Effect.flatMap(get(pageNumber), ({ pageCount = 1, users }) => {
      const ids = new Set(before.map(({ id }) => id))
      const fresh = users.filter(({ id }) => id !== undefined && !ids.has(id))
      const all = [...before, ...fresh]
      return fresh.length > 0 && pageNumber < pageCount ? from(pageNumber + 1, all) : Effect.succeed(all)
    })
  return from(1, [])
}
