/**
 * Every way in which a chats call can fail: one class per status, found from the
 * status alone, and the errors that have no status. No error holds a request, a
 * header or a token.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { Detail, ErrorBody, Limit } from "./domain/ErrorBody.js"
import { defaulted } from "./internal/effect/schema.js"
import { lazySchema } from "./internal/lazySchema.js"
import { summary as summaryOf } from "./internal/summary.js"

/**
 * What every error of this library carries, whichever copy of the package it was made by.
 *
 * @since 0.1.0
 * @category type ids
 */
export const TypeId: unique symbol = Symbol.for("effect-genesys-chats/ChatsError")
/**
 * @since 0.1.0
 * @category type ids
 */
export type TypeId = typeof TypeId

/** A class of errors that is put together when it is first needed, and whose errors carry the {@link TypeId}. */
const lazyError = <Class extends { readonly prototype: object }>(make: () => Class): Class =>
  lazySchema(() => {
    const made = make()
    Object.defineProperty(made.prototype, TypeId, { value: TypeId })
    return made
  })

/**
 * What became of the action: `"NotSent"`, it cannot have happened; `"Rejected"`,
 * the service refused it; `"Unknown"`, it may have happened.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import { ChatsError } from "effect-genesys-chats"
 *
 * const Failure = Schema.Struct({ tag: Schema.String, outcome: ChatsError.Outcome })
 * ```
 * @since 0.1.0
 * @category models
 */
export const Outcome = Schema.Literal("NotSent", "Rejected", "Unknown")
/**
 * @since 0.1.0
 * @category models
 */
export type Outcome = typeof Outcome.Type

/**
 * Why a failure that could have been retried was not retried any more.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import { ChatsError } from "effect-genesys-chats"
 *
 * const Failure = Schema.Struct({ tag: Schema.String, gaveUp: Schema.optional(ChatsError.GaveUp) })
 * ```
 * @since 0.1.0
 * @category models
 */
export const GaveUp = Schema.Literal(
  "attempts exhausted",
  "budget exhausted",
  "hint beyond patience",
  "deadline too near",
  "not idempotent",
  "at most once"
)
/**
 * @since 0.1.0
 * @category models
 */
export type GaveUp = typeof GaveUp.Type

/** Every error says which call it ended and after how many attempts. */
const callFields = (attempts: number) => ({
  operation: defaulted(Schema.String, () => ""),
  method: defaulted(Schema.String, () => ""),
  path: defaulted(Schema.String, () => ""),
  attempts: defaulted(Schema.Int, () => attempts),
  /** `false` where the call ended before its last request was sent. */
  sent: Schema.optional(Schema.Boolean),
  priorOutcome: Schema.optional(Outcome),
  gaveUp: Schema.optional(GaveUp)
})

const messageField = (text: string) => defaulted(Schema.String, () => text)

const bodyFields = () => ({
  code: Schema.optional(Schema.String),
  contextId: Schema.optional(Schema.String),
  correlationId: Schema.optional(Schema.String),
  entityId: Schema.optional(Schema.String),
  entityName: Schema.optional(Schema.String),
  messageWithParams: Schema.optional(Schema.String),
  messageParams: Schema.optional(Schema.Record({ key: Schema.String, value: Schema.Unknown })),
  details: defaulted(Schema.Array(Detail), () => []),
  errors: defaulted(Schema.Array(ErrorBody), () => []),
  limit: Schema.optional(Limit),
  /** The reply's text, cut short, where it is not the service's JSON. */
  body: Schema.optional(Schema.String)
})

const statusFields = <const Status extends number>(status: Status, reason: string) => ({
  ...callFields(1),
  ...bodyFields(),
  status: defaulted(Schema.Literal(status), () => status),
  message: messageField(reason)
})

const retryAfter = () => Schema.optional(Schema.DurationFromMillis)

