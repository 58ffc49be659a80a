import type { MessageRecord } from "../model.js"
import type { Org } from "../Org.js"
import { isoDate } from "../views.js"

export type Action = "Create" | "Edit" | "Delete"

/** An event: its topic, and what it says. */
export interface Event {
  readonly topic: string
  readonly body: unknown
}

/** The events of a message that was posted, edited or deleted. There is none for the message of a 1on1. */
export const eventsOf = (org: Org, action: Action, message: MessageRecord): ReadonlyArray<Event> => [
  ...messageEvents(org, action, message),
  ...(action === "Create" ? badgeEvents(org, message) : [])
]

const messageEvents = (org: Org, actionType: Action, message: MessageRecord): ReadonlyArray<Event> => {
  const room = org.conversations.rooms.get(message.conversation)
  if (room === undefined) return []
  const kind = room.roomType
  const entityId = kind === "group" ? room.id : (/^adhoc-([^@]+)@/.exec(room.jid)?.[1] ?? room.jid)
  const user = (id: string) => ({ entityId: id, entityJid: org.accounts.users.get(id)?.jid, entityType: "User" })
  return [
    {
      topic: `v2.detail.events.collaboratechat.${kind}.${entityId}.messages`,
      body: {
        messageId: message.id,
        created: isoDate(message.date),
        actionType,
        body: message.body,
        from: user(message.authorId),
        to: { entityId, entityJid: room.jid, entityType: kind === "group" ? "Group" : "Adhoc" },
        // a list here and a map over HTTP; reactions are the other way round
        mentions: message.mentions.map(user),
        notifyAll: false,
        reactions: Object.fromEntries(message.reactions.map(({ emoji, userIds }) => [emoji, userIds]))
      }
    }
  ]
}

const badgeEvents = (org: Org, message: MessageRecord): ReadonlyArray<Event> => {
  const room = org.conversations.rooms.get(message.conversation)
  const readers = room === undefined ? [message.toUserId] : [...room.participantIds]
  const jabberId = room?.jid ?? org.accounts.users.get(message.authorId)?.jid
  return readers.flatMap((id) => {
    if (id === undefined || id === message.authorId) return []
    const key = `${id} ${jabberId}`
    const unreadCount = (org.unread.get(key) ?? 0) + 1
    org.unread.set(key, unreadCount)
    const body = { entity: { jabberId }, unreadCount, lastUnreadNotificationDate: isoDate(message.date) }
    return [{ topic: `v2.users.${id}.badges.chats`, body }]
  })
}
