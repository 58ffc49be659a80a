import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type { Observation } from "./RateWindow.js"

/**
 * What a call says of itself when it asks for a permit.
 *
 * @since 0.1.0
 * @category models
 */
export interface Request {
  /** The endpoint's operation, as `getChatsRoom`: limits may be narrower than the token's. */
  readonly operation: string
  /** The HTTP method, as `GET`. */
  readonly method: string
  /** The longest that the call waits for a permit, from when it asks; zero: not at all. */
  readonly patience: Duration.Duration
  /** What is left of the call's deadline; `Duration.infinity` where it has none. */
  readonly timeLeft: Duration.Duration
  /**
   * Told of the permit in the moment in which it is granted: whoever asks can be interrupted before `acquire` gives it,
   * and releases it then.
   */
  readonly granted?: ((permit: Permit) => void) | undefined
}

/**
 * The permission to send one request. `observe` is told what the reply says about the limit: for an error as soon
 * as its status is there, and again if more becomes known, for a success when its value is there. `release` ends
 * the permit when the request is over, however it ended. Releasing it again does nothing. If either of them
 * hangs or dies, the call loses nothing.
 *
 * @since 0.1.0
 * @category models
 */
export interface Permit {
  /** How long the call waited for it, in milliseconds. */
  readonly waited: number
  /**
   * How long a request and its reply take at best, in milliseconds, if that is known: none is sent if less than
   * that is left of the call's deadline, as after a long wait for a token.
   */
  readonly roundTrip?: number | undefined
  readonly observe: (reply: Observation) => Effect.Effect<void>
  readonly release: Effect.Effect<void>
  /**
   * In the place of `release` where no request was sent, as for want of a token: what it would have used of the
   * limit is there for others. Left out, such a permit is released.
   */
  readonly giveBack?: Effect.Effect<void> | undefined
}

/**
 * Why a call got no permit, reported as soon as it is known, even while the call waits; nothing was sent.
 *
 * - `QueueFull`: as many calls wait as may.
 * - `TooLong`: the wait is longer than the call's patience. `wait` is how much longer, as far as that is known;
 *   zero if it is not, as behind a cap on concurrency.
 * - `DeadlineTooNear`: what is left of the call's deadline, or would be left, cannot hold a round trip.
 * - `Closed`: the layer has been closed; nothing goes through it any more.
 *
 * @since 0.1.0
 * @category models
 */
export type Refusal =
  | { readonly _tag: "QueueFull"; readonly waiting: number }
  | { readonly _tag: "TooLong"; readonly wait: Duration.Duration }
  | { readonly _tag: "DeadlineTooNear" }
  | { readonly _tag: "Closed" }
