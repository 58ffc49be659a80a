/**
 * Input, value, errors and requirements of every endpoint of chat, pinned by hand: `npm run
 * typecheck` fails where one of them changes. Nothing here runs.
 */
import type * as DateTime from "effect/DateTime"
import type * as Effect from "effect/Effect"
import {
  Chats,
  type ChatsClient,
  type ChatsError,
  type Domain,
  Endpoint,
  MessageId,
  RoomJid,
  ThreadId,
  type UserId,
  UserJid
} from "effect-genesys-chats"

type Equal<X, Y> = (<T>() => T extends X ? 1 : 2) extends <T>() => T extends Y ? 1 : 2 ? true : false
type Expect<T extends true> = T

/** What an endpoint is as a function: its arguments, then A, E and R of its program. */
type Of<T> = T extends (...args: infer Args) => Effect.Effect<infer A, infer E, infer R>
  ? [Flattened<Args>, A, E, R]
  : never
/** Fields, whether they stand in one type or in several. */
type Flattened<Args> = Args extends [infer Input] ? [input: Flat<Input>] : Args
type Takes<Input, A, E> = [[input: Input], A, E, ChatsClient.ChatsClient]
type TakesNothing<A, E> = [[], A, E, ChatsClient.ChatsClient]

/** What any call can fail with once it is sent. */
type Sent =
  | ChatsError.BadRequest
  | ChatsError.Unauthorized
  | ChatsError.Forbidden
  | ChatsError.NotFound
  | ChatsError.RequestTimeout
  | ChatsError.Conflict
  | ChatsError.ContentTooLarge
  | ChatsError.UnsupportedMediaType
  | ChatsError.TooManyRequests
  | ChatsError.InternalServerError
  | ChatsError.ServiceUnavailable
  | ChatsError.GatewayTimeout
  | ChatsError.UnexpectedStatus
  | ChatsError.TransportError
  | ChatsError.CredentialsError
/** With an input that can be wrong, and a value that can be. */
type Both = Sent | ChatsError.InvalidRequest | ChatsError.DecodeError
type InputOnly = Sent | ChatsError.InvalidRequest
type ValueOnly = Sent | ChatsError.DecodeError

interface History {
  readonly limit?: number | undefined
  readonly before?: DateTime.Utc | undefined
  readonly after?: DateTime.Utc | undefined
  readonly excludeMetadata?: boolean | undefined
}
interface Text {
  readonly message: string
  readonly mentions?: ReadonlyArray<UserId | UserJid> | undefined
  readonly threadId?: ThreadId | undefined
}
type Flat<T> = { [K in keyof T]: T[K] }

