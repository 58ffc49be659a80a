import * as HttpApi from "@effect/platform/HttpApi"
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as OpenApi from "@effect/platform/OpenApi"
import * as Schema from "effect/Schema"
import { partial } from "../../../internal/effect/schema.js"
import { DurationJson, PlanJson } from "../../faults/planJson.js"
import { EventsSchema } from "../optionsSchema.js"
import { SeedFile } from "../seedFile.js"
import {
  Channel,
  Clock,
  CloseCode,
  Faults,
  Message,
  NotFound,
  RateLimit,
  Refused,
  Request,
  RequestDetail,
  Snapshot,
  State,
  Update,
  which
} from "./schemas.js"

/*
 * The control API: what the control service is to tests in this language, for programs in any. It is
 * described at /emulator/openapi.json.
 */

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
    HttpApiEndpoint.get("channels", "/channels")
      .addSuccess(Schema.Array(Channel))
      .annotate(OpenApi.Summary, "Notification channels, in the order they were opened")
  )
  .add(
    HttpApiEndpoint.del("forgetChannels", "/channels")
      .addSuccess(HttpApiSchema.NoContent)
      .annotate(OpenApi.Summary, "Forgets all channels, as after their 24 hours; their sockets end")
  )
  .add(
    HttpApiEndpoint.del("expireChannel", "/channels/:id")
      .setPath(Schema.Struct({ id: Schema.String }))
      .addSuccess(HttpApiSchema.NoContent)
      .addError(NotFound)
      .annotate(OpenApi.Summary, "Forgets a channel, as after its 24 hours; its socket ends")
  )
  .add(
    HttpApiEndpoint.post("closeSockets", "/channels/close")
      .setPayload(
        Schema.Struct({
          ...which,
          code: Schema.optional(CloseCode).annotations({ description: "Default 1001" })
        })
      )
      .addSuccess(HttpApiSchema.NoContent)
      .addError(NotFound)
      .annotate(OpenApi.Summary, "Closes sockets; their channels stay")
  )
  .add(
    HttpApiEndpoint.post("terminateSockets", "/channels/terminate")
      .setPayload(Schema.Struct(which))
      .addSuccess(HttpApiSchema.NoContent)
      .addError(NotFound)
      .annotate(OpenApi.Summary, "Ends the connections of sockets without a word; their channels stay")
  )
  .add(
    HttpApiEndpoint.post("announceClosing", "/channels/announce-closing")
      .setPayload(Schema.Struct(which))
      .addSuccess(HttpApiSchema.NoContent)
      .addError(NotFound)
      .annotate(OpenApi.Summary, "Tells sockets that they will be closed (`v2.system.socket_closing`)")
  )
  .add(
    HttpApiEndpoint.post("sendFrame", "/channels/send")
      .setPayload(Schema.Struct({ ...which, data: Schema.String }))
      .addSuccess(HttpApiSchema.NoContent)
      .addError(NotFound)
      .annotate(OpenApi.Summary, "Sends a text frame to sockets, whatever it holds")
  )
  .add(
    HttpApiEndpoint.get("eventOptions", "/event-options")
      .addSuccess(Schema.typeSchema(EventsSchema))
      .annotate(OpenApi.Summary, "Which topics there are, and how events go wrong")
  )
  .add(
    HttpApiEndpoint.put("setEventOptions", "/event-options")
      .setPayload(partial(Schema.typeSchema(EventsSchema)))
      .addSuccess(Schema.typeSchema(EventsSchema))
      .annotate(OpenApi.Summary, "Changes them; what is left out stays")
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
