import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { describe } from "../../faults/Faults.js"
import { Plan } from "../../faults/planJson.js"
import type { Host } from "../host.js"
import type { MessageRecord, Tombstone } from "../model.js"
import type { Org } from "../Org.js"
import type { ReceivedRequest } from "../requestLog.js"
import { isoDate } from "../views.js"
import type * as Api from "./schemas.js"

/** What the control API shows of an org. */
export type User = typeof Api.User.Type
export type Conversation = typeof Api.Conversation.Type
export type Message = typeof Api.Message.Type
export type Request = typeof Api.Request.Type

export const users = (org: Org): ReadonlyArray<User> => {
  const bots = new Set([...org.accounts.clients.values()].map(({ botId }) => botId))
  return [...org.accounts.users.values()].map(({ email, id, jid, name, state }) => ({
    id,
    jid,
    name,
    email,
    state,
    bot: bots.has(id)
  }))
}

/** Deleted messages by conversation: made once for a look at all of them. */
type Removed = ReadonlyMap<string, ReadonlyArray<Tombstone>>

const removedOf = (org: Org): Removed => {
  const groups = new Map<string, Array<Tombstone>>()
  for (const tombstone of org.conversations.removed.values()) {
    const group = groups.get(tombstone.conversation)
    if (group === undefined) groups.set(tombstone.conversation, [tombstone])
    else group.push(tombstone)
  }
  return groups
}

export const conversations = (org: Org): ReadonlyArray<Conversation> => {
  const removed = removedOf(org)
  const keys = new Set([...org.conversations.rooms.keys(), ...org.conversations.all.keys()])
  return [...keys].flatMap((key) => {
    const view = conversation(org, key, removed)
    return view === undefined ? [] : [view]
  })
}

/** A 1on1 is one once something was said in it. */
export const conversation = (org: Org, key: string, removed: Removed = removedOf(org)): Conversation | undefined => {
  const room = org.conversations.rooms.get(key)
  const found = org.conversations.all.get(key)
  const deleted = removed.get(key)?.length ?? 0
  const entries = found?.messages.entries ?? []
  const last = entries.at(-1)
  const lastMessage = last === undefined ? undefined : org.conversations.messages.get(last.id)
  const shared = {
    key,
    messages: entries.length + deleted,
    pins: found?.pins ?? [],
    ...(lastMessage === undefined
      ? {}
      : {
          last: {
            date: isoDate(lastMessage.date),
            author: lastMessage.authorId,
            text: lastMessage.body.slice(0, 120)
          }
        })
  }
  if (room !== undefined) {
    return {
      ...shared,
      kind: room.roomType === "group" ? "group" : "room",
      title: room.subject ?? room.name ?? room.jid,
      description: room.description,
      participants: [...room.participantIds],
      owners: room.ownerIds
    }
  }
  const participants = key.split("|")
  if (participants.length !== 2 || shared.messages === 0) return undefined
  const names = participants.map((id) => org.accounts.users.get(id)?.name ?? id)
  const title = names.sort().join(" & ")
  return { ...shared, kind: "oneOnOne", title, participants, owners: [] }
}

/** Messages and what is left of deleted ones, oldest first. */
export const timeline = (org: Org, key: string, threadId?: string): ReadonlyArray<MessageRecord | Tombstone> => {
  if (threadId !== undefined) return timeline(org, key).filter((one) => inThread(one, threadId))
  const there = (org.conversations.all.get(key)?.messages.entries ?? []).flatMap(({ id }) => {
    const record = org.conversations.messages.get(id)
    return record === undefined ? [] : [record]
  })
  const deleted = [...org.conversations.removed.values()].filter(({ conversation }) => conversation === key)
  if (deleted.length === 0) return there
  return [...there, ...deleted].sort((a, b) => a.date - b.date || a.sequence - b.sequence)
}

const inThread = (one: MessageRecord | Tombstone, threadId: string): boolean =>
  "body" in one && (one.threadId === threadId || one.parentThreadId === threadId)

export const message = (org: Org, record: MessageRecord | Tombstone): Message => {
  const shared = {
    id: record.id,
    conversation: record.conversation,
    sequence: record.sequence,
    date: isoDate(record.date),
    author: record.authorId
  }
  if (!("body" in record)) {
    return { ...shared, deleted: true, edited: false, pinned: false, mentions: [], reactions: [] }
  }
  return {
    ...shared,
    body: record.body,
    deleted: false,
    edited: record.edited,
    pinned: org.conversations.all.get(record.conversation)?.pins.includes(record.id) ?? false,
    mentions: record.mentions,
    reactions: record.reactions.map(({ emoji, userIds }) => ({ emoji, users: userIds })),
    threadId: record.threadId,
    parentThreadId: record.parentThreadId
  }
}

const previewLength = 160

export const request = (received: ReceivedRequest): Request => ({
  index: received.index,
  call: received.call,
  attempt: received.attempt,
  time: DateTime.formatIso(received.time),
  duration: received.duration,
  correlationId: received.correlationId,
  operation: received.operation,
  user: received.userId,
  method: received.method,
  path: received.path,
  status: received.status,
  processedStatus: received.processedStatus,
  fault: received.fault === undefined ? undefined : describe(received.fault),
  preview: received.body === undefined ? undefined : textOf(received.body).slice(0, previewLength)
})

const textOf = (body: unknown): string => (typeof body === "string" ? body : JSON.stringify(body))

/** What every update says, for it is little. */
export const moment = (host: Host) => ({
  clock: clock(host),
  faults: faults(host),
  rateLimit: host.org.rateLimit ?? ("unlimited" as const),
  windows: windows(host)
})

export const clock = (host: Host) => ({ time: isoDate(host.now()), offset: host.org.clockOffset })

const encodePlan = Schema.encodeSync(Plan)

export const faults = (host: Host) => ({ plan: encodePlan(host.faults), text: String(host.faults) })

/** The rate windows that are open, by whose token it is; a token itself is never shown. */
const windows = (host: Host) => {
  const { org } = host
  const limit = org.rateLimit
  if (limit === undefined) return []
  const time = host.now()
  return [...org.windows].flatMap(([key, { count, start }]) => {
    const token = org.accounts.accessTokens.get(key)
    if (token === undefined || time >= start + limit.window) return []
    const user = token.userId ?? org.accounts.clients.get(token.clientId)?.botId ?? ""
    return [{ user, count, allowed: limit.requests, resets: isoDate(start + limit.window) }]
  })
}

export const channels = (host: Host): ReadonlyArray<typeof Api.Channel.Type> =>
  host.channels.list.map(({ clientId, connected, expires, id, topics, userId }) => ({
    id,
    client: clientId,
    user: userId,
    topics,
    expires: DateTime.formatIso(expires),
    connected
  }))
