import * as Data from "effect/Data"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type * as ParseResult from "effect/ParseResult"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { MessageId } from "../domain/Ids.js"
import { received } from "../domain/received.js"
import { optionalBy } from "../internal/effect/schema.js"
import { lazySchema } from "../internal/lazySchema.js"
import { openEnum, optional } from "../internal/schema.js"

/** A date whose form is not declared. What is no date in ISO 8601 counts as left out: it costs no event. */
const date = () =>
  optionalBy(
    Schema.UndefinedOr(Schema.DateTimeUtcFromSelf),
    (value) => (typeof value === "string" ? parseDate(value) : Option.none()),
    (date) => date && DateTime.formatIso(date)
  )

/** `+0000` is written without a colon by this platform, which `Date` does not read. */
const parseDate = (text: string): Option.Option<DateTime.Utc> =>
  Option.map(DateTime.make(text.replace(/([+-]\d{2})(\d{2})$/, "$1:$2")), DateTime.toUtc)

/**
 * Who or what an event is about. `entityType` is `"User"`, `"Group"`, `"Adhoc"`, or one that was added
 * since.
 *
 * @example
 * ```ts
 * import type { Live } from "effect-genesys-chats"
 *
 * const isUser = ({ entityType }: Live.Entity) => entityType === "User"
 * ```
 * @since 0.1.0
 * @category schemas
 */
export const Entity = lazySchema(() =>
  Schema.Struct({
    entityId: optional(Schema.String),
    entityJid: optional(Schema.String),
    entityType: optional(openEnum("EntityType", "User", "Group", "Adhoc"))
  }).annotations({ identifier: "LiveEntity" })
)
/**
 * @since 0.1.0
 * @category schemas
 */
export interface Entity extends Schema.Schema.Type<typeof Entity> {}

/**
 * What an event says of a message. Unlike in the API's own messages, `mentions` is a list and
 * `reactions` a map from an emoji to ids. Every field may be missing.
 *
 * @example
 * ```ts
 * import type { Live } from "effect-genesys-chats"
 *
 * const isPost = ({ actionType }: Live.MessageBody) => actionType === "Create"
 * ```
 * @since 0.1.0
 * @category schemas
 */
export const MessageBody = lazySchema(() =>
  Schema.Struct({
    messageId: optional(received(MessageId)),
    created: date(),
    actionType: optional(openEnum("ActionType", "Create", "Edit", "Delete")),
    body: optional(Schema.String),
    from: optional(Entity),
    to: optional(Entity),
    mentions: optional(Schema.Array(Entity)),
    notifyAll: optional(Schema.Boolean),
    reactions: optional(Schema.Record({ key: Schema.String, value: Schema.Array(Schema.String) }))
  }).annotations({ identifier: "LiveMessageBody" })
)
/**
 * @since 0.1.0
 * @category schemas
 */
export interface MessageBody extends Schema.Schema.Type<typeof MessageBody> {}

/**
 * What an event says of a user's unread messages. `entity.jabberId` is the room's JID, or that of the
 * other user of a 1on1.
 *
 * @example
 * ```ts
 * import type { Live } from "effect-genesys-chats"
 *
 * const isUnread = ({ unreadCount }: Live.BadgeBody) => (unreadCount ?? 0) > 0
 * ```
 * @since 0.1.0
 * @category schemas
 */
export const BadgeBody = lazySchema(() =>
  Schema.Struct({
    entity: optional(Schema.Struct({ jabberId: optional(Schema.String) })),
    unreadCount: optional(Schema.Number),
    lastUnreadNotificationDate: date()
  }).annotations({ identifier: "LiveBadgeBody" })
)
/**
 * @since 0.1.0
 * @category schemas
 */
export interface BadgeBody extends Schema.Schema.Type<typeof BadgeBody> {}

/**
 * A message was posted, edited or deleted.
 *
 * @example
 * ```ts
 * import type { Live } from "effect-genesys-chats"
 *
 * const text = ({ message }: Live.MessageEvent) => message.body
 * ```
 * @since 0.1.0
 * @category models
 */
export class MessageEvent extends Data.TaggedClass("Message")<{
  /** Empty if the transport does not say. */
  readonly topic: string
  readonly message: MessageBody
}> {}

/**
 * A user's unread count of a chat changed.
 *
 * @example
 * ```ts
 * import type { Live } from "effect-genesys-chats"
 *
 * const room = ({ badge }: Live.BadgeEvent) => badge.entity?.jabberId
 * ```
 * @since 0.1.0
 * @category models
 */
