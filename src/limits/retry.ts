import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Schedule from "effect/Schedule"
import type * as ChatsError from "../ChatsError.js"
import { step } from "../internal/effect/schedule.js"
import { hintOf, retriedAs } from "./transient.js"

/**
 * Delays for one kind of failure. The schedule sees the error, so that it can heed
 * `retryAfter`; it ends the retries by ending.
 *
 * @since 0.1.0
 * @category models
 */
export type RetrySchedule = Schedule.Schedule<unknown, ChatsError.ChatsError>

/**
 * When a call is tried again, and until when.
 *
 * @since 0.1.0
 * @category models
 */
export interface Policy {
  /** Attempts after the first: a whole number from 0, or `Infinity`. */
  readonly maxRetries: number
  /** For the whole call: all attempts, all waits and the body. */
  readonly deadline: Duration.Duration
  /** The longest acceptable wait for the rate limit; a longer one ends in the typed error as soon as it is known. */
  readonly patience: Duration.Duration
  /** Whether an action that is not idempotent is replayed if it may have happened. */
  readonly sends: "atLeastOnce" | "atMostOnce"
  readonly tooManyRequests: RetrySchedule
  readonly badGateway: RetrySchedule
  readonly serviceUnavailable: RetrySchedule
  readonly gatewayTimeout: RetrySchedule
  /** For calls without a reply that may be replayed. */
  readonly transport: RetrySchedule
}

/** How far the retries of one call have come. */
export interface Retries {
  readonly count: number
  readonly states: ReadonlyMap<RetrySchedule, unknown>
}

/** A call that has not been retried yet. */
export const noRetries: Retries = { count: 0, states: new Map() }

/**
 * What a policy says to a failure: to wait and try again, or why not. `gaveUp` is
 * missing where an error of this kind is never retried.
 */
export type Decision =
  | { readonly _tag: "Retry"; readonly wait: Duration.Duration; readonly retries: Retries }
  | { readonly _tag: "Stop"; readonly gaveUp: ChatsError.GaveUp | undefined }

const stop = (gaveUp?: ChatsError.GaveUp): Effect.Effect<Decision> => Effect.succeed({ _tag: "Stop", gaveUp })

/** Asks a policy about a failure, at a time in milliseconds. Whether the call may be replayed at all is for the caller to know. */
export const decide = (
  policy: Policy,
  error: ChatsError.ChatsError,
  retries: Retries,
  now: number
): Effect.Effect<Decision> => {
  const kind = retriedAs(error)
  if (kind === undefined) return stop()
  const schedule = policy[kind]
  if (retries.count >= policy.maxRetries) return stop("attempts exhausted")
  if (Duration.greaterThan(hintOf(error), policy.patience)) return stop("hint beyond patience")
  return Effect.map(step(schedule, retries.states.get(schedule), now, error), (next): Decision => {
    if (next === undefined) return { _tag: "Stop", gaveUp: "attempts exhausted" }
    // in whole milliseconds: TestClock knows no others
    const wait = Duration.millis(Math.ceil(next.wait))
    const states = new Map(retries.states).set(schedule, next.state)
    return { _tag: "Retry", wait, retries: { count: retries.count + 1, states } }
  })
}
