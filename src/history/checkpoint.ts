import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { lazySchema } from "../internal/lazySchema.js"

/**
 * How far a history was read: the date of the last message, and which messages of that millisecond were read. A
 * schema, so that it can be stored as JSON, and another process can resume from it.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import { History } from "effect-genesys-chats"
 *
 * const Stored = Schema.parseJson(History.Checkpoint)
 * ```
 * @since 0.1.0
 * @category checkpoints
 */
export const Checkpoint = lazySchema(() =>
  Schema.Struct({ date: Schema.DateTimeUtc, ids: Schema.Array(Schema.String) }).annotations({
    identifier: "HistoryCheckpoint"
  })
)
/**
 * @since 0.1.0
 * @category checkpoints
 */
export interface Checkpoint extends Schema.Schema.Type<typeof Checkpoint> {}

/**
 * The checkpoint after one more message of a stream, whatever its order. `previous` is the checkpoint before that
 * message; a stream that starts over has none.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { type Conversation, History } from "effect-genesys-chats"
 *
 * const copy = (room: Conversation.Room, from: History.Checkpoint | undefined) =>
 *   Stream.runFoldEffect(History.stream(room, { order: "ascending", from }), from, (checkpoint, message) =>
 *     Effect.as(Effect.log(message.body), History.checkpoint(checkpoint, message))
 *   )
 * ```
 * @since 0.1.0
 * @category checkpoints
 */
export const checkpoint = (
  previous: Checkpoint | undefined,
  { dateCreated, id }: { readonly dateCreated: DateTime.Utc; readonly id: string }
): Checkpoint => ({
  date: dateCreated,
  ids:
    previous !== undefined && DateTime.Equivalence(previous.date, dateCreated)
      ? [...previous.ids.filter((known) => known !== id), id]
      : [id]
})

/** Whether a message was had before the checkpoint, as far as its millisecond goes. */
export const isKnownTo = (
  checkpoint: Checkpoint,
  { dateCreated, id }: { readonly dateCreated: DateTime.Utc; readonly id: string }
): boolean => DateTime.Equivalence(checkpoint.date, dateCreated) && checkpoint.ids.includes(id)