/**
 * 400: malformed request.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, RoomJid } from "effect-genesys-chats"
 *
 * const roomJid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
 *
 * const program = Chats.postChatsRoomMessages({ roomJid, message: "We are on it" }).pipe(
 *   Effect.catchTag("BadRequest", (error) => Effect.logWarning(`${error.code}: ${error.details.map(({ fieldName }) => fieldName)}`))
 * )
 * ```
 * @since 0.1.0
 * @category status errors
 */
export class BadRequest extends lazyError(() =>
  Schema.TaggedError<BadRequest>("effect-genesys-chats/BadRequest")("BadRequest", statusFields(400, "Bad Request"))
) {}

/**
 * 401: no or bad bearer token, after one replay with a fresh one.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, RoomJid } from "effect-genesys-chats"
 *
 * const roomJid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
 *
 * const program = Chats.getChatsRoom({ roomJid }).pipe(
 *   Effect.catchTag("Unauthorized", (error) => Effect.logWarning(`the token is refused: ${error.code}`))
 * )
 * ```
 * @since 0.1.0
 * @category status errors
 */
export class Unauthorized extends lazyError(() =>
  Schema.TaggedError<Unauthorized>("effect-genesys-chats/Unauthorized")(
    "Unauthorized",
    statusFields(401, "Unauthorized")
  )
) {}

/**
 * 403: not permitted.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, RoomJid } from "effect-genesys-chats"
 *
 * const roomJid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
 *
 * const program = Chats.postChatsRoomMessages({ roomJid, message: "We are on it" }).pipe(
 *   Effect.catchTag("Forbidden", (error) => Effect.logWarning(`not permitted: ${error.message}`))
 * )
 * ```
 * @since 0.1.0
 * @category status errors
 */
export class Forbidden extends lazyError(() =>
  Schema.TaggedError<Forbidden>("effect-genesys-chats/Forbidden")("Forbidden", statusFields(403, "Forbidden"))
) {}

/**
 * 404: no such resource.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, RoomJid } from "effect-genesys-chats"
 *
 * const roomJid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
 *
 * const program = Chats.getChatsRoom({ roomJid }).pipe(
 *   Effect.catchTag("NotFound", () => Effect.succeed(undefined))
 * )
 * ```
 * @since 0.1.0
 * @category status errors
 */
export class NotFound extends lazyError(() =>
  Schema.TaggedError<NotFound>("effect-genesys-chats/NotFound")("NotFound", statusFields(404, "Not Found"))
) {}

/**
 * 408: the client was too slow to send.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, RoomJid } from "effect-genesys-chats"
 *
 * const roomJid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
 *
 * const program = Chats.postChatsRoomMessages({ roomJid, message: "We are on it" }).pipe(
 *   Effect.catchTag("RequestTimeout", (error) => Effect.logWarning(`after ${error.attempts} attempts`))
 * )
 * ```
 * @since 0.1.0
 * @category status errors
 */
export class RequestTimeout extends lazyError(() =>
  Schema.TaggedError<RequestTimeout>("effect-genesys-chats/RequestTimeout")(
    "RequestTimeout",
    statusFields(408, "Request Timeout")
  )
) {}

/**
 * 409: conflicts with the current state.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, RoomJid } from "effect-genesys-chats"
 *
 * const roomJid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
 *
 * const program = Chats.patchChatsRoom({ roomJid, subject: "Incident 4711 (closed)" }).pipe(
 *   Effect.catchTag("Conflict", (error) => Effect.logWarning(error.message))
 * )
 * ```
 * @since 0.1.0
 * @category status errors
 */
export class Conflict extends lazyError(() =>
  Schema.TaggedError<Conflict>("effect-genesys-chats/Conflict")("Conflict", statusFields(409, "Conflict"))
) {}

/**
 * 413: body over the size limit (about 512,000 bytes).
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, RoomJid } from "effect-genesys-chats"
 *
 * const roomJid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
 *
 * const program = Chats.postChatsRoomMessages({ roomJid, message: "We are on it" }).pipe(
 *   Effect.catchTag("ContentTooLarge", () => Effect.logWarning("too long for one message"))
 * )
 * ```
 * @since 0.1.0
 * @category status errors
 */
