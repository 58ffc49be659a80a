/**
 * Messages, reactions and pins.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { lazySchema } from "../internal/lazySchema.js"
import { optional } from "../internal/schema.js"
import { MessageId, ThreadId, UserId, UserJid } from "./Ids.js"
import { ThreadRef, UserRef } from "./Refs.js"
import { received } from "./received.js"

/**
 * An emoji and the users who reacted with it.
 *
 * @example
 * ```ts
 * import { type Domain, UserId } from "effect-genesys-chats"
 *
 * const value: Domain.ChatReaction = { emoji: "👍", users: [{ id: UserId.make("7f0e") }] }
 * ```
 * @since 0.1.0
 * @category responses
 */
export const ChatReaction = lazySchema(() =>
  Schema.Struct({
    emoji: Schema.String,
    users: Schema.Array(UserRef)
  }).annotations({ identifier: "ChatReaction" })
)
/**
 * @since 0.1.0
 * @category responses
 */
export interface ChatReaction extends Schema.Schema.Type<typeof ChatReaction> {}

/**
 * A message of a room, a 1on1 or a thread. `jid` is the sender's, `toJid` that of
 * the room or the user it went to.
 *
 * @example
 * ```ts
 * import type { Domain } from "effect-genesys-chats"
 *
 * const text = ({ body, edited }: Domain.ChatMessageResponse) => (edited ? `${body} (edited)` : body)
 * ```
 * @since 0.1.0
 * @category responses
 */
export const ChatMessageResponse = lazySchema(() =>
  Schema.Struct({
    id: received(MessageId),
    dateCreated: Schema.DateTimeUtc,
    dateModified: optional(Schema.DateTimeUtc),
    toJid: Schema.String,
    jid: received(UserJid),
    body: Schema.String,
    mentions: optional(Schema.Record({ key: Schema.String, value: Schema.String })),
    edited: optional(Schema.Boolean),
    attachmentDeleted: optional(Schema.Boolean),
    fileUri: optional(Schema.String),
    thread: ThreadRef,
    parentThread: optional(ThreadRef),
    user: optional(UserRef),
    toUser: optional(UserRef),
    reactions: optional(Schema.Array(ChatReaction))
  }).annotations({ identifier: "ChatMessageResponse" })
)
/**
 * @since 0.1.0
 * @category responses
 */
export interface ChatMessageResponse extends Schema.Schema.Type<typeof ChatMessageResponse> {}

/**
 * A page of messages. The order of `entities` is not documented.
 *
 * @example
 * ```ts
 * import type { Domain } from "effect-genesys-chats"
 *
 * const texts = ({ entities = [] }: Domain.ChatMessageEntityListing) => entities.map(({ body }) => body)
 * ```
 * @since 0.1.0
 * @category responses
 */
export const ChatMessageEntityListing = lazySchema(() =>
  Schema.Struct({
    entities: optional(Schema.Array(ChatMessageResponse))
  }).annotations({ identifier: "ChatMessageEntityListing" })
)
/**
 * @since 0.1.0
 * @category responses
 */
export interface ChatMessageEntityListing extends Schema.Schema.Type<typeof ChatMessageEntityListing> {}

/** What has any of these is a message, or a broken one. */
const notOfAMessage = () => {
  const none = Schema.optional(Schema.Never)
  return { id: none, dateCreated: none, toJid: none, jid: none, body: none, thread: none }
}

/**
 * A listing, also where the service sends one bare message in its place:
 * `getChatsUserMessages` is declared to return a `ChatMessageResponse`, and what
 * the service sends is not documented. A bare message becomes a listing of
 * one; a broken message is a decode error, never an empty listing.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import { Domain } from "effect-genesys-chats"
 *
 * const decoded = Schema.decodeSync(Domain.ChatMessageListingOrMessage)({ entities: [] })
 * ```
 * @since 0.1.0
 * @category responses
 */
