/**
 * The endpoints of notification channels, as far as `Live` needs them.
 */
import * as Schema from "effect/Schema"
import * as Endpoint from "../declaration.js"
import { BooleanFromString } from "../internal/effect/schema.js"
import { lazySchema } from "../internal/lazySchema.js"
import { optional } from "../internal/schema.js"

const Channel = lazySchema(() =>
  Schema.Struct({ id: Schema.String, connectUri: Schema.String }).annotations({ identifier: "Channel" })
)

const ChannelTopic = lazySchema(() =>
  Schema.Struct({
    id: Schema.String,
    state: optional(Schema.String),
    rejectionReason: optional(Schema.String),
    missingPermissions: optional(Schema.Array(Schema.String))
  }).annotations({ identifier: "ChannelTopic" })
)
export interface ChannelTopic extends Schema.Schema.Type<typeof ChannelTopic> {}

const ChannelTopics = lazySchema(() => Schema.Struct({ entities: optional(Schema.Array(ChannelTopic)) }))

const topics = Endpoint.wholeBody("topics", Schema.Array(Schema.Struct({ id: Schema.String })))

const AvailableTopics = lazySchema(() =>
  Schema.Struct({
    entities: optional(
      Schema.Array(Schema.Struct({ id: optional(Schema.String), transports: optional(Schema.Array(Schema.String)) }))
    )
  })
)

/** Opens a channel. One that was opened in vain is replaced in time, so it may be asked for again. */
export const postNotificationsChannels = Endpoint.make("postNotificationsChannels", {
  method: "POST",
  path: "/api/v2/notifications/channels",
  pathParameters: {},
  success: Channel,
  idempotent: true,
  permissions: []
})

/** Adds topics to a channel; to add one again extends the channel's life. */
export const postNotificationsChannelSubscriptions = Endpoint.make("postNotificationsChannelSubscriptions", {
  method: "POST",
  path: "/api/v2/notifications/channels/{channelId}/subscriptions",
  pathParameters: { channelId: Schema.String },
  query: { ignoreErrors: optional(BooleanFromString) },
  body: topics,
  success: ChannelTopics,
  idempotent: true,
  permissions: []
})

/** Replaces the topics of a channel. */
export const putNotificationsChannelSubscriptions = Endpoint.make("putNotificationsChannelSubscriptions", {
  method: "PUT",
  path: "/api/v2/notifications/channels/{channelId}/subscriptions",
  pathParameters: { channelId: Schema.String },
  query: { ignoreErrors: optional(BooleanFromString) },
  body: topics,
  success: ChannelTopics,
  permissions: []
})

/** An array in the query is sent as one list, joined by commas. */
const inList = Schema.Array(Schema.String)

/** Which topics there are in this org, and by which transports. */
export const getNotificationsAvailabletopics = Endpoint.make("getNotificationsAvailabletopics", {
  method: "GET",
  path: "/api/v2/notifications/availabletopics",
  pathParameters: {},
  query: { expand: optional(inList) },
  success: AvailableTopics,
  permissions: []
})
