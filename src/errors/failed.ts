import * as Schema from "effect/Schema"
import { callFields } from "./call.js"
import { type ErrorClass, errorClass } from "./ErrorClass.js"
import {
  bodyFields,
  type StatusErrorClass,
  type StatusInfo,
  statusFields,
  type WaitErrorClass,
  waitFields
} from "./status.js"

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
export class InternalServerError extends errorClass<StatusErrorClass<InternalServerError, "InternalServerError", 500>>(
  () =>
    Schema.TaggedError<InternalServerError>("effect-genesys-chats/InternalServerError")(
      "InternalServerError",
      statusFields(500, "Internal Server Error")
    )
) {}

/**
 * 503: overloaded or down for maintenance. `retryAfter` is how long the service asks to wait, if it says so.
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
export class ServiceUnavailable extends errorClass<WaitErrorClass<ServiceUnavailable, "ServiceUnavailable", 503>>(() =>
  Schema.TaggedError<ServiceUnavailable>("effect-genesys-chats/ServiceUnavailable")(
    "ServiceUnavailable",
    waitFields(503, "Service Unavailable")
  )
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
export class GatewayTimeout extends errorClass<StatusErrorClass<GatewayTimeout, "GatewayTimeout", 504>>(() =>
  Schema.TaggedError<GatewayTimeout>("effect-genesys-chats/GatewayTimeout")(
    "GatewayTimeout",
    statusFields(504, "Gateway Timeout")
  )
) {}

type UnexpectedFields = ReturnType<typeof unexpectedFields>
const unexpectedFields = () => ({ ...callFields(1, "Unexpected status"), ...bodyFields(), status: Schema.Int })

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
export class UnexpectedStatus extends errorClass<
  ErrorClass<UnexpectedStatus, "UnexpectedStatus", UnexpectedFields, StatusInfo, "status">
>(() =>
  Schema.TaggedError<UnexpectedStatus>("effect-genesys-chats/UnexpectedStatus")("UnexpectedStatus", unexpectedFields())
) {}
