/**
 * All the conversations of a user in one list: rooms and 1on1s, with the date of the last message of each. One
 * request covers them all, while their histories would take one each.
 *
 * The list is that of the user whose token it is. What it holds for client credentials is not
 * known, so give it a user's token. It does not count unread messages.
 *
 * @since 0.1.0
 */

import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type * as Conversation from "../conversation/Conversation.js"
import * as Items from "../conversation/inbox/items.js"
import type * as Endpoint from "../declaration.js"
import { GroupId, type RoomJid } from "../domain/Ids.js"
import type { ChatItem } from "../domain/Inbox.js"
import { received } from "../domain/received.js"
import { unlogged } from "../internal/effect/fiber.js"
import { filterMap } from "../internal/effect/stream.js"
import { lazySchema } from "../internal/lazySchema.js"

/**
 * What of the list to get.
 *
 * @since 0.1.0
 * @category options
 */
export interface Options {
  /** Whether the conversations that the user has closed are left out. Default false. */
  readonly excludeClosed?: boolean | undefined
  /** Whether the other user of a 1on1 comes with `presence`. Default false. */
  readonly includePresence?: boolean | undefined
  /** Whether rooms come with `owners`. Default false. */
  readonly includeRoomOwners?: boolean | undefined
}

/**
 * What getting the list can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type InboxError = Items.InboxError

/**
 * No room of that group is in the list: there is no such group, it has no room, or the user is
 * not one of its members.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { GroupId, Inbox } from "effect-genesys-chats"
 *
 * const program = Inbox.roomOfGroup(GroupId.make("c1d2")).pipe(
 *   Effect.catchTag("GroupRoomNotFound", (error) => Effect.logWarning(error.message))
 * )
 * ```
 * @since 0.1.0
 * @category errors
 */
export class GroupRoomNotFound extends lazySchema(() =>
  Schema.TaggedError<GroupRoomNotFound>("effect-genesys-chats/GroupRoomNotFound")("GroupRoomNotFound", {
    groupId: received(GroupId)
  })
) {
  override get message(): string {
    return `No room of group ${this.groupId} is among the conversations of this user`
  }
}

/**
 * All the conversations of the user, each once, in the order in which the service lists them.
 * Pages are requested as they are consumed.
 *
 * The stream follows the service's cursor, and nothing but the cursor is taken from the address that the service
 * sends for the next page. It ends, with a warning in the log, if a cursor comes a second time or 100 pages in a
 * row bring nothing new. An entry that does not decode is left out, with a warning as well.
 *
 * @example
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Inbox } from "effect-genesys-chats"
 *
 * const names = Inbox.stream({ excludeClosed: true }).pipe(
 *   Stream.map(({ name }) => name),
 *   Stream.runCollect
 * )
 * ```
 * @since 0.1.0
 * @category streams
 */
export const stream = (options?: Options): Stream.Stream<ChatItem, InboxError, Endpoint.ChatsClient> =>
  Items.items(options)

/**
 * As {@link stream}, as conversations. An entry that does not say which room or user it is with
 * is left out.
 *
 * @example
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Conversation, Inbox } from "effect-genesys-chats"
 *
 * const farewell = Inbox.conversations({ excludeClosed: true }).pipe(
 *   Stream.mapEffect(Conversation.send("I am off for two weeks")),
 *   Stream.runDrain
 * )
 * ```
 * @since 0.1.0
 * @category streams
 */
export const conversations = (
  options?: Options
): Stream.Stream<Conversation.Conversation, InboxError, Endpoint.ChatsClient> =>
  filterMap(stream(options), conversation)

/**
 * The conversations in which a message was posted after a date. The service does not say how many messages are
 * unread; with the date of your last look this tells you where to look again.
 *
 * @example
 * ```ts
 * import * as DateTime from "effect/DateTime"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Inbox } from "effect-genesys-chats"
 *
 * const lastHour = Effect.flatMap(DateTime.now, (now) =>
 *   Stream.runCollect(Inbox.activeSince(DateTime.subtract(now, { hours: 1 })))
 * )
 * ```
 * @since 0.1.0
 * @category streams
 */
export const activeSince = (
  date: DateTime.DateTime,
  options?: Options
): Stream.Stream<ChatItem, InboxError, Endpoint.ChatsClient> =>
  Stream.filter(
    stream(options),
    ({ dateLastMessage }) => dateLastMessage !== undefined && dateLastMessage.epochMillis > date.epochMillis
  )

/**
 * The conversation that an entry of the list stands for: its room, or else the 1on1 with its user.
 * `None` where the entry has neither a room's JID nor a user's id.
 *
 * @example
 * ```ts
 * import * as Option from "effect/Option"
 * import { type Domain, Inbox } from "effect-genesys-chats"
 *
 * const isRoom = (item: Domain.ChatItem) =>
 *   Option.exists(Inbox.conversation(item), ({ _tag }) => _tag === "Room")
 * ```
 * @since 0.1.0
 * @category getters
 */
export const conversation: (item: ChatItem) => Option.Option<Conversation.Conversation> = Items.conversation

/**
 * Finds the JID of a group's room: the entry of the list whose `room.id` is the group's id, closed ones included.
 * The list is read only up to that entry.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conversation, GroupId, Inbox } from "effect-genesys-chats"
 *
 * const program = Effect.flatMap(Inbox.roomOfGroup(GroupId.make("c1d2")), (jid) =>
 *   Conversation.send(Conversation.room(jid), "Maintenance at 10:00")
 * )
 * ```
 * @since 0.1.0
 * @category getters
 */
export const roomOfGroup = (
  groupId: GroupId
): Effect.Effect<RoomJid, InboxError | GroupRoomNotFound, Endpoint.ChatsClient> =>
  filterMap(stream(), ({ room }) => (room?.id === groupId ? Option.fromNullable(room.jid) : Option.none())).pipe(
    Stream.runHead,
    unlogged,
    Effect.flatMap((found) =>
      Option.isSome(found)
        ? Effect.succeed(found.value)
        : Effect.fail(new GroupRoomNotFound({ groupId }, { disableValidation: true }))
    )
  )
