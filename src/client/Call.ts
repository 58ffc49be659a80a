import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Redacted from "effect/Redacted"
import type * as Tracer from "effect/Tracer"
import * as ChatsError from "../ChatsError.js"
import type { Encoded } from "../codec/codec.js"
import type { Description } from "../declaration.js"
import type { Labels } from "../internal/labels.js"
import { monotonicMillis } from "../internal/monotonic.js"
import type { Permit } from "../limits/permit.js"
import { noRetries, type Policy, type Retries } from "../limits/retry.js"
import { Progress } from "../transport/RequestProgress.js"
import { amend } from "./amend.js"
import { eventTime } from "../internal/effect/tracing.js"

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
  /** What it came to, once the reply is read. */
  result: Effect.Effect<unknown, ChatsError.ChatsError> | undefined
  /** What the attempt under way holds. */
  permit: Permit | undefined
  /** Whether flow control has been closed, as with its client. */
  clientClosed = false
  /** Whether the time is up. */
  expired = false
  /** How far the request of this attempt has come, where the transport tells. */
  readonly progress = new Progress()
  private handedOver = false
  /** In monotonic milliseconds. */
  readonly deadline: number

  constructor(
    readonly endpoint: Description,
    readonly encoded: Encoded,
    readonly policy: Policy,
    readonly clock: Clock.Clock,
    readonly span: Tracer.Span | undefined,
    /** Of its metrics. */
    readonly labels: Labels
  ) {
    this.deadline = this.now() + Duration.toMillis(policy.deadline)
  }

  /** Monotonic milliseconds. */
  now(): number {
    return monotonicMillis(this.clock)
  }

  /** Milliseconds until the deadline. */
  left(): number {
    return this.deadline - this.now()
  }

  /** Another attempt begins. */
  begin(): void {
    this.handedOver = false
    this.result = undefined
  }

  /** The request goes to the transport. */
  handOver(token: Redacted.Redacted): void {
    this.token = token
    this.attempts++
    this.handedOver = true
    // whatever else may have been sent in this fiber, as for a token, was another request
    this.progress.reset()
  }

  deadlineExceeded(): ChatsError.TransportError {
    return new ChatsError.TransportError({
      reason: "DeadlineExceeded",
      mayHaveArrived: this.handedOver && this.progress.mayHaveArrived,
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
    this.span?.event(name, eventTime(this.clock), attributes)
  }
}
