import type * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { type CallInfo, callFields } from "./call.js"
import { type ErrorClass, errorClass } from "./ErrorClass.js"
import { retryAfter } from "./status.js"

/**
 * Why there is no token.
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

interface CredentialsErrorInfo extends CallInfo {
  readonly reason: CredentialsReason
  /** The login service's, if it answered. */
  readonly status?: number | undefined
  /** The login service's, if it answered. */
  readonly code?: string | undefined
  /** For a failure that may pass: when the login service is asked next. */
  readonly retryAfter?: Duration.Duration | undefined
}

type Fields = ReturnType<typeof fields>
const fields = () => ({
  ...callFields(0, "No access token"),
  reason: CredentialsReason,
  status: Schema.optional(Schema.Int),
  code: Schema.optional(Schema.String),
  retryAfter: retryAfter()
})

/**
 * There is no token, so nothing was sent to the API. `status` and `code` are
 * the login service's, if it answered.
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
export class CredentialsError extends errorClass<
  ErrorClass<CredentialsError, "CredentialsError", Fields, CredentialsErrorInfo, "reason">
>(() => Schema.TaggedError<CredentialsError>("effect-genesys-chats/CredentialsError")("CredentialsError", fields())) {}
