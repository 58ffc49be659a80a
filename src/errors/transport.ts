import * as Schema from "effect/Schema"
import { type CallInfo, callFields } from "./call.js"
import { type ErrorClass, errorClass } from "./ErrorClass.js"

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

interface TransportErrorInfo extends CallInfo {
  readonly reason: TransportReason
  /** Whether the service can have taken the request in. */
  readonly mayHaveArrived: boolean
  /** The platform's error code, as `ECONNRESET`. */
  readonly code?: string | undefined
}

type Fields = ReturnType<typeof fields>
const fields = () => ({
  ...callFields(1, "No reply"),
  reason: TransportReason,
  mayHaveArrived: Schema.Boolean,
  code: Schema.optional(Schema.String)
})

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
export class TransportError extends errorClass<
  ErrorClass<TransportError, "TransportError", Fields, TransportErrorInfo, "reason" | "mayHaveArrived">
>(() => Schema.TaggedError<TransportError>("effect-genesys-chats/TransportError")("TransportError", fields())) {}
