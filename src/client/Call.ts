import type * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Redacted from "effect/Redacted"
import type * as Tracer from "effect/Tracer"
import * as ChatsError from "../ChatsError.js"
import type { Encoded } from "../codec/codec.js"
import type { Description } from "../declaration.js"
import { datedNanos, monotonicNanos } from "../internal/effect/clock.js"
import type { AnyFiber } from "../internal/effect/fiber.js"
import type { Labels } from "../internal/labels.js"
import { clockOf, millisOf } from "../internal/monotonic.js"
import type { Observation, Permit } from "../limits/FlowControl.js"
import { noRetries, type Policy, type Retries } from "../limits/retry.js"
import { Progress } from "../transport/RequestProgress.js"
import { amend } from "./amend.js"

/** One call on its way: what it is, and what has become of it so far. */
export class Call {
  /** Requests that were handed to the transport. */
  attempts = 0
  /** The worst outcome of the attempts before this one. */
  priorOutcome: ChatsError.Outcome | undefined
  /** How far the retries have come. */
  retries: Retries = noRetries
  /** The token of the last request. */
  token: Redacted.Redacted | undefined
  /** How many tokens have been refused. */
  refusals = 0
  /** What the call comes to if nothing more can be done; set as soon as the status is known. */
  result: Effect.Effect<unknown, ChatsError.ChatsError> | undefined
  /** What the attempt under way holds. */
  permit: Permit | undefined
  /** The span and the metrics of the attempt under way, once its request is sent. */
  telemetry: { readonly ended: (exit: Exit.Exit<unknown, ChatsError.ChatsError>) => void } | undefined
  /** What its reply says of the rate limit, until that is reported. */
  unreported: Observation | undefined
  /** Whether flow control has been closed, as with its client. */
  clientClosed = false
  /** Whether the time is up. */
  expired = false
  /** What is in the context of its fiber. */
  context = Context.empty()
  /** How far the request of this attempt has come, where the transport tells. */
  readonly progress = new Progress()
  /** In monotonic milliseconds. */
  readonly deadline: number
  /** When the last request went to the transport, in nanoseconds. */
  private sentAt = 0n

  private readonly clock: Clock.Clock

  constructor(
    readonly endpoint: Description,
    readonly encoded: Encoded,
    readonly policy: Policy,
    /** The fiber of the caller. */
    readonly caller: AnyFiber,
    readonly span: Tracer.Span | undefined,
    /** Of its metrics. */
    readonly labels: Labels,
    /** When it began, in nanoseconds. */
    began: bigint
  ) {
    this.clock = clockOf(caller)
    this.deadline = millisOf(began) + Duration.toMillis(policy.deadline)
  }

  /** Nanoseconds that only go up. */
  now(): bigint {
    return monotonicNanos(this.clock)
  }

  /** Milliseconds since the epoch, for what the service dates. */
  date(): number {
    return this.clock.unsafeCurrentTimeMillis()
  }

  /** Milliseconds since the last request went to the transport. */
  took(): number {
    return millisOf(this.now() - this.sentAt)
  }

  /** Milliseconds until the deadline. */
  left(now = this.now()): number {
    return this.deadline - millisOf(now)
  }

  /** Nothing of the failed attempt counts any more; called before the pause, so that it does not count there either. */
  forgetAttempt(): void {
    this.result = undefined
    this.telemetry = undefined
    this.unreported = undefined
  }

  /** The request goes to the transport. */
  handOver(token: Redacted.Redacted, now: bigint): void {
    this.token = token
    this.sentAt = now
    this.attempts++
    // whatever else may have been sent in this fiber, as for a token, was another request
    this.progress.reset()
  }

  deadlineExceeded(): ChatsError.TransportError {
    return new ChatsError.TransportError({
      reason: "DeadlineExceeded",
      mayHaveArrived: this.telemetry !== undefined && this.progress.mayHaveArrived,
      message: `${this.endpoint.operation} did not end within ${Duration.format(this.policy.deadline)}`
    })
  }

  /** The error that ends the call, with what only the call as a whole knows. */
  fail(error: ChatsError.ChatsError, gaveUp?: ChatsError.GaveUp): Effect.Effect<never, ChatsError.ChatsError> {
    const { attempts, priorOutcome, span } = this
    const { method, operation, path } = this.endpoint
    span?.attribute("error.type", error._tag)
    span?.attribute("chats.attempts", attempts)
    if (gaveUp !== undefined) span?.attribute("chats.gave_up", gaveUp)
    // as an exit: `Effect.fail` would note the span of the call, and not its caller's
    return Exit.fail(amend(error, { operation, method, path, attempts, priorOutcome, gaveUp }))
  }

  /** Says on the span what happened. */
  event(name: string, attributes: Record<string, unknown>): void {
    this.span?.event(name, datedNanos(this.clock, this.now()), attributes)
  }
}
