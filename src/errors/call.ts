import * as Schema from "effect/Schema"
import { defaulted } from "../internal/effect/schema.js"

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

/**
 * What every error says of the call that it ended.
 *
 * @since 0.1.0
 * @category models
 */
export interface CallInfo {
  /** The endpoint's name, as `postChatsRoomMessages`. */
  readonly operation: string
  readonly method: string
  /** The template, as `/api/v2/chats/rooms/{roomJid}`. */
  readonly path: string
  /** How many requests were made. */
  readonly attempts: number
  /** `false` if the call ended before its last request was sent. */
  readonly sent?: boolean | undefined
  /** What may have become of the attempts before the last one. */
  readonly priorOutcome?: Outcome | undefined
  /** Why it was not tried again. */
  readonly gaveUp?: GaveUp | undefined
  readonly message: string
}

/** The fields of {@link CallInfo}, with what they are where they are not said. */
export const callFields = (attempts: number, message: string) => ({
  operation: defaulted(Schema.String, () => ""),
  method: defaulted(Schema.String, () => ""),
  path: defaulted(Schema.String, () => ""),
  attempts: defaulted(Schema.Int, () => attempts),
  sent: Schema.optional(Schema.Boolean),
  priorOutcome: Schema.optional(Outcome),
  gaveUp: Schema.optional(GaveUp),
  message: defaulted(Schema.String, () => message)
})