interface AUser {
  readonly id?: UserId | undefined
  readonly selfUri?: string | undefined
}
interface AMessageRef {
  readonly id?: MessageId | undefined
  readonly selfUri?: string | undefined
}
interface AThread {
  readonly id?: ThreadId | undefined
}
interface Message {
  readonly id: MessageId
  readonly dateCreated: DateTime.Utc
  readonly dateModified?: DateTime.Utc | undefined
  readonly toJid: string
  readonly jid: UserJid
  readonly body: string
  readonly mentions?: { readonly [name: string]: string } | undefined
  readonly edited?: boolean | undefined
  readonly attachmentDeleted?: boolean | undefined
  readonly fileUri?: string | undefined
  readonly thread: AThread
  readonly parentThread?: AThread | undefined
  readonly user?: AUser | undefined
  readonly toUser?: AUser | undefined
  readonly reactions?: ReadonlyArray<{ readonly emoji: string; readonly users: ReadonlyArray<AUser> }> | undefined
}
interface Messages {
  readonly entities?: ReadonlyArray<Message> | undefined
}
interface Room {
  readonly id?: string | undefined
  readonly name?: string | undefined
  readonly dateCreated?: DateTime.Utc | undefined
  readonly roomType?: "adhoc" | "acd" | "group" | "oneOnOne" | "supervisorAssistance" | (string & {}) | undefined
  readonly description?: string | undefined
  readonly subject?: string | undefined
  readonly participantLimit?: number | undefined
  readonly owners?: ReadonlyArray<AUser> | undefined
  readonly pinnedMessages?: ReadonlyArray<AMessageRef> | undefined
  readonly jid?: RoomJid | undefined
  readonly selfUri?: string | undefined
}
interface Inbox {
  readonly entities?:
    | ReadonlyArray<{
        readonly id?: string | undefined
        readonly name?: string | undefined
        readonly open: boolean
        readonly favorite?: { readonly id: string; readonly externalId: string } | undefined
        readonly images?:
          | ReadonlyArray<{ readonly resolution?: string | undefined; readonly imageUri?: string | undefined }>
          | undefined
        readonly dateLastMessage?: DateTime.Utc | undefined
        readonly dateClosed?: DateTime.Utc | undefined
        readonly user?:
          | {
              readonly id?: UserId | undefined
              readonly name?: string | undefined
              readonly selfUri?: string | undefined
              readonly jid?: UserJid | undefined
              readonly inactive?: boolean | undefined
              readonly integrations?: ReadonlyArray<unknown> | undefined
              readonly presence?: { readonly [key: string]: unknown } | undefined
            }
          | undefined
        readonly room?: Room | undefined
        readonly chatType: string
        readonly selfUri?: string | undefined
      }>
    | undefined
  readonly nextUri?: string | undefined
  readonly selfUri?: string | undefined
  readonly previousUri?: string | undefined
}
interface Mobile {
  readonly notifications: { readonly when: "Always" | "OnlyWhenInactive" | (string & {}) }
}
interface Settings {
  readonly messageRetentionPeriodDays?: number | undefined
  readonly reactionsEnabled?: boolean | undefined
}
interface MySettings {
  readonly muted?: boolean | undefined
  readonly mentionsOnly?: boolean | undefined
  readonly notifyOnReactions?: boolean | undefined
  readonly mobile: Mobile
}
interface ASentMessage {
  readonly id: MessageId
}
interface Pins {
  readonly pinnedMessageIds: ReadonlyArray<MessageId>
}

