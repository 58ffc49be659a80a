/**
 * The messages of a conversation or a thread as streams: {@link stream} and {@link thread}
 * for what was posted, {@link follow} and {@link followThread} for what is being posted.
 *
 * The API has no cursor, and much about its pages is not documented. Of a page without `after` these streams rely
 * on one thing: it holds the newest messages before its bound. They are correct whatever the order of the messages,
 * whether bounds are inclusive or not, whatever a page with `after` holds, and however few messages the service
 * gives at a time. One thing cannot be fixed: if more messages share a millisecond than the service ever gives in a
 * page, no request reaches the others. Then the stream asks for larger pages as long as they grow, steps over that
 * millisecond, and logs a warning, once per stream.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import { dual } from "effect/Function"
import type * as Stream from "effect/Stream"
import type * as Chats from "../Chats.js"
import * as Conversation from "../conversation/Conversation.js"
import { followAll as followConversations } from "../conversation/followAll.js"
import type * as Endpoint from "../declaration.js"
import type { ThreadId } from "../domain/Ids.js"
import type { ChatMessageResponse } from "../domain/Message.js"
import type { Checkpoint } from "./checkpoint.js"
import { isUndecoded as isUndecodedEntry, Undecoded as UndecodedEntry } from "./entry.js"
import { type FollowOptionsGiving, followSource, type Survived } from "./follow.js"
import { threadSource } from "./sources.js"
import { type StreamOptionsGiving, streamSource } from "./stream.js"

export { Checkpoint, checkpoint } from "./checkpoint.js"

/**
 * Which part of a history to give, and how.
 *
 * @since 0.1.0
 * @category models
 */
export interface StreamOptions {
  /**
   * Resumes after a {@link Checkpoint}, in the same order as the stream that it was taken from. A message of
   * its millisecond that was not given yet is given. Default: from the beginning of the order.
   */
  readonly from?: Checkpoint | undefined
  /** Messages dated at this time or later. Default: from the first one. */
  readonly after?: DateTime.DateTime | undefined
  /** Messages dated before this time, so that adjacent ranges share none. Default: to the last one. */
  readonly before?: DateTime.DateTime | undefined
  /** Messages per request: a whole number from 1, where 1 counts as 2. The service may give fewer. Default 100. */
  readonly pageSize?: number | undefined
  /**
   * `"descending"`: newest first, one request a page. `"ascending"`: oldest first; that takes up
   * to twice as many requests, and some more to find the first message where `after` is not
   * given, unless the service answers `after` with the messages nearest to it. Default
   * `"descending"`.
   */
  readonly order?: "descending" | "ascending" | undefined
  /**
   * How many pages may be fetched ahead: a whole number from 0. The next page is requested when half of a page is
   * consumed; with 0, when all of it is. Default 1.
   */
  readonly prefetch?: number | undefined
  /** Leaves the service's metadata out of the replies. Default: as the service does. */
  readonly excludeMetadata?: boolean | undefined
  /**
   * What becomes of a message that does not decode; other messages are not affected. `"warn"`: it is left
   * out, and a warning names the fields that are wrong. `"give"`: an {@link Undecoded} is given in its
   * place. Default `"warn"`.
   */
  readonly undecoded?: "warn" | undefined
}

/**
 * How to follow a history.
 *
 * @since 0.1.0
 * @category models
 */
