import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Chats from "../Chats.js"
import type * as Endpoint from "../declaration.js"
import type { RoomJid, ThreadId, UserId } from "../domain/Ids.js"
import type { Entry } from "./entry.js"
import * as Listings from "./listings.js"
import type { Query, Source } from "./source.js"

type ErrorOf<T> = Endpoint.Endpoint.Error<T>

export const roomSource = (
  roomJid: RoomJid,
  excludeMetadata: boolean | undefined
): Source<ErrorOf<typeof Chats.getChatsRoomMessages>, Endpoint.ChatsClient> => ({
  page: (query) =>
    Effect.map(Listings.getChatsRoomMessages({ roomJid, ...parameters(query, excludeMetadata) }), entitiesOf)
})

export const threadSource = (
  threadId: ThreadId,
  excludeMetadata: boolean | undefined
): Source<ErrorOf<typeof Chats.getChatsThreadMessages>, Endpoint.ChatsClient> => ({
  page: (query) =>
    Effect.map(Listings.getChatsThreadMessages({ threadId, ...parameters(query, excludeMetadata) }), entitiesOf)
})

/**
 * The API declares a 1on1's history to answer with one message. Should the service do
 * so, it may be any one of the page that was asked for, and there may be a 404 where there is
 * none: so one message is asked for at a time, and a 404 is the end.
 */
export const userSource = (
  userId: UserId,
  excludeMetadata: boolean | undefined
): Source<ErrorOf<typeof Chats.getChatsUserMessages>, Endpoint.ChatsClient> => {
  let replies: "unknown" | "maybe single" | "single" | "listing" = "unknown"
  const ask = (query: Query) =>
    Effect.map(Listings.getChatsUserMessages({ userId, ...parameters(query, excludeMetadata) }), entitiesOf)
  const page = (query: Query): ReturnType<typeof ask> => {
    if (replies === "single") return ask({ ...query, limit: 1 })
    return Effect.flatMap(ask(query), (messages) => {
      if (messages.length > 1) replies = "listing"
      if (messages.length !== 1 || replies === "listing") return Effect.succeed(messages)
      replies = "maybe single"
      return Effect.map(ask({ ...query, limit: 1 }), (again) => {
        if (again[0]?.id !== messages[0]?.id) replies = "single"
        return again
      })
    })
  }
  const none: ReadonlyArray<Entry> = []
  return {
    page: (query) =>
      Effect.catchTag(page(query), "NotFound", (error) => {
        if (replies === "listing") return Effect.fail(error)
        if (replies !== "unknown") return Effect.succeed(none)
        return Effect.matchEffect(Chats.getChatsUser({ userId }), {
          onFailure: () => Effect.fail(error),
          onSuccess: () => {
            replies = "maybe single"
            return Effect.succeed(none)
          }
        })
      })
  }
}

const parameters = ({ after, before, limit }: Query, excludeMetadata: boolean | undefined) => ({
  limit,
  ...(before === undefined ? {} : { before: DateTime.unsafeMake(before) }),
  ...(after === undefined ? {} : { after: DateTime.unsafeMake(after) }),
  ...(excludeMetadata === undefined ? {} : { excludeMetadata })
})

const entitiesOf = ({ entities }: Listings.EntryListing): ReadonlyArray<Entry> => entities ?? []