export class ContentTooLarge extends lazyError(() =>
  Schema.TaggedError<ContentTooLarge>("effect-genesys-chats/ContentTooLarge")(
    "ContentTooLarge",
    statusFields(413, "Content Too Large")
  )
) {}

/**
 * 415: wrong Content-Type.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, RoomJid } from "effect-genesys-chats"
 *
 * const roomJid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
 *
 * const program = Chats.postChatsRoomMessages({ roomJid, message: "We are on it" }).pipe(
 *   Effect.catchTag("UnsupportedMediaType", (error) => Effect.logWarning(`${error.correlationId}`))
 * )
 * ```
 * @since 0.1.0
 * @category status errors
 */
export class UnsupportedMediaType extends lazyError(() =>
  Schema.TaggedError<UnsupportedMediaType>("effect-genesys-chats/UnsupportedMediaType")(
    "UnsupportedMediaType",
    statusFields(415, "Unsupported Media Type")
  )
) {}

/**
 * 429: rate limit exceeded. `retryAfter` is how long the service asks to wait.
 *
 * @example
 * ```ts
 * import * as Duration from "effect/Duration"
 * import * as Effect from "effect/Effect"
 * import { Chats, RoomJid } from "effect-genesys-chats"
 *
 * const roomJid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
 *
 * const program = Chats.getChatsRoom({ roomJid }).pipe(
 *   Effect.catchTag("TooManyRequests", (error) => Effect.logWarning(`again in ${Duration.format(error.retryAfter ?? Duration.minutes(1))}`))
 * )
 * ```
 * @since 0.1.0
 * @category status errors
 */
export class TooManyRequests extends lazyError(() =>
  Schema.TaggedError<TooManyRequests>("effect-genesys-chats/TooManyRequests")("TooManyRequests", {
    ...statusFields(429, "Too Many Requests"),
    retryAfter: retryAfter()
  })
) {}

/**
 * 500: unexpected server condition.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, RoomJid } from "effect-genesys-chats"
 *
 * const roomJid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
 *
 * const program = Chats.getChatsRoom({ roomJid }).pipe(
 *   Effect.catchTag("InternalServerError", (error) => Effect.logWarning(`tell the service: ${error.correlationId}`))
 * )
 * ```
 * @since 0.1.0
 * @category status errors
 */
export class InternalServerError extends lazyError(() =>
  Schema.TaggedError<InternalServerError>("effect-genesys-chats/InternalServerError")(
    "InternalServerError",
    statusFields(500, "Internal Server Error")
  )
) {}

/**
 * 503: overloaded or down for maintenance. `retryAfter` is how long the service
 * asks to wait, where it says so.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, RoomJid } from "effect-genesys-chats"
 *
 * const roomJid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
 *
 * const program = Chats.getChatsRoom({ roomJid }).pipe(
 *   Effect.catchTag("ServiceUnavailable", (error) => Effect.logWarning(`down after ${error.attempts} attempts: ${error.gaveUp}`))
 * )
 * ```
 * @since 0.1.0
 * @category status errors
 */
export class ServiceUnavailable extends lazyError(() =>
  Schema.TaggedError<ServiceUnavailable>("effect-genesys-chats/ServiceUnavailable")("ServiceUnavailable", {
    ...statusFields(503, "Service Unavailable"),
    retryAfter: retryAfter()
  })
) {}

/**
 * 504: the request timed out upstream.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, RoomJid } from "effect-genesys-chats"
 *
 * const roomJid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
 *
 * const program = Chats.postChatsRoomMessages({ roomJid, message: "We are on it" }).pipe(
 *   Effect.catchTag("GatewayTimeout", () => Effect.logWarning("it may have been posted"))
 * )
 * ```
 * @since 0.1.0
 * @category status errors
 */
export class GatewayTimeout extends lazyError(() =>
  Schema.TaggedError<GatewayTimeout>("effect-genesys-chats/GatewayTimeout")(
    "GatewayTimeout",
    statusFields(504, "Gateway Timeout")
  )
) {}