export interface FollowOptions {
  /** The time between two requests while messages come: from 1 millisecond. Default 2 seconds. */
  readonly every?: Duration.DurationInput | undefined
  /**
   * The longest time between two requests: while no messages come, each wait is half as long again as the one
   * before, from `every` up to this. Default 10 × `every`; with `Live` in use, 5 minutes. The user's own messages
   * have no unread count: if `Live` has only unread counts, they come after this time at the latest.
   */
  readonly slowest?: Duration.DurationInput | undefined
  /** Messages dated at this time or later. Default: those after the newest at the first request. */
  readonly since?: DateTime.DateTime | undefined
  /** Whether a message that was edited is given again, within `lookBack`. Default false. */
  readonly edits?: boolean | undefined
  /**
   * How much older than the newest message, when the history was last asked, another one can be and still be
   * noticed, as new or as edited: from 0, and finite, because the ids of all these messages are kept. Those of
   * half a page are kept in any case, so that a message dated ahead of the service's clock hides no others.
   * Default 5 seconds, with `edits` 2 minutes.
   */
  readonly lookBack?: Duration.DurationInput | undefined
  /** Messages per request: a whole number from 1, where 1 counts as 2. Default 100. */
  readonly pageSize?: number | undefined
  /** Leaves the service's metadata out of the replies. Default: as the service does. */
  readonly excludeMetadata?: boolean | undefined
  /**
   * What becomes of a message that does not decode; other messages are not affected. `"warn"`: it is left
   * out, and a warning names the fields that are wrong. `"give"`: an {@link Undecoded} is given in its
   * place. Default `"warn"`.
   */
  readonly undecoded?: "warn" | undefined
}

/**
 * A message that the service sent and that is not what the API declares it to be.
 *
 * `id` and `dateCreated` are the message's own where they are legible; else the id is made of what it
 * holds, and the date is that of a neighbour in its page. `issues` says what is wrong, by field; `json`
 * is the whole as it came.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Conversation, History, RoomJid } from "effect-genesys-chats"
 *
 * const program = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com")).pipe(
 *   History.stream({ undecoded: "give" }),
 *   Stream.runForEach((entry) =>
 *     History.isUndecoded(entry) ? Effect.logWarning(entry.issues) : Effect.log(entry.body)
 *   )
 * )
 * ```
 * @since 0.1.0
 * @category models
 */
export const Undecoded = UndecodedEntry
/**
 * @since 0.1.0
 * @category models
 */
export type Undecoded = UndecodedEntry

/**
 * Whether an entry of a history is an {@link Undecoded} and not a message.
 *
 * @example
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { type Conversation, History } from "effect-genesys-chats"
 *
 * const broken = (room: Conversation.Room) =>
 *   Stream.filter(History.stream(room, { undecoded: "give" }), History.isUndecoded)
 * ```
 * @since 0.1.0
 * @category guards
 */
export const isUndecoded: (entry: ChatMessageResponse | Undecoded) => entry is Undecoded = isUndecodedEntry

/**
 * What {@link thread} can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type ThreadError = Endpoint.Endpoint.Error<typeof Chats.getChatsThreadMessages>

/**
 * What {@link followThread} can fail with: failures that pass are not among them.
 *
 * @since 0.1.0
 * @category errors
 */
export type FollowThreadError = Exclude<ThreadError, Survived>

/**
 * The messages of a conversation as a stream: every message once, in order, in constant memory.
 *
 * The stream ends when a page brings nothing new. A message that is posted meanwhile is not given, nor
 * is one that is deleted before its page is read. Messages of one millisecond come in the service's own
 * order.
 *
 * Makes requests only as they are needed: `Stream.take(10)` asks for one page, and for one more if all of the first
 * page is of one millisecond, to find out its order. An error ends the stream; what came before it is complete, and
 * `before` or `after` resumes from there. An option that is out of its range is a defect that names it.
 *
 * @example
 * ```ts
 * import * as DateTime from "effect/DateTime"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Conversation, History, RoomJid } from "effect-genesys-chats"
 *
 * const room = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))
 * const yesterday = room.pipe(
 *   History.stream({
 *     after: DateTime.unsafeMake("2026-03-01T00:00:00Z"),
 *     before: DateTime.unsafeMake("2026-03-02T00:00:00Z"),
 *     order: "ascending"
 *   }),
 *   Stream.runForEach((message) => Effect.log(message.body))
 * )
 * ```
 * @since 0.1.0
 * @category streams
 */
