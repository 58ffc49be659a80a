import type * as DateTime from "effect/DateTime"
import type { UserId } from "../../../domain/Ids.js"

/**
 * A notification channel of the emulated org.
 *
 * @since 0.1.0
 * @category models
 */
export interface ChannelState {
  readonly id: string
  /** Whose token opened it: a user's, or a client's bot's. */
  readonly userId: UserId
  readonly clientId: string
  /** The topics subscribed to. */
  readonly topics: ReadonlyArray<string>
  /** When it ends, unless it is subscribed to again. */
  readonly expires: DateTime.Utc
  /** Whether a socket is open on it. */
  readonly connected: boolean
}
