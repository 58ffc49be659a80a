import * as Schema from "effect/Schema"
import { UserId } from "../../domain/Ids.js"
import { InvalidOption } from "../../internal/options.js"
import { DurationJson, millisOf } from "../faults/planJson.js"
import { oneOnOneKey } from "./Conversations.js"
import type { Host } from "./host.js"
import { permissionsOf } from "./options.js"
import * as Seed from "./seed.js"

/*
 * What an org begins with, as JSON: of `--seed-file` and of `POST /emulator/seed`. Users are named by
 * their names: those of the file, and those who are there already.
 */

export interface SeedMessage {
  readonly author?: string | undefined
  readonly message: string
  readonly mentions?: ReadonlyArray<string> | undefined
  readonly reactions?: { readonly [emoji: string]: ReadonlyArray<string> } | undefined
  readonly pinned?: boolean | undefined
  readonly replies?: ReadonlyArray<SeedMessage> | undefined
}

const Names = Schema.Array(Schema.String)

const SeedMessage: Schema.Schema<SeedMessage> = Schema.Struct({
  author: Schema.optional(Schema.String).annotations({ description: "Default: the first participant" }),
  message: Schema.NonEmptyString,
  mentions: Schema.optional(Names),
  reactions: Schema.optional(Schema.Record({ key: Schema.String, value: Names })),
  pinned: Schema.optional(Schema.Boolean),
  replies: Schema.optional(Schema.Array(Schema.suspend((): Schema.Schema<SeedMessage> => SeedMessage)))
}).annotations({ identifier: "SeedMessage" })

const messages = {
  /** The time between two messages; the last is one such time ago. Default 1 minute. */
  interval: Schema.optional(DurationJson),
  messages: Schema.optional(Schema.Array(SeedMessage)),
  /** So many messages more, before the others, from each participant in turn. */
  count: Schema.optional(Schema.NonNegativeInt)
}

type Messages = Schema.Struct.Type<typeof messages>

export const SeedFile = Schema.Struct({
  users: Schema.optional(
    Schema.Array(
      Schema.Union(
        Schema.NonEmptyString,
        Schema.Struct({
          name: Schema.NonEmptyString,
          /** Default: made of the name. */
          email: Schema.optional(Schema.NonEmptyString),
          /** Default: active. */
          state: Schema.optional(Schema.Literal("active", "inactive", "deleted")),
          permissions: Schema.optional(Schema.Union(Schema.Literal("all"), Names))
        })
      )
    )
  ),
  rooms: Schema.optional(
    Schema.Array(
      Schema.Struct({
        subject: Schema.NonEmptyString,
        description: Schema.optional(Schema.String),
        /** A group's room: its `id` is no JID. Default false. */
        group: Schema.optional(Schema.Boolean),
        participants: Schema.NonEmptyArray(Schema.String),
        owners: Schema.optional(Names),
        ...messages
      })
    )
  ),
  oneOnOnes: Schema.optional(
    Schema.Array(Schema.Struct({ users: Schema.Tuple(Schema.String, Schema.String), ...messages }))
  )
}).annotations({ identifier: "Seed" })

export type SeedFile = typeof SeedFile.Type

export interface Seeded {
  readonly users: ReadonlyArray<{ readonly id: string; readonly jid: string; readonly name: string }>
  readonly rooms: ReadonlyArray<{ readonly jid: string; readonly subject: string }>
}

/** Adds all of it in one step; what names a user who is nowhere is thrown, and then nothing was added. */
export const plant = (host: Host, file: SeedFile): Seeded => {
  const org = host.org.clone()
  const { accounts, conversations, ids } = org
  const now = host.now()

  const users = (file.users ?? []).map((user) => {
    const { permissions = "all", ...rest } = typeof user === "string" ? { name: user } : user
    const { id, jid, name } = accounts.addUser(ids, { ...rest, permissions: permissionsOf(permissions) })
    return { id, jid, name }
  })
  const byName = new Map([...accounts.users.values()].map(({ id, name }) => [name, id]))
  const idOf = (name: string): string => {
    const id = byName.get(name)
    if (id === undefined) throw new InvalidOption(`seed: there is no user ${JSON.stringify(name)}`)
    return id
  }

  const addMessages = (
    key: string,
    members: readonly [string, ...ReadonlyArray<string>],
    { count = 0, interval = 60_000, messages = [] }: Messages
  ): void => {
    const oneOnOne = key.includes("|")
    const step = millisOf(interval)
    const all = [...Array.from({ length: count }, (_, index) => filler(index, members)), ...messages]
    const total = all.reduce((sum, { replies = [] }) => sum + 1 + replies.length, 0)
    let index = 0
    const add = (message: SeedMessage, parentThreadId: string | undefined): void => {
      const authorId = message.author === undefined ? members[0] : idOf(message.author)
      const { id, threadId } = conversations.addAt(
        {
          id: ids.uuid(),
          conversation: key,
          authorId,
          toUserId: oneOnOne ? members.find((member) => member !== authorId) : undefined,
          body: message.message,
          mentions: (message.mentions ?? []).map(idOf),
          threadId: ids.uuid(),
          parentThreadId
        },
        now - (total - index++) * step
      )
      const record = conversations.messages.get(id)
      const reactions = Object.entries(message.reactions ?? {})
      if (record !== undefined && reactions.length > 0) {
        conversations.replace({
          ...record,
          reactions: reactions.map(([emoji, names]) => ({ emoji, userIds: names.map(idOf) }))
        })
      }
      if (message.pinned === true) {
        const conversation = conversations.conversation(key)
        conversation.pins = [...conversation.pins, id]
      }
      for (const reply of message.replies ?? []) add(reply, parentThreadId ?? threadId)
    }
    for (const message of all) add(message, undefined)
  }

  const filler = (index: number, members: ReadonlyArray<string>): SeedMessage => {
    const author = accounts.users.get(members[index % members.length] ?? "")?.name
    return { message: `message ${index}`, author }
  }

  const rooms = (file.rooms ?? []).map((room) => {
    const participants = room.participants.map((name) => UserId.make(idOf(name)))
    const options = {
      participants,
      ...(room.owners === undefined ? {} : { owners: room.owners.map((name) => UserId.make(idOf(name))) })
    }
    const jid =
      room.group === true
        ? Seed.addGroupRoom(org, now, { name: room.subject, ...options }).jid
        : Seed.addRoom(org, now, { subject: room.subject, description: room.description, ...options })
    const [first = "", ...rest] = participants
    addMessages(jid, [first, ...rest], room)
    return { jid, subject: room.subject }
  })
  for (const { users, ...rest } of file.oneOnOnes ?? []) {
    const [a, b] = [idOf(users[0]), idOf(users[1])]
    addMessages(oneOnOneKey(a, b), [a, b], rest)
  }

  host.org = org
  host.changed()
  return { users, rooms }
}
