import * as Schema from "effect/Schema"
import { lazySchema } from "../internal/lazySchema.js"
import { type CallInfo, callFields } from "./call.js"
import { type ErrorClass, errorClass } from "./ErrorClass.js"

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

interface InvalidRequestInfo extends CallInfo {
  readonly issues: ReadonlyArray<Issue>
}

type InvalidRequestFields = ReturnType<typeof invalidRequestFields>
const invalidRequestFields = () => ({ ...callFields(0, "Invalid request"), issues: Schema.Array(Issue) })

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
export class InvalidRequest extends errorClass<
  ErrorClass<InvalidRequest, "InvalidRequest", InvalidRequestFields, InvalidRequestInfo, "issues">
>(() =>
  Schema.TaggedError<InvalidRequest>("effect-genesys-chats/InvalidRequest")("InvalidRequest", invalidRequestFields())
) {}

interface DecodeErrorInfo extends CallInfo {
  readonly status: number
  readonly correlationId?: string | undefined
  readonly issues: ReadonlyArray<Issue>
}

type DecodeErrorFields = ReturnType<typeof decodeErrorFields>
const decodeErrorFields = () => ({
  ...callFields(1, "The reply does not decode"),
  status: Schema.Int,
  correlationId: Schema.optional(Schema.String),
  issues: Schema.Array(Issue)
})

/**
 * A 2xx whose body is not what the endpoint's schema says: the call took effect, but its value cannot be read.
 * `issues` name each field; the body itself is not shown.
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
export class DecodeError extends errorClass<
  ErrorClass<DecodeError, "DecodeError", DecodeErrorFields, DecodeErrorInfo, "status" | "issues">
>(() => Schema.TaggedError<DecodeError>("effect-genesys-chats/DecodeError")("DecodeError", decodeErrorFields())) {}