/**
 * Any other status that is not 2xx: redirects (which are refused), 502 from a
 * proxy, and what an endpoint does not declare.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, RoomJid } from "effect-genesys-chats"
 *
 * const roomJid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
 *
 * const program = Chats.getChatsRoom({ roomJid }).pipe(
 *   Effect.catchTag("UnexpectedStatus", (error) => Effect.logWarning(`${error.status}: ${error.body}`))
 * )
 * ```
 * @since 0.1.0
 * @category status errors
 */
export class UnexpectedStatus extends lazyError(() =>
  Schema.TaggedError<UnexpectedStatus>("effect-genesys-chats/UnexpectedStatus")("UnexpectedStatus", {
    ...callFields(1),
    ...bodyFields(),
    status: Schema.Int,
    message: messageField("Unexpected status")
  })
) {}

/**
 * Where a value is not what its schema says: `path` of the field and the reason.
 *
 * @example
 * ```ts
 * import { ChatsError } from "effect-genesys-chats"
 *
 * const show = ({ message, path }: ChatsError.Issue) => `${path}: ${message}`
 * ```
 * @since 0.1.0
 * @category models
 */
export const Issue = lazySchema(() => Schema.Struct({ path: Schema.String, message: Schema.String }))
/**
 * @since 0.1.0
 * @category models
 */
export interface Issue extends Schema.Schema.Type<typeof Issue> {}

/**
 * The input does not encode; nothing was sent. `issues` name each field.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, RoomJid } from "effect-genesys-chats"
 *
 * const roomJid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
 *
 * const program = Chats.postChatsRoomMessages({ roomJid, message: "We are on it" }).pipe(
 *   Effect.catchTag("InvalidRequest", (error) => Effect.logWarning(error.issues.map(({ path }) => path)))
 * )
 * ```
 * @since 0.1.0
 * @category errors
 */
export class InvalidRequest extends lazyError(() =>
  Schema.TaggedError<InvalidRequest>("effect-genesys-chats/InvalidRequest")("InvalidRequest", {
    ...callFields(0),
    message: messageField("Invalid request"),
    issues: Schema.Array(Issue)
  })
) {}

/**
 * Why no reply came.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import { ChatsError } from "effect-genesys-chats"
 *
 * const isReason = Schema.is(ChatsError.TransportReason)
 * ```
 * @since 0.1.0
 * @category models
 */
export const TransportReason = Schema.Literal(
  "Refused",
  "NameNotResolved",
  "Unreachable",
  "ConnectTimeout",
  "Tls",
  "InvalidUrl",
  "Reset",
  "DeadlineExceeded",
  "QueueFull",
  "Other"
)
/**
 * @since 0.1.0
 * @category models
 */
export type TransportReason = typeof TransportReason.Type

/**
 * No whole reply came. `mayHaveArrived` says whether the service can have taken
 * the request in; `code` is the platform's error code (`ECONNRESET`, …).
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, RoomJid } from "effect-genesys-chats"
 *
 * const roomJid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
 *
 * const program = Chats.postChatsRoomMessages({ roomJid, message: "We are on it" }).pipe(
 *   Effect.catchTag("TransportError", (error) => Effect.logWarning(`${error.reason}, may it have arrived? ${error.mayHaveArrived}`))
 * )
 * ```
 * @since 0.1.0
 * @category errors
 */
export class TransportError extends lazyError(() =>
  Schema.TaggedError<TransportError>("effect-genesys-chats/TransportError")("TransportError", {
    ...callFields(1),
    reason: TransportReason,
    mayHaveArrived: Schema.Boolean,
    code: Schema.optional(Schema.String),
    message: messageField("No reply")
  })
) {}

/**
 * A 2xx whose body is not what the endpoint's schema says: the call took effect,
 * but what it brought cannot be told. `issues` name each field; the body itself is
 * not shown.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, RoomJid } from "effect-genesys-chats"
 *
 * const roomJid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
 *
 * const program = Chats.getChatsRoom({ roomJid }).pipe(
 *   Effect.catchTag("DecodeError", (error) => Effect.logWarning(error.issues.map(({ path }) => path)))
 * )
 * ```
 * @since 0.1.0
 * @category errors
 */
