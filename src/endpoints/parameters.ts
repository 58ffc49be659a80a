/**
 * Parameters that several endpoints share.
 */
import type * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { MessageId } from "../domain/Ids.js"
import { BooleanFromString, typed } from "../internal/effect/schema.js"
import { lazySchema } from "../internal/lazySchema.js"
import { optional } from "../internal/schema.js"

/** A whole number from 1. */
export const count = Schema.NumberFromString.pipe(Schema.int(), Schema.positive())

/**
 * How much of a history to get. The order of the reply and whether the bounds are inclusive are not documented.
 *
 * @since 0.1.0
 * @category models
 */
export interface HistoryQuery {
  /** A whole number of messages from 1. The highest that the service takes is not documented. */
  readonly limit?: number | undefined
  readonly before?: DateTime.Utc | undefined
  readonly after?: DateTime.Utc | undefined
  readonly excludeMetadata?: boolean | undefined
}

/** The parameters of a {@link HistoryQuery}. */
export const history = {
  limit: optional(count),
  before: optional(Schema.DateTimeUtc),
  after: optional(Schema.DateTimeUtc),
  excludeMetadata: optional(BooleanFromString)
}

/** An id among several: a comma in it would make two of it, as the service takes lists joined by commas. */
export const inList = <A extends string>(id: Schema.Schema<A, string>): Schema.Schema<A, string> =>
  lazySchema(() =>
    typed<A, string>(
      id.pipe(
        Schema.filter((value) =>
          value.includes(",") ? "must not contain a comma: ids are joined by commas" : undefined
        )
      ).ast
    )
  )

/** One or more message ids in one path segment, joined by commas. */
export const MessageIds = lazySchema(() => {
  const MessageIdInList = inList(MessageId)
  return Schema.transform(
    Schema.String,
    Schema.Array(MessageIdInList).pipe(Schema.minItems(1, { message: () => "must hold at least one message id" })),
    {
      strict: true,
      decode: (segment) => segment.split(","),
      encode: (ids) => ids.join(",")
    }
  ).annotations({ identifier: "MessageIds" })
})
