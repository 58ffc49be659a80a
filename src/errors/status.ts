import type * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { Detail, ErrorBody, Limit } from "../domain/ErrorBody.js"
import { defaulted } from "../internal/effect/schema.js"
import { type CallInfo, callFields } from "./call.js"
import type { ErrorClass } from "./ErrorClass.js"

/**
 * What every error made from a reply holds: the status, and what the reply's body said.
 *
 * @since 0.1.0
 * @category models
 */
export interface StatusInfo<Status extends number = number> extends CallInfo {
  readonly status: Status
  /** The service's name for what is wrong, as `not.found`. */
  readonly code?: string | undefined
  readonly contextId?: string | undefined
  /** Identifies the request in the service's logs. */
  readonly correlationId?: string | undefined
  readonly entityId?: string | undefined
  readonly entityName?: string | undefined
  readonly messageWithParams?: string | undefined
  readonly messageParams?: { readonly [name: string]: unknown } | undefined
  /** The fields and entities that the error is about. */
  readonly details: ReadonlyArray<Detail>
  readonly errors: ReadonlyArray<ErrorBody>
  /** The platform limit that the call ran into. */
  readonly limit?: Limit | undefined
  /** The reply's text, cut short, if it is not the service's JSON. */
  readonly body?: string | undefined
}

/**
 * The same with the time that the service asks to wait.
 *
 * @since 0.1.0
 * @category models
 */
export interface WaitInfo<Status extends number> extends StatusInfo<Status> {
  readonly retryAfter?: Duration.Duration | undefined
}

/** A class of errors for one status, which has a default for each field. */
export interface StatusErrorClass<Self, Tag extends string, Status extends number>
  extends ErrorClass<Self, Tag, StatusFields<Status>, StatusInfo<Status>> {}

export interface WaitErrorClass<Self, Tag extends string, Status extends number>
  extends ErrorClass<Self, Tag, WaitFields<Status>, WaitInfo<Status>> {}

type StatusFields<Status extends number> = ReturnType<typeof statusFields<Status>>
type WaitFields<Status extends number> = ReturnType<typeof waitFields<Status>>

/** What stands in the body of an error reply. */
export const bodyFields = () => ({
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
  body: Schema.optional(Schema.String)
})

export const statusFields = <const Status extends number>(status: Status, reason: string) => ({
  ...callFields(1, reason),
  ...bodyFields(),
  status: defaulted(Schema.Literal(status), () => status)
})

export const waitFields = <const Status extends number>(status: Status, reason: string) => ({
  ...statusFields(status, reason),
  retryAfter: retryAfter()
})

export const retryAfter = () => Schema.optional(Schema.DurationFromMillis)