export const ChatMessageListingOrMessage = lazySchema(() =>
  Schema.transform(
    Schema.Union(Schema.Struct({ ...ChatMessageEntityListing.fields, ...notOfAMessage() }), ChatMessageResponse),
    Schema.typeSchema(ChatMessageEntityListing),
    {
      strict: true,
      decode: (received) => ("id" in received && received.id !== undefined ? { entities: [received] } : received),
      encode: (listing) => listing
    }
  ).annotations({ identifier: "ChatMessageListingOrMessage" })
)

/**
 * What to post: `message` is the text (not empty), `mentions` the users it names,
 * `threadId` the thread it replies to.
 *
 * @example
 * ```ts
 * import { type Domain, UserId } from "effect-genesys-chats"
 *
 * const value: Domain.SendMessageBody = { message: "@Alice, look", mentions: [UserId.make("7f0e")] }
 * ```
 * @since 0.1.0
 * @category requests
 */
export const SendMessageBody = lazySchema(() =>
  Schema.Struct({
    message: Schema.String.pipe(Schema.minLength(1, { message: () => "must not be empty" })),
    mentions: optional(Schema.Array(Schema.Union(UserId, UserJid))),
    threadId: optional(ThreadId)
  }).annotations({ identifier: "SendMessageBody" })
)
/**
 * @since 0.1.0
 * @category requests
 */
export interface SendMessageBody extends Schema.Schema.Type<typeof SendMessageBody> {}

/**
 * The id of a message that was sent.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import { Domain } from "effect-genesys-chats"
 *
 * const decoded = Schema.decodeSync(Domain.ChatSendMessageResponse)({ id: "5d0f" })
 * ```
 * @since 0.1.0
 * @category responses
 */
export const ChatSendMessageResponse = lazySchema(() =>
  Schema.Struct({
    id: received(MessageId)
  }).annotations({ identifier: "ChatSendMessageResponse" })
)
/**
 * @since 0.1.0
 * @category responses
 */
export interface ChatSendMessageResponse extends Schema.Schema.Type<typeof ChatSendMessageResponse> {}

/**
 * The full list of the caller's own reactions to a message. Whether the service
 * sets or toggles them is not documented; a full list is taken to replace it.
 *
 * @example
 * ```ts
 * import type { Domain } from "effect-genesys-chats"
 *
 * const value: Domain.ChatReactionUpdate = { reactions: ["👍", "👀"] }
 * ```
 * @since 0.1.0
 * @category requests
 */
export const ChatReactionUpdate = lazySchema(() =>
  Schema.Struct({
    reactions: Schema.Array(Schema.String)
  }).annotations({ identifier: "ChatReactionUpdate" })
)
/**
 * @since 0.1.0
 * @category requests
 */
export interface ChatReactionUpdate extends Schema.Schema.Type<typeof ChatReactionUpdate> {}

/**
 * Ids of pinned messages, at most 5.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import { Domain } from "effect-genesys-chats"
 *
 * const areFew = Schema.is(Domain.PinnedMessageIds)
 * ```
 * @since 0.1.0
 * @category requests
 */
export const PinnedMessageIds = lazySchema(() =>
  Schema.Array(MessageId).pipe(Schema.maxItems(5, { message: () => "must hold at most 5 pinned messages" }))
)

/**
 * The messages to pin, at most 5.
 *
 * @example
 * ```ts
 * import { type Domain, MessageId } from "effect-genesys-chats"
 *
 * const value: Domain.PinnedMessageRequest = { pinnedMessageIds: [MessageId.make("5d0f")] }
 * ```
 * @since 0.1.0
 * @category requests
 */
export const PinnedMessageRequest = lazySchema(() =>
  Schema.Struct({
    pinnedMessageIds: PinnedMessageIds
  }).annotations({ identifier: "PinnedMessageRequest" })
)
/**
 * @since 0.1.0
 * @category requests
 */
export interface PinnedMessageRequest extends Schema.Schema.Type<typeof PinnedMessageRequest> {}
