import * as Schema from "effect/Schema"
import { errorClass } from "./ErrorClass.js"
import { type StatusErrorClass, statusFields, type WaitErrorClass, waitFields } from "./status.js"

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
export class BadRequest extends errorClass<StatusErrorClass<BadRequest, "BadRequest", 400>>(() =>
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
export class Unauthorized extends errorClass<StatusErrorClass<Unauthorized, "Unauthorized", 401>>(() =>
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
export class Forbidden extends errorClass<StatusErrorClass<Forbidden, "Forbidden", 403>>(() =>
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
export class NotFound extends errorClass<StatusErrorClass<NotFound, "NotFound", 404>>(() =>
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
export class RequestTimeout extends errorClass<StatusErrorClass<RequestTimeout, "RequestTimeout", 408>>(() =>
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
export class Conflict extends errorClass<StatusErrorClass<Conflict, "Conflict", 409>>(() =>
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
export class ContentTooLarge extends errorClass<StatusErrorClass<ContentTooLarge, "ContentTooLarge", 413>>(() =>
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
export class UnsupportedMediaType extends errorClass<
  StatusErrorClass<UnsupportedMediaType, "UnsupportedMediaType", 415>
>(() =>
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
export class TooManyRequests extends errorClass<WaitErrorClass<TooManyRequests, "TooManyRequests", 429>>(() =>
  Schema.TaggedError<TooManyRequests>("effect-genesys-chats/TooManyRequests")(
    "TooManyRequests",
    waitFields(429, "Too Many Requests")
  )
) {}