export class DecodeError extends lazyError(() =>
  Schema.TaggedError<DecodeError>("effect-genesys-chats/DecodeError")("DecodeError", {
    ...callFields(1),
    status: Schema.Int,
    correlationId: Schema.optional(Schema.String),
    message: messageField("The reply does not decode"),
    issues: Schema.Array(Issue)
  })
) {}

/**
 * Why no token could be had.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import { ChatsError } from "effect-genesys-chats"
 *
 * const isReason = Schema.is(ChatsError.CredentialsReason)
 * ```
 * @since 0.1.0
 * @category models
 */
export const CredentialsReason = Schema.Literal(
  "InvalidClient",
  "InvalidGrant",
  "Rejected",
  "RateLimited",
  "Unavailable",
  "Timeout",
  "Unreachable",
  "InvalidReply",
  "Other"
)
/**
 * @since 0.1.0
 * @category models
 */
export type CredentialsReason = typeof CredentialsReason.Type

/**
 * No token could be had, so nothing was sent to the API. `status` and `code` are
 * those of the login service, where it answered.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, RoomJid } from "effect-genesys-chats"
 *
 * const roomJid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
 *
 * const program = Chats.getChatsRoom({ roomJid }).pipe(
 *   Effect.catchTag("CredentialsError", (error) => Effect.logWarning(`no token: ${error.reason}`))
 * )
 * ```
 * @since 0.1.0
 * @category errors
 */
export class CredentialsError extends lazyError(() =>
  Schema.TaggedError<CredentialsError>("effect-genesys-chats/CredentialsError")("CredentialsError", {
    ...callFields(0),
    reason: CredentialsReason,
    status: Schema.optional(Schema.Int),
    code: Schema.optional(Schema.String),
    retryAfter: retryAfter(),
    message: messageField("No access token")
  })
) {}

const classByStatus = {
  400: BadRequest,
  401: Unauthorized,
  403: Forbidden,
  404: NotFound,
  408: RequestTimeout,
  409: Conflict,
  413: ContentTooLarge,
  415: UnsupportedMediaType,
  429: TooManyRequests,
  500: InternalServerError,
  503: ServiceUnavailable,
  504: GatewayTimeout
} as const

/**
 * The statuses that have a class of their own.
 *
 * @since 0.1.0
 * @category models
 */
export type Status = keyof typeof classByStatus

/**
 * The error class of each status.
 *
 * @example
 * ```ts
 * import { ChatsError } from "effect-genesys-chats"
 *
 * const error = new ChatsError.byStatus[404]({ message: "no such room" })
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const byStatus: { readonly [S in Status]: (typeof classByStatus)[S] } = classByStatus

/**
 * The errors of some statuses, as a union.
 *
 * @since 0.1.0
 * @category models
 */
export type ByStatus<S extends Status> = { readonly [K in S]: InstanceType<(typeof classByStatus)[K]> }[S]

/**
 * An error that a reply with a status became.
 *
 * @since 0.1.0
 * @category models
 */
export type StatusError = ByStatus<Status> | UnexpectedStatus

/**
 * Every error of this library.
 *
 * @since 0.1.0
 * @category models
 */
export type ChatsError = StatusError | InvalidRequest | TransportError | DecodeError | CredentialsError

/**
 * Every error as one schema, to send it over a wire or to store it.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import { ChatsError } from "effect-genesys-chats"
 *
 * const stored = Schema.encodeSync(ChatsError.ChatsError)(new ChatsError.NotFound())
 * const error = Schema.decodeSync(ChatsError.ChatsError)(stored)
 * ```
 * @since 0.1.0
 * @category schemas
 */
