import * as HttpApi from "@effect/platform/HttpApi"
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as OpenApi from "@effect/platform/OpenApi"
import * as Schema from "effect/Schema"
import { DurationJson, PlanJson } from "../../faults/planJson.js"
import { SeedFile } from "../seedFile.js"

/*
 * The control API: what the control service is to tests in this language, for programs in any. It is
 * described at /emulator/openapi.json.
 */

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

const RateLimit = Schema.Union(
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

const Snapshot = Schema.Struct({ id: Schema.String, time: Schema.String }).annotations({ identifier: "Snapshot" })

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

const NonNegative = Schema.NumberFromString.pipe(Schema.int(), Schema.nonNegative())
const Limit = Schema.NumberFromString.pipe(Schema.int(), Schema.between(1, 1000))

const group = HttpApiGroup.make("emulator")
  .add(
    HttpApiEndpoint.get("state", "/state").addSuccess(State).annotate(OpenApi.Summary, "All but messages and requests")
  )
  .add(
    HttpApiEndpoint.get("messages", "/messages")
      .setUrlParams(
        Schema.Struct({
          conversation: Schema.String,
          thread: Schema.optional(Schema.String).annotations({ description: "Of this thread only" }),
          from: Schema.optional(NonNegative).annotations({
            description: "The place of the first; default: the newest"
          }),
          limit: Schema.optional(Limit).annotations({ description: "Default 100, at most 1000" })
        })
      )
      .addSuccess(Schema.Struct({ total: Schema.Int, from: Schema.Int, messages: Schema.Array(Message) }))
      .addError(NotFound)
      .annotate(OpenApi.Summary, "Messages of a conversation, oldest first, deleted ones too")
  )
  .add(
    HttpApiEndpoint.post("seed", "/seed")
      .setPayload(SeedFile)
      .addSuccess(
        Schema.Struct({
          users: Schema.Array(Schema.Struct({ id: Schema.String, jid: Schema.String, name: Schema.String })),
          rooms: Schema.Array(Schema.Struct({ jid: Schema.String, subject: Schema.String }))
        })
      )
      .addError(Refused)
      .annotate(OpenApi.Summary, "Adds users, rooms and messages")
  )
  .add(
    HttpApiEndpoint.post("token", "/tokens")
      .setPayload(Schema.Struct({ user: Schema.String, expiresIn: Schema.optional(DurationJson) }))
      .addSuccess(Schema.Struct({ token: Schema.String }))
      .addError(NotFound)
      .annotate(OpenApi.Summary, "An access token of a user")
  )
  .add(
    HttpApiEndpoint.post("act", "/act")
      .setPayload(
        Schema.Struct({
          user: Schema.String,
          method: Schema.Literal("GET", "POST", "PUT", "PATCH", "DELETE"),
          path: Schema.String.pipe(Schema.startsWith("/api/v2/")),
          body: Schema.optional(Schema.Unknown)
        })
      )
      .addSuccess(Schema.Struct({ status: Schema.Int, body: Schema.optional(Schema.Unknown) }))
      .addError(NotFound)
      .annotate(
        OpenApi.Summary,
        "Does as a user what a request to the API says: without a token, faults or a limit, and outside the log"
      )
  )
  .add(
    HttpApiEndpoint.post("reset", "/reset")
      .setPayload(Schema.Struct({ snapshot: Schema.optional(Schema.String) }))
      .addSuccess(HttpApiSchema.NoContent)
      .addError(NotFound)
      .annotate(OpenApi.Summary, "Goes back to a snapshot, or to the beginning; the log is empty then")
  )
  .add(HttpApiEndpoint.get("snapshots", "/snapshots").addSuccess(Schema.Array(Snapshot)))
  .add(
    HttpApiEndpoint.post("snapshot", "/snapshots")
      .addSuccess(Snapshot)
      .annotate(OpenApi.Summary, "Keeps the state as it is, to go back to")
  )
  .add(
    HttpApiEndpoint.del("dropSnapshot", "/snapshots/:id")
      .setPath(Schema.Struct({ id: Schema.String }))
      .addSuccess(HttpApiSchema.NoContent)
      .addError(NotFound)
  )
  .add(HttpApiEndpoint.get("clock", "/clock").addSuccess(Clock))
  .add(
    HttpApiEndpoint.post("advance", "/clock")
      .setPayload(Schema.Struct({ advance: DurationJson }))
      .addSuccess(Clock)
      .annotate(OpenApi.Summary, "Moves the org's clock forward")
  )
  .add(HttpApiEndpoint.get("faults", "/faults").addSuccess(Faults))
  .add(
    HttpApiEndpoint.put("setFaults", "/faults")
      .setPayload(PlanJson)
      .addSuccess(Faults)
      .annotate(OpenApi.Summary, "Changes the plan of failures, and starts it from its beginning")
  )
  .add(
    HttpApiEndpoint.put("setRateLimit", "/rate-limit")
      .setPayload(Schema.Struct({ limit: RateLimit }))
      .addSuccess(HttpApiSchema.NoContent)
  )
  .add(
    HttpApiEndpoint.get("requests", "/requests")
      .setUrlParams(Schema.Struct({ from: Schema.optional(NonNegative), limit: Schema.optional(Limit) }))
      .addSuccess(Schema.Array(Request))
      .annotate(OpenApi.Summary, "Requests received, oldest first, from an index on")
  )
  .add(
    HttpApiEndpoint.get("request", "/requests/:index")
      .setPath(Schema.Struct({ index: NonNegative }))
      .addSuccess(RequestDetail)
      .addError(NotFound)
  )
  .add(HttpApiEndpoint.del("clearRequests", "/requests").addSuccess(HttpApiSchema.NoContent))
  .add(
    HttpApiEndpoint.get("events", "/events")
      .addSuccess(HttpApiSchema.Text({ contentType: "text/event-stream" }))
      .annotate(OpenApi.Summary, "Server-sent events, each an `Update`")
  )

export class Api extends HttpApi.make("emulator")
  .add(group.annotate(OpenApi.Title, "Control"))
  .prefix("/emulator")
  .annotate(OpenApi.Title, "Control of the emulator")
  .annotate(OpenApi.Version, "1")
  .annotate(HttpApi.AdditionalSchemas, [Update]) {}
