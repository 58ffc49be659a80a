/**
 * The body of the service's error replies.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { lazySchema } from "../internal/lazySchema.js"
import { openEnum, optional } from "../internal/schema.js"

/**
 * Which field or entity an error is about.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import { Domain } from "effect-genesys-chats"
 *
 * const decoded = Schema.decodeSync(Domain.Detail)({ errorCode: "invalid.value", fieldName: "subject" })
 * ```
 * @since 0.1.0
 * @category errors
 */
export const Detail = lazySchema(() =>
  Schema.Struct({
    errorCode: optional(Schema.String),
    fieldName: optional(Schema.String),
    entityId: optional(Schema.String),
    entityName: optional(Schema.String)
  }).annotations({ identifier: "Detail" })
)
/**
 * @since 0.1.0
 * @category errors
 */
export interface Detail extends Schema.Schema.Type<typeof Detail> {}

/**
 * The platform limit that a call ran into.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import { Domain } from "effect-genesys-chats"
 *
 * const decoded = Schema.decodeSync(Domain.Limit)({ key: "chat.message.rate", namespace: "chat", value: 300 })
 * ```
 * @since 0.1.0
 * @category errors
 */
export const Limit = lazySchema(() =>
  Schema.Struct({
    key: optional(Schema.String),
    namespace: optional(openEnum("LimitNamespace")),
    value: optional(Schema.Number)
  }).annotations({ identifier: "Limit" })
)
/**
 * @since 0.1.0
 * @category errors
 */
export interface Limit extends Schema.Schema.Type<typeof Limit> {}

const fields = () => ({
  message: optional(Schema.String),
  code: optional(Schema.String),
  status: optional(Schema.Int),
  entityId: optional(Schema.String),
  entityName: optional(Schema.String),
  messageWithParams: optional(Schema.String),
  messageParams: optional(Schema.Record({ key: Schema.String, value: Schema.Unknown })),
  contextId: optional(Schema.String),
  details: optional(Schema.Array(Detail)),
  limit: optional(Limit)
})

/**
 * @since 0.1.0
 * @category errors
 */
export interface ErrorBody extends Schema.Struct.Type<ReturnType<typeof fields>> {
  readonly errors?: ReadonlyArray<ErrorBody> | undefined
}

/**
 * @since 0.1.0
 * @category errors
 */
export interface ErrorBodyEncoded extends Schema.Struct.Encoded<ReturnType<typeof fields>> {
  readonly errors?: ReadonlyArray<ErrorBodyEncoded> | null | undefined
}

/**
 * The body of an error reply. Every field may be missing, and the values of
 * `messageParams` may be anything.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import { Domain } from "effect-genesys-chats"
 *
 * const decoded = Schema.decodeSync(Domain.ErrorBody)({ code: "not.found", message: "no such room", status: 404 })
 * ```
 * @since 0.1.0
 * @category errors
 */
export const ErrorBody = lazySchema(() =>
  Schema.Struct({
    ...fields(),
    errors: optional(Schema.Array(Schema.suspend((): Schema.Schema<ErrorBody, ErrorBodyEncoded> => ErrorBody)))
  }).annotations({ identifier: "ErrorBody" })
)
