import type { Group, User } from "../../domain/Directory.js"
import type { ChatMessageResponse } from "../../domain/Message.js"
import type { Room } from "../../domain/Room.js"
import type { ChatUserSettings, UserSettingsForChat } from "../../domain/Settings.js"
import type { Wire } from "../operation.js"
import type { GroupRecord, MessageRecord, RoomRecord, UserRecord, UserSettings } from "./model.js"
import type { Org } from "./Org.js"

/** ISO-8601 with milliseconds, as the service writes dates. */
export const isoDate = (millis: number): string => new Date(millis).toISOString()

export const userRef = (id: string) => ({ id, selfUri: `/api/v2/users/${id}` })

/** `excludeMetadata` leaves out who the users are, the mentions and the reactions. */
export const messageView = (
  org: Org,
  message: MessageRecord,
  options?: { readonly excludeMetadata?: boolean | undefined }
): Wire<ChatMessageResponse> => {
  const jid = (userId: string) => org.accounts.users.get(userId)?.jid ?? ""
  return {
    id: message.id,
    dateCreated: isoDate(message.date),
    ...(message.modified === undefined ? {} : { dateModified: isoDate(message.modified) }),
    toJid: message.toUserId === undefined ? message.conversation : jid(message.toUserId),
    jid: jid(message.authorId),
    body: message.body,
    edited: message.edited,
    attachmentDeleted: false,
    thread: { id: message.threadId },
    ...(message.parentThreadId === undefined ? {} : { parentThread: { id: message.parentThreadId } }),
    ...(options?.excludeMetadata === true
      ? {}
      : {
          mentions: Object.fromEntries(message.mentions.map((userId) => [jid(userId), userId])),
          user: userRef(message.authorId),
          ...(message.toUserId === undefined ? {} : { toUser: userRef(message.toUserId) }),
          reactions: message.reactions.map(({ emoji, userIds }) => ({ emoji, users: userIds.map(userRef) }))
        })
  }
}

export const roomView = (org: Org, room: RoomRecord): Wire<Room> => ({
  id: room.id,
  ...(room.name === undefined ? {} : { name: room.name }),
  dateCreated: isoDate(room.date),
  roomType: room.roomType,
  ...(room.description === undefined ? {} : { description: room.description }),
  ...(room.subject === undefined ? {} : { subject: room.subject }),
  participantLimit: maxParticipants,
  owners: room.ownerIds.map(userRef),
  pinnedMessages: pinViews(org.conversations.conversation(room.jid).pins),
  jid: room.jid,
  selfUri: `/api/v2/chats/rooms/${encodeURIComponent(room.jid)}`
})

export const userView = ({ email, id, jid, name, state }: UserRecord): Wire<User> => ({
  ...userRef(id),
  name,
  chat: { jabberId: jid },
  email,
  username: email,
  state
})

export const groupView = (org: Org, { id, name, ownerIds, roomJid }: GroupRecord): Wire<Group> => ({
  id,
  name,
  ...(org.settings.directory.groupJids ? { chat: { jabberId: roomJid } } : {}),
  memberCount: org.conversations.rooms.get(roomJid)?.participantIds.size ?? 0,
  owners: ownerIds.map(userRef),
  state: "active",
  type: "official",
  visibility: "public",
  selfUri: `/api/v2/groups/${id}`
})

export const maxParticipants = 1000

export const pinViews = (pins: ReadonlyArray<string>) =>
  pins.map((id) => ({ id, selfUri: `/api/v2/chats/messages/${id}` }))

export const chatUserSettingsView = (settings: UserSettings): Wire<ChatUserSettings> => ({
  mobile: { notifications: { when: settings.when } }
})

export const ownSettingsView = ({ when, ...settings }: UserSettings): Wire<UserSettingsForChat> => ({
  ...settings,
  mobile: { notifications: { when } }
})
