/**
 * The history of a conversation.
 *
 * @since 0.1.0
 */
import { dual } from "effect/Function"
import type * as Stream from "effect/Stream"
import type * as Chats from "../Chats.js"
import type { ChatMessageResponse } from "../domain/Message.js"
import type * as Endpoint from "../Endpoint.js"
import { type FollowOptions, followSource, type Survived } from "../history/follow.js"
import { roomSource, userSource } from "../history/sources.js"
import { type StreamOptions, streamSource } from "../history/stream.js"
import type { ErrorOf } from "./errorOf.js"
import { type Conversation, isConversation } from "./model.js"

/**
 * What {@link history} can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type HistoryError = ErrorOf<typeof Chats.getChatsRoomMessages, typeof Chats.getChatsUserMessages>

/**
 * What {@link follow} can fail with: failures that pass are not among them.
 *
 * @since 0.1.0
 * @category errors
 */
export type FollowError = Exclude<HistoryError, Survived>

/**
 * The messages of the conversation as a stream, every message once and in order: see
 * `History.stream`, which is the same.
 *
 * @example
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Conversation, RoomJid } from "effect-genesys-chats"
 *
 * const lastTen = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com")).pipe(
 *   Conversation.history(),
 *   Stream.take(10)
 * )
 * ```
 * @since 0.1.0
 * @category actions
 */
export const history: {
  /**
   * The messages of the conversation as a stream, every message once and in order: see
   * `History.stream`, which is the same.
   */
  (
    options?: StreamOptions
  ): (self: Conversation) => Stream.Stream<ChatMessageResponse, HistoryError, Endpoint.ChatsClient>
  /**
   * The messages of the conversation as a stream, every message once and in order: see
   * `History.stream`, which is the same.
   */
  (self: Conversation, options?: StreamOptions): Stream.Stream<ChatMessageResponse, HistoryError, Endpoint.ChatsClient>
} = dual(
  (args) => isConversation(args[0]),
  (self: Conversation, options?: StreamOptions) => streamSource(sourceOf(self, options), options)
)

/**
 * The messages that are posted from now on, as a stream that does not end: see
 * `History.follow`, which is the same.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Conversation, RoomJid } from "effect-genesys-chats"
 *
 * const program = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com")).pipe(
 *   Conversation.follow({ every: "2 seconds" }),
 *   Stream.runForEach((message) => Effect.log(message.body))
 * )
 * ```
 * @since 0.1.0
 * @category actions
 */
export const follow: {
  /**
   * The messages that are posted from now on, as a stream that does not end: see
   * `History.follow`, which is the same.
   */
  (
    options?: FollowOptions
  ): (self: Conversation) => Stream.Stream<ChatMessageResponse, FollowError, Endpoint.ChatsClient>
  /**
   * The messages that are posted from now on, as a stream that does not end: see
   * `History.follow`, which is the same.
   */
  (self: Conversation, options?: FollowOptions): Stream.Stream<ChatMessageResponse, FollowError, Endpoint.ChatsClient>
} = dual(
  (args) => isConversation(args[0]),
  (self: Conversation, options?: FollowOptions) => followSource(sourceOf(self, options), options)
)

const sourceOf = (self: Conversation, options: { readonly excludeMetadata?: boolean | undefined } | undefined) => () =>
  self._tag === "Room"
    ? roomSource(self.jid, options?.excludeMetadata)
    : userSource(self.userId, options?.excludeMetadata)