export class BadgeEvent extends Data.TaggedClass("Badge")<{
  readonly topic: string
  readonly badge: BadgeBody
}> {}

/**
 * An event of another topic, as it came.
 *
 * @example
 * ```ts
 * import type { Live } from "effect-genesys-chats"
 *
 * const show = ({ body, topic }: Live.OtherEvent) => [topic, body]
 * ```
 * @since 0.1.0
 * @category models
 */
export class OtherEvent extends Data.TaggedClass("Other")<{
  readonly topic: string
  readonly body: unknown
}> {}

/**
 * @since 0.1.0
 * @category models
 */
export type Event = MessageEvent | BadgeEvent | OtherEvent

const Envelope = lazySchema(() => Schema.Struct({ topicName: Schema.String, eventBody: Schema.Unknown }))

const messageTopic = /^v2\.detail\.events\.collaboratechat\.[^.]+\..+\.messages$/
const badgeTopic = /^v2\.users\..+\.badges\.chats$/

/** An event by its topic and body. */
export const decodeEvent = (topic: string, body: unknown): Either.Either<Event, ParseResult.ParseError> => {
  if (messageTopic.test(topic)) {
    return Either.map(decodeMessage(body), (message): Event => new MessageEvent({ topic, message }))
  }
  if (badgeTopic.test(topic)) return Either.map(decodeBadge(body), (badge): Event => new BadgeEvent({ topic, badge }))
  return Either.right(new OtherEvent({ topic, body }))
}

const decodeMessage = (body: unknown) => Schema.decodeUnknownEither(MessageBody)(body)
const decodeBadge = (body: unknown) => Schema.decodeUnknownEither(BadgeBody)(body)

/**
 * The event that Amazon EventBridge delivers (its `detail` is the platform's own event), as a Lambda or a webhook
 * receives it: JSON text, or the value parsed from it.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Live } from "effect-genesys-chats"
 *
 * export const handler = (event: unknown) =>
 *   Live.fromEventBridge(event).pipe(
 *     Effect.flatMap((event) => (event._tag === "Message" ? Effect.log(event.message.body) : Effect.void)),
 *     Effect.runPromise
 *   )
 * ```
 * @since 0.1.0
 * @category decoding
 */
export const fromEventBridge = (event: unknown): Effect.Effect<Event, ParseResult.ParseError> =>
  Effect.flatMap(parsed(event), (json) =>
    Effect.flatMap(decodeDetail(json), ({ "detail-type": type, detail }) =>
      Predicate.isRecord(detail) && !("eventBody" in detail) && type !== undefined
        ? decodeEvent(type, detail)
        : fromEnvelope(detail)
    )
  )

const Detail = lazySchema(() => Schema.Struct({ "detail-type": optional(Schema.String), detail: Schema.Unknown }))
const decodeDetail = (json: unknown) => Schema.decodeUnknown(Detail)(json)

/**
 * The event that a Process Automation trigger was set off by, from the HTTP body that its workflow's data action
 * sends: JSON text, or the value parsed from it. Both the whole event (`topicName`, `eventBody`) and the body alone
 * are understood; the topic of the latter is empty.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Live } from "effect-genesys-chats"
 *
 * const webhook = (body: string) =>
 *   Effect.flatMap(Live.fromTrigger(body), (event) => (event._tag === "Message" ? Effect.log(event.message) : Effect.void))
 * ```
 * @since 0.1.0
 * @category decoding
 */
export const fromTrigger = (body: unknown): Effect.Effect<Event, ParseResult.ParseError> =>
  Effect.flatMap(parsed(body), (json) =>
    Predicate.isRecord(json) && !("topicName" in json) && ("messageId" in json || "actionType" in json)
      ? Either.map(decodeMessage(json), (message): Event => new MessageEvent({ topic: "", message }))
      : fromEnvelope(json)
  )

const fromEnvelope = (json: unknown): Effect.Effect<Event, ParseResult.ParseError> =>
  Effect.flatMap(Schema.decodeUnknown(Envelope)(json), ({ eventBody, topicName }) => decodeEvent(topicName, eventBody))

const parsed = (value: unknown): Effect.Effect<unknown, ParseResult.ParseError> =>
  typeof value === "string" ? Schema.decode(Schema.parseJson())(value) : Effect.succeed(value)
