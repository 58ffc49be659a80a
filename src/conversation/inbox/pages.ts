import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { namesOf } from "../../codec/namesOf.js"
import type { ChatItem } from "../../domain/Inbox.js"
import { pages as itemsOf, type Page as PageOf } from "../../internal/effect/stream.js"
import { spanned } from "../../internal/span.js"
import type { Listing } from "./listing.js"

/** So many pages in a row that bring nothing new are no list that goes on. */
const fruitless = 100

type Page = PageOf<ChatItem, string | undefined>

/** The items of page after page, each once. It ends, whatever the service sends for a cursor. */
export const pages = <E, R>(
  get: (after: string | undefined) => Effect.Effect<Listing, E, R>,
  keyOf: (item: ChatItem) => string | undefined
): Stream.Stream<ChatItem, E, R> =>
  Stream.suspend(() => {
    const seen = new Set<string>()
    const cursors = new Set<string>()
    let nothingNew = 0

    const isNew = (item: ChatItem): boolean => {
      const key = keyOf(item)
      if (key === undefined) return true
      if (seen.has(key)) return false
      seen.add(key)
      return true
    }

    const page = (after: string | undefined): Effect.Effect<Page, E, R> =>
      Effect.flatMap(Effect.tap(onSpan(get(after)), warn), ({ entities = [], nextUri }) => {
        const items = entities.filter(isNew)
        nothingNew = items.some((item) => keyOf(item) !== undefined) ? 0 : nothingNew + 1
        const last: Page = [items, Option.none()]
        if (nextUri === undefined) return Effect.succeed(last)
        const cursor = cursorOf(nextUri)
        const wrong =
          cursor === undefined
            ? "the address of the next page has no cursor"
            : cursors.has(cursor)
              ? "a cursor came a second time"
              : nothingNew >= fruitless
                ? `${fruitless} pages in a row brought nothing new`
                : undefined
        if (cursor === undefined || wrong !== undefined) {
          return Effect.as(Effect.logWarning(`The list of conversations was ended: ${wrong}`), last)
        }
        cursors.add(cursor)
        return Effect.succeed<Page>([items, Option.some(cursor)])
      })

    return itemsOf<string | undefined, ChatItem, E, R>(undefined, page)
  })

const onSpan = <E, R>(page: Effect.Effect<Listing, E, R>) =>
  spanned("Inbox.page", (note) =>
    Effect.tap(page, ({ entities = [] }) => Effect.sync(() => note("inbox.conversations", entities.length)))
  )

const warn = ({ leftOut = [] }: Listing) =>
  Effect.forEach(
    leftOut,
    (issues) =>
      Effect.logWarning("A conversation does not decode and is left out of the list").pipe(
        Effect.annotateLogs("fields", namesOf(issues))
      ),
    { discard: true }
  )

/** The `after` of an address, relative or whole: where it leads does not matter. */
const cursorOf = (uri: string): string | undefined => {
  const query = /\?([^#]*)/.exec(uri)?.[1]
  const after = query === undefined ? null : new URLSearchParams(query).get("after")
  return after === null || after === "" ? undefined : after
}
