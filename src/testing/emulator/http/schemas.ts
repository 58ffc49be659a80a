import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as Schema from "effect/Schema"
import { DurationJson, PlanJson } from "../../faults/planJson.js"

/* What the control API shows of an org, and what it takes. */

export const User = Schema.Struct({
  id: Schema.String,
  jid: Schema.String,
  name: Schema.String,
  email: Schema.String,
  /** `active`, `inactive` or `deleted`. */
  state: Schema.String,
  /** Whether it is a client's. */
  bot: Schema.Boolean
}).annotations({ identifier: "User" })

export const Conversation = Schema.Struct({
  /** A room's JID, or the ids of two users joined by `|`. */
  key: Schema.String,
  kind: Schema.Literal("room", "group", "oneOnOne"),
  title: Schema.String,
  description: Schema.optional(Schema.String),
  participants: Schema.Array(Schema.String),
  owners: Schema.Array(Schema.String),
  /** How many messages there are, deleted ones counted. */
  messages: Schema.Int,
  pins: Schema.Array(Schema.String),
  last: Schema.optional(Schema.Struct({ date: Schema.String, author: Schema.String, text: Schema.String }))
}).annotations({ identifier: "Conversation" })

export const Message = Schema.Struct({
  id: Schema.String,
  conversation: Schema.String,
  /** Orders messages of one date. */
  sequence: Schema.Int,
  date: Schema.String,
  author: Schema.String,
  /** Left out of a deleted message. */
  body: Schema.optional(Schema.String),
  deleted: Schema.Boolean,
  edited: Schema.Boolean,
  pinned: Schema.Boolean,
  mentions: Schema.Array(Schema.String),
  reactions: Schema.Array(Schema.Struct({ emoji: Schema.String, users: Schema.Array(Schema.String) })),
  threadId: Schema.optional(Schema.String),
  /** The thread that it is a reply in. */
  parentThreadId: Schema.optional(Schema.String)
}).annotations({ identifier: "Message" })

export const Request = Schema.Struct({
  index: Schema.Int,
  /** The `index` of the first attempt of its call. */
  call: Schema.Int,
  attempt: Schema.Int,
  time: Schema.String,
  /** Milliseconds; left out while it goes on. */
  duration: Schema.optional(Schema.Number),
  correlationId: Schema.String,
  operation: Schema.optional(Schema.String),
  user: Schema.optional(Schema.String),
  method: Schema.String,
  path: Schema.String,
  status: Schema.optional(Schema.Int),
  processedStatus: Schema.optional(Schema.Int),
  fault: Schema.optional(Schema.String),
  /** The beginning of its body, for those who search. */
  preview: Schema.optional(Schema.String)
}).annotations({ identifier: "Request" })

export const RequestDetail = Schema.Struct({
  ...Request.fields,
  query: Schema.Record({ key: Schema.String, value: Schema.String }),
  headers: Schema.Record({ key: Schema.String, value: Schema.String }),
  body: Schema.optional(Schema.Unknown),
  reply: Schema.optional(Schema.Unknown)
}).annotations({ identifier: "RequestDetail" })

export const RateLimit = Schema.Union(
  Schema.Literal("unlimited"),
  Schema.Struct({ requests: Schema.NonNegativeInt, window: Schema.optional(DurationJson) })
)

export const Clock = Schema.Struct({
  time: Schema.String,
  /** What the org's clock is ahead of this machine's, in milliseconds. */
  offset: Schema.Number
}).annotations({ identifier: "Clock" })

export const Faults = Schema.Struct({ plan: PlanJson, text: Schema.String }).annotations({ identifier: "Faults" })

export const Window = Schema.Struct({
  user: Schema.String,
  count: Schema.Int,
  allowed: Schema.Int,
  resets: Schema.String
}).annotations({ identifier: "RateWindow" })

export const Channel = Schema.Struct({
  id: Schema.String,
  client: Schema.String,
  user: Schema.String,
  topics: Schema.Array(Schema.String),
  expires: Schema.String,
  /** Whether a socket is open on it. */
  connected: Schema.Boolean
}).annotations({ identifier: "Channel" })

/** One channel by its id; all of them where it is left out. */
export const which = { channel: Schema.optional(Schema.String).annotations({ description: "Default: all" }) }

/** A code that an endpoint may close a WebSocket with (RFC 6455, 7.4). */
export const CloseCode = Schema.Int.pipe(
  Schema.filter(
    (code) =>
      (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) ||
      (code >= 3000 && code <= 4999) ||
      "a code that a socket may be closed with: 1000 to 1014 but 1004 to 1006, or 3000 to 4999"
  ),
  Schema.annotations({ jsonSchema: { type: "integer", minimum: 1000, maximum: 4999 } })
)

export const Snapshot = Schema.Struct({ id: Schema.String, time: Schema.String }).annotations({
  identifier: "Snapshot"
})

export const State = Schema.Struct({
  url: Schema.String,
  clientId: Schema.String,
  bot: Schema.String,
  users: Schema.Array(User),
  conversations: Schema.Array(Conversation),
  clock: Clock,
  faults: Faults,
  rateLimit: RateLimit,
  windows: Schema.Array(Window),
  requests: Schema.Int,
  snapshots: Schema.Array(Snapshot)
}).annotations({ identifier: "State" })

/** What changed, as an event of the stream. */
export const Update = Schema.Struct({
  /** All is different: read it again. */
  reset: Schema.optional(Schema.Boolean),
  users: Schema.optional(Schema.Array(User)),
  conversations: Schema.optional(Schema.Array(Conversation)),
  messages: Schema.optional(Schema.Array(Message)),
  requests: Schema.optional(Schema.Array(Request)),
  clock: Clock,
  faults: Faults,
  rateLimit: RateLimit,
  windows: Schema.Array(Window)
}).annotations({ identifier: "Update" })

export class NotFound extends Schema.TaggedError<NotFound>()(
  "NotFound",
  { message: Schema.String },
  HttpApiSchema.annotations({ status: 404 })
) {}

export class Refused extends Schema.TaggedError<Refused>()(
  "Refused",
  { message: Schema.String },
  HttpApiSchema.annotations({ status: 400 })
) {}