interface Expected {
  deleteChatsRoomMessage: Takes<{ readonly roomJid: RoomJid; readonly messageId: MessageId }, void, InputOnly>
  deleteChatsRoomMessagesPin: Takes<{ readonly roomJid: RoomJid; readonly pinnedMessageId: MessageId }, void, InputOnly>
  deleteChatsRoomParticipant: Takes<{ readonly roomJid: RoomJid; readonly userId: UserId }, void, InputOnly>
  deleteChatsUserMessage: Takes<{ readonly userId: UserId; readonly messageId: MessageId }, void, InputOnly>
  deleteChatsUserMessagesPin: Takes<{ readonly userId: UserId; readonly pinnedMessageId: MessageId }, void, InputOnly>
  deleteChatsUsersMeSettings: TakesNothing<void, Sent>
  getChatsMessage: Takes<{ readonly messageId: MessageId }, Message, Both>
  getChatsRoom: Takes<{ readonly roomJid: RoomJid }, Room, Both>
  getChatsRoomMessage: Takes<
    { readonly roomJid: RoomJid; readonly messageIds: ReadonlyArray<MessageId> },
    Messages,
    Both
  >
  getChatsRoomMessages: Takes<Flat<{ readonly roomJid: RoomJid } & History>, Messages, Both>
  getChatsRoomParticipant: Takes<
    { readonly roomJid: RoomJid; readonly participantJid: UserJid },
    { readonly participantJid: UserJid },
    Both
  >
  getChatsRoomParticipants: Takes<
    { readonly roomJid: RoomJid; readonly notify?: boolean | undefined },
    {
      readonly participants?:
        | ReadonlyArray<{ readonly jid?: UserJid | undefined; readonly user?: AUser | undefined }>
        | undefined
    },
    Both
  >
  getChatsSettings: TakesNothing<Settings, ValueOnly>
  getChatsThreadMessages: Takes<Flat<{ readonly threadId: ThreadId } & History>, Messages, Both>
  getChatsUser: Takes<
    { readonly userId: UserId },
    { readonly pinnedMessages?: ReadonlyArray<AMessageRef> | undefined },
    Both
  >
  getChatsUserMessage: Takes<{ readonly userId: UserId; readonly messageIds: ReadonlyArray<MessageId> }, Messages, Both>
  getChatsUserMessages: Takes<Flat<{ readonly userId: UserId } & History>, Messages, Both>
  getChatsUserSettings: Takes<{ readonly userId: UserId }, { readonly mobile: Mobile }, Both>
  getChatsUsersMeSettings: TakesNothing<MySettings, ValueOnly>
  getUsersChatsMe: Takes<
    {
      readonly excludeClosed?: boolean | undefined
      readonly includePresence?: boolean | undefined
      readonly includeRoomOwners?: boolean | undefined
      readonly after?: string | undefined
    },
    Inbox,
    Both
  >
  patchChatsRoom: Takes<
    {
      readonly roomJid: RoomJid
      readonly description?: string | undefined
      readonly subject?: string | undefined
      readonly pinnedMessageIds?: ReadonlyArray<MessageId> | undefined
      readonly ownerIds?: ReadonlyArray<UserId> | undefined
    },
    void,
    InputOnly
  >
  patchChatsRoomMessage: Takes<
    Flat<{ readonly roomJid: RoomJid; readonly messageId: MessageId } & Text>,
    ASentMessage,
    Both
  >
  patchChatsSettings: Takes<Settings, Settings, Both>
  patchChatsUserMessage: Takes<
    Flat<{ readonly userId: UserId; readonly messageId: MessageId } & Text>,
    ASentMessage,
    Both
  >
  patchChatsUserSettings: Takes<{ readonly userId: UserId; readonly mobile: Mobile }, { readonly mobile: Mobile }, Both>
  patchChatsUsersMeSettings: Takes<MySettings, MySettings, Both>
  postChatsRoomMessages: Takes<Flat<{ readonly roomJid: RoomJid } & Text>, ASentMessage, Both>
  postChatsRoomMessagesPins: Takes<Flat<{ readonly roomJid: RoomJid } & Pins>, void, InputOnly>
  postChatsRoomParticipant: Takes<{ readonly roomJid: RoomJid; readonly userId: UserId }, void, InputOnly>
  postChatsRooms: Takes<
    {
      readonly description?: string | undefined
      readonly subject: string
      readonly userIds?: ReadonlyArray<UserId> | undefined
    },
    { readonly jid: RoomJid },
    Both
  >
  postChatsUserMessages: Takes<Flat<{ readonly userId: UserId } & Text>, ASentMessage, Both>
  postChatsUserMessagesPins: Takes<Flat<{ readonly userId: UserId } & Pins>, void, InputOnly>
  postChatsUsersMeSettings: Takes<
    {
      readonly muted: boolean
      readonly mentionsOnly?: boolean | undefined
      readonly notifyOnReactions?: boolean | undefined
    },
    void,
    InputOnly
  >
  putChatsMessageReactions: Takes<
    { readonly messageId: MessageId; readonly reactions: ReadonlyArray<string> },
    void,
    InputOnly
  >
  putChatsSettings: Takes<Settings, Settings, Both>
}

/** `true`, or the names of the endpoints that are not as they should be. */
type Wrong = {
  [K in keyof Expected | keyof typeof Chats]: K extends keyof Expected & keyof typeof Chats
    ? Equal<Of<(typeof Chats)[K]>, Expected[K]> extends true
      ? never
      : K
    : K
}[keyof Expected | keyof typeof Chats]

export type AllEndpointsAreAsPinned = Expect<Equal<Wrong, never>>

export type HelpersAgree = [
  Expect<Equal<Endpoint.Endpoint.Input<typeof Chats.getChatsRoom>, { readonly roomJid: RoomJid }>>,
  Expect<Equal<Endpoint.Endpoint.Input<typeof Chats.getChatsSettings>, {}>>,
  Expect<Equal<Endpoint.Endpoint.Success<typeof Chats.deleteChatsRoomMessage>, void>>,
  Expect<Equal<Endpoint.Endpoint.Error<typeof Chats.getChatsRoom>, Both>>,
  Expect<Equal<Endpoint.PathParameters<"/a/{b}/c/{d}">, "b" | "d">>,
  Expect<Equal<Endpoint.PathParameters<"/a">, never>>,
  Expect<Equal<ChatsError.ChatsError, Both>>,
  Expect<Equal<ChatsError.StatusError, Exclude<Sent, ChatsError.TransportError | ChatsError.CredentialsError>>>
]