export const stream: {
  /** The messages of a conversation as a stream: every message once, in order, in constant memory. */
  (
    options: StreamOptionsGiving
  ): (
    conversation: Conversation.Conversation
  ) => Stream.Stream<ChatMessageResponse | Undecoded, Conversation.HistoryError, Endpoint.ChatsClient>
  /** The messages of a conversation as a stream: every message once, in order, in constant memory. */
  (
    options?: StreamOptions
  ): (
    conversation: Conversation.Conversation
  ) => Stream.Stream<ChatMessageResponse, Conversation.HistoryError, Endpoint.ChatsClient>
  /** The messages of a conversation as a stream: every message once, in order, in constant memory. */
  (
    conversation: Conversation.Conversation,
    options: StreamOptionsGiving
  ): Stream.Stream<ChatMessageResponse | Undecoded, Conversation.HistoryError, Endpoint.ChatsClient>
  /** The messages of a conversation as a stream: every message once, in order, in constant memory. */
  (
    conversation: Conversation.Conversation,
    options?: StreamOptions
  ): Stream.Stream<ChatMessageResponse, Conversation.HistoryError, Endpoint.ChatsClient>
} = Conversation.history

/**
 * The messages of a thread: as {@link stream}.
 *
 * @example
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { History, ThreadId } from "effect-genesys-chats"
 *
 * const program = Stream.runCollect(History.thread(ThreadId.make("0f1d"), { order: "ascending" }))
 * ```
 * @since 0.1.0
 * @category streams
 */
export const thread: {
  /** The messages of a thread: as {@link stream}. */
  (
    options: StreamOptionsGiving
  ): (threadId: ThreadId) => Stream.Stream<ChatMessageResponse | Undecoded, ThreadError, Endpoint.ChatsClient>
  /** The messages of a thread: as {@link stream}. */
  (
    options?: StreamOptions
  ): (threadId: ThreadId) => Stream.Stream<ChatMessageResponse, ThreadError, Endpoint.ChatsClient>
  /** The messages of a thread: as {@link stream}. */
  (
    threadId: ThreadId,
    options: StreamOptionsGiving
  ): Stream.Stream<ChatMessageResponse | Undecoded, ThreadError, Endpoint.ChatsClient>
  /** The messages of a thread: as {@link stream}. */
  (threadId: ThreadId, options?: StreamOptions): Stream.Stream<ChatMessageResponse, ThreadError, Endpoint.ChatsClient>
} = dual(
  (args) => typeof args[0] === "string",
  <O extends StreamOptions | StreamOptionsGiving | undefined>(threadId: ThreadId, options?: O) =>
    streamSource(() => threadSource(threadId, options?.excludeMetadata), options)
)

/**
 * New messages of a conversation, once and in order, as a stream that does not end.
 *
 * With `edits`, a message that was edited is given once more, with the same id. A message that the service
 * shows late is given late, if it is not older than `lookBack`.
 *
 * With `Live` in the context it asks when an event says that there is something, after every gap, and every
 * `slowest` besides. Without, it asks again and again, fast while messages come and slower when none do: at most 30
 * and at least 3 requests a minute by default. So following 200 rooms one by one takes 600 requests a minute at
 * rest, twice what the service allows: use {@link followAll}, which asks once for all of them. A request that fails
 * with 408, 429, 5xx or no reply is logged (debug level) and made again, after the wait that the service asks for
 * and a backoff; so is one for which there was no token just then. Any other error ends the stream. So does
 * interruption, at once. An option that is out of its range is a defect that names it.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Conversation, History, RoomJid } from "effect-genesys-chats"
 *
 * const program = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com")).pipe(
 *   History.follow({ every: "1 second", slowest: "30 seconds" }),
 *   Stream.runForEach((message) => Effect.log(message.body))
 * )
 * ```
 * @since 0.1.0
 * @category streams
 */
