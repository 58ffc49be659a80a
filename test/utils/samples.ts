/**
 * An input of each endpoint, written by hand, and the endpoints as a list.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import {
  Chats,
  type ChatsClient,
  ChatsError,
  type Endpoint,
  MessageId,
  RoomJid,
  ThreadId,
  UserId,
  UserJid
} from "effect-genesys-chats"

export const roomJid = RoomJid.make("5f3c0b1e9d8a7c6b5a4f3e2d@conference.acme.orgspan.com")
export const userId = UserId.make("b2bb6a0c-3b5b-4f5f-9a3f-2d1f6a2f7c11")
export const messageId = MessageId.make("5d0f6a5e-52a7-4d52-8a0e-4c1f0f7f0a10")
export const otherMessageId = MessageId.make("6e1a7b6f-63b8-4e63-9b1f-5d2f1f8f1b21")
export const threadId = ThreadId.make("0f1d7c9a-7c5e-4c38-8d45-6b7e2a1b9c22")
export const participantJid = UserJid.make("5f3c0b1e9d8a7c6b5a4f3e2e@acme.orgspan.com")

const before = DateTime.unsafeMake("2026-03-04T05:06:07.089Z")
const after = DateTime.unsafeMake("2026-03-01T00:00:00.000Z")
const history = { limit: 50, before, after, excludeMetadata: false }
const text = { message: "We are on it", mentions: [userId, participantJid], threadId }
const pins = { pinnedMessageIds: [messageId, otherMessageId] }

type Inputs = { readonly [K in keyof typeof Chats]: Endpoint.Endpoint.Input<(typeof Chats)[K]> }

/** Every field filled in. */
export const inputs: Inputs = {
  deleteChatsRoomMessage: { roomJid, messageId },
  deleteChatsRoomMessagesPin: { roomJid, pinnedMessageId: messageId },
  deleteChatsRoomParticipant: { roomJid, userId },
  deleteChatsUserMessage: { userId, messageId },
  deleteChatsUserMessagesPin: { userId, pinnedMessageId: messageId },
  deleteChatsUsersMeSettings: {},
  getChatsMessage: { messageId },
  getChatsRoom: { roomJid },
  getChatsRoomMessage: { roomJid, messageIds: [messageId, otherMessageId] },
  getChatsRoomMessages: { roomJid, ...history },
  getChatsRoomParticipant: { roomJid, participantJid },
  getChatsRoomParticipants: { roomJid, notify: false },
  getChatsSettings: {},
  getChatsThreadMessages: { threadId, ...history },
  getChatsUser: { userId },
  getChatsUserMessage: { userId, messageIds: [messageId, otherMessageId] },
  getChatsUserMessages: { userId, ...history },
  getChatsUserSettings: { userId },
  getChatsUsersMeSettings: {},
  getUsersChatsMe: { excludeClosed: false, includePresence: true, includeRoomOwners: false, after: "c/1 &a=b" },
  patchChatsRoom: { roomJid, description: "d", subject: "s", ownerIds: [userId], ...pins },
  patchChatsRoomMessage: { roomJid, messageId, ...text },
  patchChatsSettings: { messageRetentionPeriodDays: 365, reactionsEnabled: false },
  patchChatsUserMessage: { userId, messageId, ...text },
  patchChatsUserSettings: { userId, mobile: { notifications: { when: "Always" } } },
  patchChatsUsersMeSettings: {
    muted: false,
    mentionsOnly: false,
    notifyOnReactions: false,
    mobile: { notifications: { when: "OnlyWhenInactive" } }
  },
  postChatsRoomMessages: { roomJid, ...text },
  postChatsRoomMessagesPins: { roomJid, ...pins },
  postChatsRoomParticipant: { roomJid, userId },
  postChatsRooms: { description: "d", subject: "s", userIds: [userId] },
  postChatsUserMessages: { userId, ...text },
  postChatsUserMessagesPins: { userId, ...pins },
  postChatsUsersMeSettings: { muted: false, mentionsOnly: false, notifyOnReactions: false },
  putChatsMessageReactions: { messageId, reactions: ["👍"] },
  putChatsSettings: { messageRetentionPeriodDays: 365, reactionsEnabled: false }
}

export type Name = keyof Inputs

export interface Sample {
  readonly name: Name
  readonly endpoint: Endpoint.Endpoint.Any
  readonly input: object
}

export const samples: ReadonlyArray<Sample> = (Object.keys(Chats) as Array<Name>).map((name) => ({
  name,
  endpoint: Chats[name],
  input: inputs[name]
}))

/** Calls any endpoint; what fails and is no `ChatsError` is a defect. */
export const call = (
  endpoint: Endpoint.Endpoint.Any,
  input: object
): Effect.Effect<unknown, ChatsError.ChatsError, ChatsClient.ChatsClient> =>
  Effect.catchAll(endpoint(input as never), (error) =>
    ChatsError.isChatsError(error) ? Effect.fail(error) : Effect.die(error)
  )

/**
 * An error's fields. Failures inside spans are proxies, which the printing of a failed
 * assertion does not get through.
 */
export const plain = (error: ChatsError.ChatsError): { readonly [field: string]: unknown } => ({
  ...error,
  message: error.message
})
