import * as Schema from "effect/Schema"
import { defaulted, setOf } from "../../internal/effect/schema.js"
import { PlanJson } from "../faults/planJson.js"
import { EventsSchema } from "./optionsSchema.js"

/*
 * The state of an org as it is written to a file: tables of records by key. What is read is checked
 * whole, so that a file of another make does not become an org that is half there.
 */

const Permissions = Schema.Union(Schema.Literal("all"), setOf(Schema.String))
const Ids = Schema.Array(Schema.String)
const Count = Schema.NonNegativeInt

/** JSON leaves out what is undefined; the records of the model have the key. */
const maybe = <A, I>(schema: Schema.Schema<A, I>) => defaulted(Schema.UndefinedOr(schema), () => undefined)

const PrngState = Schema.Tuple(Schema.Number, Schema.Number, Schema.Number, Schema.Number)

/** What is no table: where the sources of ids and sequences are, the settings of the org, the clock, what goes wrong. */
export const Scalars = Schema.Struct({
  ids: PrngState,
  sequence: Count,
  chatSettings: Schema.Struct({ messageRetentionPeriodDays: Schema.Number, reactionsEnabled: Schema.Boolean }),
  rateLimit: maybe(Schema.Struct({ requests: Schema.Number, window: Schema.Number })),
  clockOffset: Schema.Number,
  faults: maybe(Schema.Struct({ plan: PlanJson, position: Schema.Array(Schema.Number) })),
  events: maybe(Schema.typeSchema(EventsSchema))
})

export type Scalars = typeof Scalars.Type

/** The record of each table. */
export const records = {
  users: Schema.Struct({
    id: Schema.String,
    jid: Schema.String,
    name: Schema.String,
    email: Schema.String,
    state: Schema.String,
    permissions: Permissions
  }),
  groups: Schema.Struct({ id: Schema.String, name: Schema.String, roomJid: Schema.String, ownerIds: Ids }),
  clients: Schema.Struct({ id: Schema.String, secret: Schema.String, botId: Schema.String, permissions: Permissions }),
  accessTokens: Schema.Struct({
    clientId: Schema.String,
    userId: maybe(Schema.String),
    permissions: maybe(Permissions),
    expiresAt: Schema.Number
  }),
  refreshTokens: Schema.Struct({ clientId: Schema.String, userId: Schema.String, publicClient: Schema.Boolean }),
  codes: Schema.Struct({
    clientId: Schema.String,
    userId: Schema.String,
    redirectUri: Schema.String,
    codeChallenge: maybe(Schema.String),
    expiresAt: Schema.Number
  }),
  /** The users that assertions stand for. */
  assertions: Schema.String,
  rooms: Schema.Struct({
    jid: Schema.String,
    id: Schema.String,
    roomType: Schema.Literal("adhoc", "group"),
    name: maybe(Schema.String),
    subject: maybe(Schema.String),
    description: maybe(Schema.String),
    date: Schema.Number,
    ownerIds: Ids,
    participantIds: setOf(Schema.String)
  }),
  /** The conversations that threads are in. */
  threads: Schema.String,
  messages: Schema.Struct({
    id: Schema.String,
    sequence: Count,
    date: Schema.Number,
    modified: maybe(Schema.Number),
    edited: Schema.Boolean,
    conversation: Schema.String,
    authorId: Schema.String,
    toUserId: maybe(Schema.String),
    body: Schema.String,
    mentions: Ids,
    threadId: Schema.String,
    parentThreadId: maybe(Schema.String),
    reactions: Schema.Array(Schema.Struct({ emoji: Schema.String, userIds: Ids }))
  }),
  removed: Schema.Struct({
    id: Schema.String,
    conversation: Schema.String,
    authorId: Schema.String,
    date: Schema.Number,
    sequence: Count
  }),
  /** The pins of each conversation that has some. */
  pins: Ids,
  userSettings: Schema.Struct({
    muted: Schema.Boolean,
    mentionsOnly: Schema.Boolean,
    notifyOnReactions: Schema.Boolean,
    when: Schema.String
  }),
  /** When users closed conversations, by user and conversation. */
  closed: Schema.Number,
  /** How many messages users have not read, by user and JID. */
  unread: Count,
  windows: Schema.Struct({ start: Schema.Number, count: Schema.Number })
}

export type TableName = keyof typeof records

export type Tables = { readonly [K in TableName]: ReadonlyMap<string, (typeof records)[K]["Type"]> }

export const tableNames = [
  "users",
  "groups",
  "clients",
  "accessTokens",
  "refreshTokens",
  "codes",
  "assertions",
  "rooms",
  "threads",
  "messages",
  "removed",
  "pins",
  "userSettings",
  "closed",
  "unread",
  "windows"
] as const satisfies ReadonlyArray<TableName>

const table = <A, I>(record: Schema.Schema<A, I>) =>
  Schema.optional(
    Schema.Struct({
      set: Schema.optional(Schema.Array(Schema.Tuple(Schema.String, record))),
      remove: Schema.optional(Schema.Array(Schema.String))
    })
  )

/** What changed from one state to the next; from nothing to a state it is the state. */
export const Change = Schema.Struct({
  scalars: Schema.optional(Scalars),
  users: table(records.users),
  groups: table(records.groups),
  clients: table(records.clients),
  accessTokens: table(records.accessTokens),
  refreshTokens: table(records.refreshTokens),
  codes: table(records.codes),
  assertions: table(records.assertions),
  rooms: table(records.rooms),
  threads: table(records.threads),
  messages: table(records.messages),
  removed: table(records.removed),
  pins: table(records.pins),
  userSettings: table(records.userSettings),
  closed: table(records.closed),
  unread: table(records.unread),
  windows: table(records.windows)
})

export type Change = typeof Change.Type