export const follow: {
  /** New messages of a conversation, once and in order, as a stream that does not end. */
  (
    options: FollowOptionsGiving
  ): (
    conversation: Conversation.Conversation
  ) => Stream.Stream<ChatMessageResponse | Undecoded, Conversation.FollowError, Endpoint.ChatsClient>
  /** New messages of a conversation, once and in order, as a stream that does not end. */
  (
    options?: FollowOptions
  ): (
    conversation: Conversation.Conversation
  ) => Stream.Stream<ChatMessageResponse, Conversation.FollowError, Endpoint.ChatsClient>
  /** New messages of a conversation, once and in order, as a stream that does not end. */
  (
    conversation: Conversation.Conversation,
    options: FollowOptionsGiving
  ): Stream.Stream<ChatMessageResponse | Undecoded, Conversation.FollowError, Endpoint.ChatsClient>
  /** New messages of a conversation, once and in order, as a stream that does not end. */
  (
    conversation: Conversation.Conversation,
    options?: FollowOptions
  ): Stream.Stream<ChatMessageResponse, Conversation.FollowError, Endpoint.ChatsClient>
} = Conversation.follow

/**
 * The messages that are posted to any of many conversations. Each is followed as by {@link follow}, in order; there
 * is no order between conversations.
 *
 * With `Live` in the context, events say which conversations have something new. Without it, the list of the user's
 * conversations does (`GET /api/v2/users/chats/me`), and only those with something new are read. `every` and
 * `slowest` are then the times between two requests for that list, multiplied by the number of its pages.
 * Conversations that are not in the list, or all if the token has no list, are polled one by one. The others are
 * read once in a while as well, in case an event was lost: all of them together at most 20 times a minute. The
 * first look takes one request for each conversation. An error that ends one of them ends the whole stream.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Conversation, History, type RoomJid } from "effect-genesys-chats"
 *
 * const listen = (rooms: ReadonlyArray<RoomJid>) =>
 *   History.followAll(rooms.map(Conversation.room), { every: "2 seconds" }).pipe(
 *     Stream.runForEach(({ message }) => Effect.log(message.body))
 *   )
 * ```
 * @since 0.1.0
 * @category streams
 */
export const followAll: (
  conversations: Iterable<Conversation.Conversation>,
  options?: FollowOptions
) => Stream.Stream<
  { readonly conversation: Conversation.Conversation; readonly message: ChatMessageResponse },
  Conversation.FollowError,
  Endpoint.ChatsClient
> = followConversations

/**
 * The messages that are posted to a thread: as {@link follow}.
 *
 * @example
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { History, ThreadId } from "effect-genesys-chats"
 *
 * const program = Stream.runDrain(History.followThread(ThreadId.make("0f1d"), { every: "5 seconds" }))
 * ```
 * @since 0.1.0
 * @category streams
 */
export const followThread: {
  /** The messages that are posted to a thread: as {@link follow}. */
  (
    options: FollowOptionsGiving
  ): (threadId: ThreadId) => Stream.Stream<ChatMessageResponse | Undecoded, FollowThreadError, Endpoint.ChatsClient>
  /** The messages that are posted to a thread: as {@link follow}. */
  (
    options?: FollowOptions
  ): (threadId: ThreadId) => Stream.Stream<ChatMessageResponse, FollowThreadError, Endpoint.ChatsClient>
  /** The messages that are posted to a thread: as {@link follow}. */
  (
    threadId: ThreadId,
    options: FollowOptionsGiving
  ): Stream.Stream<ChatMessageResponse | Undecoded, FollowThreadError, Endpoint.ChatsClient>
  /** The messages that are posted to a thread: as {@link follow}. */
  (
    threadId: ThreadId,
    options?: FollowOptions
  ): Stream.Stream<ChatMessageResponse, FollowThreadError, Endpoint.ChatsClient>
} = dual(
  (args) => typeof args[0] === "string",
  <O extends FollowOptions | FollowOptionsGiving | undefined>(threadId: ThreadId, options?: O) =>
    followSource(() => threadSource(threadId, options?.excludeMetadata), options)
)
