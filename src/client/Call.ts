import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as Redacted from "effect/Redacted"
import type * as Tracer from "effect/Tracer"
import * as ChatsError from "../ChatsError.js"
import type { Encoded } from "../codec/codec.js"
import type { Description } from "../Endpoint.js"
import type { Restore } from "../internal/deadline.js"
import { mayWait } from "../internal/direct.js"
import { once } from "../internal/once.js"
import { type Surroundings, withDeadline } from "../internal/withDeadline.js"
import type { Policy } from "../limits/RetryPolicy.js"

/** One call on its way: what is known of it, and what its attempts so far have come to. */
export class Call {
  /** Requests that were sent. */
  attempts = 0
  /** The worst outcome of the attempts before this one. */
  priorOutcome: ChatsError.Outcome | undefined
  /** Whether the request of this attempt has been handed to the transport. */
  sent = false
  /** The token that this attempt is made with. */
  token: Redacted.Redacted | undefined
  /** Whether a refused token has been replaced once. */
  tokenReplaced = false
  readonly clock: Clock.Clock
  /** When it has to be over, in milliseconds since the epoch. */
  readonly deadline: number

  constructor(
    readonly endpoint: Description,
    readonly encoded: Encoded,
    readonly policy: Policy,
    readonly span: Tracer.Span | undefined,
    readonly fiber: Fiber.RuntimeFiber<unknown, unknown>,
    readonly restore: Restore
  ) {
    this.clock = Context.get(fiber.currentDefaultServices, Clock.Clock)
    this.deadline = this.now() + Duration.toMillis(policy.deadline)
  }

  now(): number {
    return this.clock.unsafeCurrentTimeMillis()
  }

  /** Milliseconds that are left. */
  left(): number {
    return this.deadline - this.now()
  }

  /** A wait that can be interrupted, and ends with the call's deadline. */
  wait<A, E>(
    effect: Effect.Effect<A, E>,
    surroundings?: Surroundings
  ): Effect.Effect<A, E | ChatsError.TransportError> {
    return this.restore(once(withDeadline(effect, this.left(), () => this.deadlineExceeded(), surroundings)))
  }

  /** What a service does for the call, which only takes time where the service is a user's own. */
  ask<A, E>(service: object, effect: Effect.Effect<A, E>): Effect.Effect<A, E | ChatsError.TransportError> {
    return mayWait(service) ? this.wait(effect) : effect
  }

  deadlineExceeded(): ChatsError.TransportError {
    return new ChatsError.TransportError({
      reason: "DeadlineExceeded",
      mayHaveArrived: this.sent,
      message: `${this.endpoint.operation} did not end within ${Duration.format(this.policy.deadline)}`
    })
  }

  /** Says on the span what happened. */
  event(name: string, attributes: Record<string, unknown>): void {
    this.span?.event(name, this.clock.unsafeCurrentTimeNanos(), attributes)
  }
}