export const ChatsError = lazySchema(() =>
  Schema.Union(
    BadRequest,
    Unauthorized,
    Forbidden,
    NotFound,
    RequestTimeout,
    Conflict,
    ContentTooLarge,
    UnsupportedMediaType,
    TooManyRequests,
    InternalServerError,
    ServiceUnavailable,
    GatewayTimeout,
    UnexpectedStatus,
    InvalidRequest,
    TransportError,
    DecodeError,
    CredentialsError
  )
)

/**
 * Whether a value is an error of this library, made by this copy of the package or by another one.
 * An error that was sent as JSON is one again when it has been decoded with {@link ChatsError}.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { ChatsError } from "effect-genesys-chats"
 *
 * const orDie = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.catchIf(self, ChatsError.isChatsError, Effect.die)
 * ```
 * @since 0.1.0
 * @category guards
 */
export const isChatsError = (u: unknown): u is ChatsError => Predicate.hasProperty(u, TypeId)

/**
 * An error in one line for logs and spans of one's own: which operation, the status or the reason, the
 * correlation id, method and path template, attempts. Unlike `message` it quotes nothing that was sent or
 * that the service said. Of any other error it is the name alone.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, ChatsError } from "effect-genesys-chats"
 *
 * const program = Chats.getChatsSettings().pipe(
 *   Effect.tapError((error) => Effect.logWarning(ChatsError.summary(error)))
 * )
 * ```
 * @since 0.1.0
 * @category getters
 */
export const summary: (error: unknown) => string = summaryOf

/**
 * Whether a value is an error that a reply with a status became.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, ChatsError } from "effect-genesys-chats"
 *
 * const program = Chats.getChatsSettings().pipe(
 *   Effect.catchIf(ChatsError.isStatusError, (error) => Effect.logWarning(`answered with ${error.status}`))
 * )
 * ```
 * @since 0.1.0
 * @category guards
 */
export const isStatusError = (u: unknown): u is StatusError => isChatsError(u) && !withoutReply.has(u._tag)

const withoutReply: ReadonlySet<string> = new Set<Exclude<ChatsError, StatusError>["_tag"]>([
  "InvalidRequest",
  "TransportError",
  "DecodeError",
  "CredentialsError"
])

const ownOutcome = (error: ChatsError): Outcome => {
  if (error.sent === false) return "NotSent"
  switch (error._tag) {
    case "InvalidRequest":
    case "CredentialsError":
      return "NotSent"
    case "TransportError":
      return error.mayHaveArrived ? "Unknown" : "NotSent"
    case "DecodeError":
      return "Unknown"
    default:
      return error.status >= 400 && error.status < 500 ? "Rejected" : "Unknown"
  }
}

const rank: { readonly [O in Outcome]: number } = { NotSent: 0, Rejected: 1, Unknown: 2 }

/**
 * May the action have happened? Looks at every attempt of the call, not just the
 * last: a send that met a 504 and then a 409 may have happened. A 5xx counts as
 * `"Unknown"`, because the service or a proxy can fail after it took the request in, and so
 * does a 3xx. A call that ended before anything was sent (its input, no permit, no token, no
 * connection) is `"NotSent"`, whatever its error is called.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, ChatsError, RoomJid } from "effect-genesys-chats"
 *
 * const send = Chats.postChatsRoomMessages({ roomJid: RoomJid.make("a@conference.acme.orgspan.com"), message: "Hi" }).pipe(
 *   Effect.tapError((error) => Effect.logWarning(`not confirmed: ${ChatsError.outcome(error)}`))
 * )
 * ```
 * @since 0.1.0
 * @category getters
 */
export const outcome = (error: ChatsError): Outcome => worstOutcome(ownOutcome(error), error.priorOutcome)

/**
 * The worse of two outcomes: `"Unknown"` before `"Rejected"` before `"NotSent"`.
 *
 * @example
 * ```ts
 * import { ChatsError } from "effect-genesys-chats"
 *
 * const worst = ChatsError.worstOutcome("Rejected", "Unknown") // "Unknown"
 * ```
 * @since 0.1.0
 * @category getters
 */
export const worstOutcome = (one: Outcome, other: Outcome | undefined): Outcome =>
  other !== undefined && rank[other] > rank[one] ? other : one
