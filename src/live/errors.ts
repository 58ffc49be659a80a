import * as Schema from "effect/Schema"
import { lazySchema } from "../internal/lazySchema.js"

/**
 * A topic that the service does not let this caller have, or that is not valid. Other topics of the same channel
 * are unaffected.
 *
 * `reason` is the service's own words where there are any, `missingPermissions` what the caller lacks.
 *
 * @example
 * ```ts
 * import type { Live } from "effect-genesys-chats"
 *
 * const missing = (error: Live.TopicRejected) => `${error.topic}: ${error.missingPermissions.join(", ")}`
 * ```
 * @since 0.1.0
 * @category errors
 */
export class TopicRejected extends lazySchema(() =>
  Schema.TaggedError<TopicRejected>("effect-genesys-chats/Live/TopicRejected")("TopicRejected", {
    topic: Schema.String,
    reason: Schema.String,
    missingPermissions: Schema.Array(Schema.String)
  })
) {
  override get message(): string {
    const missing = this.missingPermissions.length === 0 ? "" : ` (missing: ${this.missingPermissions.join(", ")})`
    return `${this.topic} was rejected: ${this.reason}${missing}`
  }
}

/**
 * The org has no such topic on a socket. `transports` are those by which it has the topic; there is
 * none at all for the messages of a 1on1.
 *
 * @example
 * ```ts
 * import { Live } from "effect-genesys-chats"
 *
 * const byWebhook = (error: Live.TopicUnavailable) => error.transports.includes("ProcessAutomation")
 * ```
 * @since 0.1.0
 * @category errors
 */
export class TopicUnavailable extends lazySchema(() =>
  Schema.TaggedError<TopicUnavailable>("effect-genesys-chats/Live/TopicUnavailable")("TopicUnavailable", {
    topic: Schema.String,
    transports: Schema.Array(Schema.String)
  })
) {
  override get message(): string {
    const others = this.transports.length === 0 ? "" : `, only by ${this.transports.join(", ")}`
    return `${this.topic} is not there on a socket${others}`
  }
}

/**
 * There is no channel, and trying again does not help: the caller may not open one, the service's `connectUri`
 * cannot be trusted, or all channels are full.
 *
 * A `connectUri` is trusted if it is `wss:`, or `ws:` on this machine (an emulator), without a user or password in
 * it. Its host is not checked: it comes from the API, regions and gateways have hosts of their own, and the socket
 * carries no token, only the address itself.
 *
 * @example
 * ```ts
 * import { Live } from "effect-genesys-chats"
 *
 * const isFull = (error: Live.ChannelFailed) => error.reason === "Full"
 * ```
 * @since 0.1.0
 * @category errors
 */
export class ChannelFailed extends lazySchema(() =>
  Schema.TaggedError<ChannelFailed>("effect-genesys-chats/Live/ChannelFailed")("ChannelFailed", {
    reason: Schema.Literal("Refused", "ConnectUri", "Full"),
    message: Schema.String
  })
) {}

/**
 * Why there are no (more) events of a topic.
 *
 * @since 0.1.0
 * @category errors
 */
export type LiveError = TopicRejected | TopicUnavailable | ChannelFailed
