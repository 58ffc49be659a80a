/**
 * The history of a conversation.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type * as Chats from "../Chats.js"
import type * as Endpoint from "../declaration.js"
import type { ChatMessageResponse } from "../domain/Message.js"
import type { Undecoded } from "../history/entry.js"
import { type FollowOptions, type FollowOptionsGiving, followSource, type Survived } from "../history/follow.js"
import { type StreamOptions, type StreamOptionsGiving, streamSource } from "../history/stream.js"
import { Live } from "../live/service.js"
import type { ErrorOf } from "./errorOf.js"
import { type Conversation, isConversation } from "./model.js"
import { sourceOf } from "./source.js"

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
 * The messages of the conversation, every message once and in order: the same as `History.stream`.
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
  /** The messages of the conversation, every message once and in order: the same as `History.stream`. */
  (
    options: StreamOptionsGiving
  ): (self: Conversation) => Stream.Stream<ChatMessageResponse | Undecoded, HistoryError, Endpoint.ChatsClient>
  /** The messages of the conversation, every message once and in order: the same as `History.stream`. */
  (
    options?: StreamOptions
  ): (self: Conversation) => Stream.Stream<ChatMessageResponse, HistoryError, Endpoint.ChatsClient>
  /** The messages of the conversation, every message once and in order: the same as `History.stream`. */
  (
    self: Conversation,
    options: StreamOptionsGiving
  ): Stream.Stream<ChatMessageResponse | Undecoded, HistoryError, Endpoint.ChatsClient>
  /** The messages of the conversation, every message once and in order: the same as `History.stream`. */
  (self: Conversation, options?: StreamOptions): Stream.Stream<ChatMessageResponse, HistoryError, Endpoint.ChatsClient>
} = dual(
  (args) => isConversation(args[0]),
  <O extends StreamOptions | StreamOptionsGiving | undefined>(self: Conversation, options?: O) =>
    streamSource(sourceOf(self, options), options)
)

/**
 * New messages of the conversation, as a stream that does not end: the same as `History.follow`.
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
  /** New messages of the conversation, as a stream that does not end: the same as `History.follow`. */
  (
    options: FollowOptionsGiving
  ): (self: Conversation) => Stream.Stream<ChatMessageResponse | Undecoded, FollowError, Endpoint.ChatsClient>
  /** New messages of the conversation, as a stream that does not end: the same as `History.follow`. */
  (
    options?: FollowOptions
  ): (self: Conversation) => Stream.Stream<ChatMessageResponse, FollowError, Endpoint.ChatsClient>
  /** New messages of the conversation, as a stream that does not end: the same as `History.follow`. */
  (
    self: Conversation,
    options: FollowOptionsGiving
  ): Stream.Stream<ChatMessageResponse | Undecoded, FollowError, Endpoint.ChatsClient>
  /** New messages of the conversation, as a stream that does not end: the same as `History.follow`. */
  (self: Conversation, options?: FollowOptions): Stream.Stream<ChatMessageResponse, FollowError, Endpoint.ChatsClient>
} = dual(
  (args) => isConversation(args[0]),
  <O extends FollowOptions | FollowOptionsGiving | undefined>(self: Conversation, options?: O) =>
    Stream.unwrap(
      Effect.map(Effect.serviceOption(Live), (live) =>
        followSource(
          sourceOf(self, options),
          options,
          Option.isSome(live) ? { stream: live.value.heard(self), live: false } : undefined
        )
      )
    )
)
