/*
 * How things stand: what a client, its flow control and its credentials say of themselves.
 */
import type * as Duration from "effect/Duration"
import type * as Option from "effect/Option"
import type { CredentialsError } from "./ChatsError.js"

/**
 * The state of flow control, for dashboards.
 *
 * @since 0.1.0
 * @category models
 */
export interface FlowStatus {
  /** Requests under way. */
  readonly inFlight: number
  /** Calls that wait for a permit. */
  readonly waiting: number
  /**
   * How long every call has to wait, as far as that is only a matter of time: zero if nothing keeps it waiting,
   * infinity once it is closed for good.
   */
  readonly closedFor: Duration.Duration
  /** What else is closed: single operations, or all of a method if `operation` is missing. Left out if nothing is. */
  readonly closures?: ReadonlyArray<{
    readonly operation: string | undefined
    readonly method: string
    readonly closedFor: Duration.Duration
  }>
  /** How many requests a window holds, and how many of them are left, if it is known. */
  readonly limit: Option.Option<{ readonly allowed: number; readonly remaining: number }>
}

/**
 * The state of the credentials.
 *
 * @since 0.1.0
 * @category models
 */
export interface TokenStatus {
  /**
   * The age of the current token, and how much of its life is left, if the login service said how long that is;
   * none before the first call.
   */
  readonly token: Option.Option<{
    readonly age: Duration.Duration
    readonly timeLeft: Option.Option<Duration.Duration>
  }>
  /** Why the last request for a token failed; none since one succeeded. */
  readonly failure: Option.Option<CredentialsError>
}

/**
 * The state of a client, for a dashboard or a health page: plain values, read without a request.
 *
 * @since 0.1.0
 * @category models
 */
export interface Status {
  /** As `ChatsClient.Options.org` names it. */
  readonly org: string | undefined
  /** By its name, or the host of the API if the hosts are your own. */
  readonly region: string
  /** Requests under way and waiting, for how long the limit is closed, and what is left of it. */
  readonly flow: FlowStatus
  /** Retries that are left. */
  readonly retryBudget: number
  /** The token's age and what is left of its life, and the last failure; none for a fixed token. */
  readonly credentials: Option.Option<TokenStatus>
}