/** An endpoint of one's own has just the errors of its declaration. */
const getTopic = Endpoint.make("getTopic", {
  method: "GET",
  path: "/topics/{messageId}",
  pathParameters: { messageId: MessageId },
  statuses: [404],
  permissions: []
})
export type OneOfOnesOwn = Expect<
  Equal<
    Of<typeof getTopic>,
    Takes<
      { readonly messageId: MessageId },
      void,
      | ChatsError.NotFound
      | ChatsError.TooManyRequests
      | ChatsError.UnexpectedStatus
      | ChatsError.TransportError
      | ChatsError.CredentialsError
      | ChatsError.InvalidRequest
    >
  >
>

declare const room: Domain.Room
declare const roomJid: RoomJid
declare const messageId: MessageId
declare const userId: UserId

/** Each line must not compile, for the one reason that is given. */
export const refused = () => [
  // @ts-expect-error the id of a room is no RoomJid: of a group room it is the group's
  Chats.getChatsRoom({ roomJid: room.id ?? roomJid }),
  // @ts-expect-error a raw string is no id
  Chats.getChatsRoom({ roomJid: "a@conference.acme.orgspan.com" }),
  // @ts-expect-error a user's id is no room's
  Chats.getChatsRoom({ roomJid: userId }),
  // @ts-expect-error a user's JID is no room's
  Chats.getChatsRoom({ roomJid: UserJid.make("a@acme.orgspan.com") }),
  // @ts-expect-error a thread's id is no message's
  Chats.getChatsMessage({ messageId: ThreadId.make("t") }),
  // @ts-expect-error a field that there is not
  Chats.getChatsRoom({ roomJid, limit: 5 }),
  // @ts-expect-error a field is missing
  Chats.getChatsRoom({}),
  // @ts-expect-error the input is missing
  Chats.getChatsRoom(),
  // @ts-expect-error the text is missing
  Chats.postChatsRoomMessages({ roomJid }),
  // @ts-expect-error null is no way to leave a field out
  Chats.postChatsRoomMessages({ roomJid, message: "m", threadId: null }),
  // @ts-expect-error there is nothing to say
  Chats.getChatsSettings({}),
  // @ts-expect-error there is nothing to say
  Chats.deleteChatsUsersMeSettings({ userId }),
  // @ts-expect-error one id is no list of them
  Chats.getChatsRoomMessage({ roomJid, messageIds: messageId }),
  // @ts-expect-error limit is a number
  Chats.getChatsRoomMessages({ roomJid, limit: "50" }),
  // @ts-expect-error dates are DateTime
  Chats.getChatsRoomMessages({ roomJid, before: "2026-03-04T05:06:07.089Z" }),
  // @ts-expect-error dates are DateTime
  Chats.getChatsRoomMessages({ roomJid, after: new Date() }),
  // @ts-expect-error what is not of the path has no place among its parameters
  Endpoint.make("x", { method: "GET", path: "/x/{a}", pathParameters: { b: RoomJid }, permissions: [] }),
  // @ts-expect-error a status that has no class
  Endpoint.make("x", { method: "GET", path: "/x", pathParameters: {}, statuses: [418], permissions: [] })
]

/** These must compile. */
export const taken = () => [
  Chats.getChatsRoom({ roomJid: room.jid ?? roomJid }),
  Chats.getChatsRoomMessages({ roomJid, limit: undefined }),
  Chats.patchChatsUserSettings({ userId, mobile: { notifications: { when: "Always" } } }),
  Chats.patchChatsUserSettings({ userId, mobile: { notifications: { when: "OnSundays" } } }),
  Chats.postChatsRoomMessages({ roomJid, message: "m", mentions: [userId, UserJid.make("a@b")] }),
  Chats.getChatsSettings()
]
