/**
 * 1on1s and their messages.
 *
 * @since 0.1.0
 */
import { MessageId, UserId } from "../domain/Ids.js"
import { ChatMessageEntityListing, ChatMessageListingOrMessage, ChatSendMessageResponse, SendMessageBody } from "../domain/Message.js"
import { OneOnOne } from "../domain/Room.js"
import * as Endpoint from "../Endpoint.js"
import { history, MessageIds } from "./parameters.js"

/**
 * Gets the 1on1 with a user: its pinned messages.
 *
 * @example
 * ```ts
 * import { Chats, UserId } from "effect-genesys-chats"
 *
 * const program = Chats.getChatsUser({ userId: UserId.make("7f0e") })
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const getChatsUser = Endpoint.make("getChatsUser", {
  method: "GET",
  path: "/api/v2/chats/users/{userId}",
  pathParameters: { userId: UserId },
  success: OneOnOne,
  permissions: ["chat:chat:access", "chat:1on1:view"]
})

/**
 * Posts a message to a user; gives the message's id. Not idempotent: the API has no
 * idempotency key, and a replay can post twice.
 *
 * @example
 * ```ts
 * import { Chats, UserId } from "effect-genesys-chats"
 *
 * const program = Chats.postChatsUserMessages({ userId: UserId.make("7f0e"), message: "We are on it" })
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const postChatsUserMessages = Endpoint.make("postChatsUserMessages", {
  method: "POST",
  path: "/api/v2/chats/users/{userId}/messages",
  pathParameters: { userId: UserId },
  body: SendMessageBody,
  success: ChatSendMessageResponse,
  permissions: ["chat:chat:access", "chat:1on1Message:add"]
})

/**
 * Gets a page of the history of the 1on1 with a user. Declared to return one message, so both a
 * listing and a single message decode, always to a listing.
 *
 * @example
 * ```ts
 * import { Chats, UserId } from "effect-genesys-chats"
 *
 * const program = Chats.getChatsUserMessages({ userId: UserId.make("7f0e"), limit: 50 })
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const getChatsUserMessages = Endpoint.make("getChatsUserMessages", {
  method: "GET",
  path: "/api/v2/chats/users/{userId}/messages",
  pathParameters: { userId: UserId },
  query: history,
  success: ChatMessageListingOrMessage,
  permissions: ["chat:chat:access", "chat:1on1Message:view"]
})

/**
 * Gets messages of the 1on1 with a user by their ids.
 *
 * @example
 * ```ts
 * import { Chats, MessageId, UserId } from "effect-genesys-chats"
 *
 * const program = Chats.getChatsUserMessage({
 *   userId: UserId.make("7f0e"),
 *   messageIds: [MessageId.make("5d0f"), MessageId.make("6e1a")]
 * })
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const getChatsUserMessage = Endpoint.make("getChatsUserMessage", {
  method: "GET",
  path: "/api/v2/chats/users/{userId}/messages/{messageIds}",
  pathParameters: { userId: UserId, messageIds: MessageIds },
  success: ChatMessageEntityListing,
  permissions: ["chat:chat:access", "chat:1on1Message:view"]
})

/**
 * Edits a message of the 1on1 with a user, by default within 60 s of its creation.
 *
 * @example
 * ```ts
 * import { Chats, MessageId, UserId } from "effect-genesys-chats"
 *
 * const program = Chats.patchChatsUserMessage({
 *   userId: UserId.make("7f0e"),
 *   messageId: MessageId.make("5d0f"),
 *   message: "We are on it"
 * })
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const patchChatsUserMessage = Endpoint.make("patchChatsUserMessage", {
  method: "PATCH",
  path: "/api/v2/chats/users/{userId}/messages/{messageId}",
  pathParameters: { userId: UserId, messageId: MessageId },
  body: SendMessageBody,
  success: ChatSendMessageResponse,
  permissions: ["chat:chat:access", "chat:1on1Message:view"]
})

/**
 * Deletes a message of the 1on1 with a user.
 *
 * @example
 * ```ts
 * import { Chats, MessageId, UserId } from "effect-genesys-chats"
 *
 * const program = Chats.deleteChatsUserMessage({
 *   userId: UserId.make("7f0e"),
 *   messageId: MessageId.make("5d0f")
 * })
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const deleteChatsUserMessage = Endpoint.make("deleteChatsUserMessage", {
  method: "DELETE",
  path: "/api/v2/chats/users/{userId}/messages/{messageId}",
  pathParameters: { userId: UserId, messageId: MessageId },
  permissions: ["chat:chat:access", "chat:1on1Message:delete"]
})
