import * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import type * as Chats from "../../Chats.js"
import type * as Endpoint from "../../declaration.js"
import type { ChatItem } from "../../domain/Inbox.js"
import { type Conversation, room as roomOf, user as userOf } from "../model.js"
import { getUsersChatsMe } from "./listing.js"
import { pages } from "./pages.js"

/** The documentation is at `Inbox.Options`. */
export interface Options {
  readonly excludeClosed?: boolean | undefined
  readonly includePresence?: boolean | undefined
  readonly includeRoomOwners?: boolean | undefined
}

export type InboxError = Endpoint.Endpoint.Error<typeof Chats.getUsersChatsMe>

/** The documentation is at `Inbox.stream`. `onRequest` is run before each request. */
export const items = (
  options?: Options,
  onRequest: () => void = () => {}
): Stream.Stream<ChatItem, InboxError, Endpoint.ChatsClient> =>
  pages((after) => {
    onRequest()
    return getUsersChatsMe({ ...options, after })
  }, keyOf)

/** What an entry is known by; one that says nothing of itself is like no other. */
const keyOf = ({ id, room, user }: ChatItem): string | undefined => id ?? room?.jid ?? room?.id ?? user?.id ?? user?.jid

/** The documentation is at `Inbox.conversation`. */
export const conversation = ({ room, user }: ChatItem): Option.Option<Conversation> => {
  const isRoom = room?.jid !== undefined && (user?.id === undefined || room.roomType !== "oneOnOne")
  if (isRoom) return Option.some(roomOf(room.jid))
  return user?.id === undefined ? Option.none() : Option.some(userOf(user.id))
}
