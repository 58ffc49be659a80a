import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as ChatsError from "../ChatsError.js"
import * as Metrics from "../Metrics.js"
import type { RetryBudget } from "../RetryBudget.js"
import * as RetryPolicy from "../RetryPolicy.js"
import { amend } from "./amend.js"
import type { Call } from "./Call.js"
import { labels } from "./labels.js"
import { spanEvent } from "./spanEvent.js"
import { withDeadline } from "./withDeadline.js"

/**
 * Attempts until one succeeds, or until the policy, the endpoint or the deadline says
 * that it is enough. The error that ends the call is the last attempt's, and carries
 * what all of them came to.
 */
export const runCall = <A>(
  call: Call,
  budget: RetryBudget["Type"],
  attempt: Effect.Effect<A, ChatsError.ChatsError>
): Effect.Effect<A, ChatsError.ChatsError> =>
  Effect.flatMap(Clock.currentTimeMillis, (started) => {
    const { policy } = call
    const paid = Effect.zipLeft(attempt, budget.deposit)

    const run = (retries: RetryPolicy.Retries): Effect.Effect<A, ChatsError.ChatsError> =>
      Effect.catchAll(paid, (error) => Effect.flatMap(Clock.currentTimeMillis, afterFailure(error, retries)))

    const afterFailure = (error: ChatsError.ChatsError, retries: RetryPolicy.Retries) => (now: number) => {
      const refusal = refusesReplay(call, error)
      if (refusal !== undefined) return fail(call, error, refusal)
      return Effect.flatMap(RetryPolicy.decide(policy, error, retries, now), (decision) => {
        if (decision._tag === "Stop") return fail(call, error, decision.gaveUp)
        const left = Duration.subtract(policy.deadline, Duration.millis(now - started))
        if (Duration.greaterThanOrEqualTo(decision.wait, left)) return fail(call, error, "deadline too near")
        // flow control keeps the waits for the rate limit in bounds
        const affordable = error._tag === "TooManyRequests" ? Effect.succeed(true) : budget.withdraw
        return Effect.flatMap(affordable, (may) =>
          may
            ? Effect.zipRight(pause(call, error, decision.wait), run(decision.retries))
            : fail(call, error, "budget exhausted")
        )
      })
    }

    return withDeadline(run(RetryPolicy.noRetries), policy.deadline, () => deadlineExceeded(call, policy.deadline))
  })

/** The failed attempt is over; the next one begins after the wait. */
const pause = (call: Call, error: ChatsError.ChatsError, wait: Duration.Duration): Effect.Effect<void> =>
  Effect.suspend(() => {
    call.priorOutcome = ChatsError.worstOutcome(ChatsError.outcome(error), call.priorOutcome)
    call.sent = false
    return Effect.zipRight(announce(call, error, wait), Effect.sleep(wait))
  })

const fail = (call: Call, error: ChatsError.ChatsError, gaveUp: ChatsError.GaveUp | undefined) =>
  Effect.zipRight(
    Effect.annotateCurrentSpan({
      "error.type": error._tag,
      "chats.attempts": call.attempts,
      ...(gaveUp === undefined ? {} : { "chats.gave_up": gaveUp })
    }),
    Effect.fail(withFacts(call, error, gaveUp))
  )

const withFacts = <E extends ChatsError.ChatsError>(call: Call, error: E, gaveUp?: ChatsError.GaveUp): E => {
  const { operation, method, path } = call.endpoint
  return amend(error, { operation, method, path, attempts: call.attempts, priorOutcome: call.priorOutcome, gaveUp })
}

const deadlineExceeded = (call: Call, deadline: Duration.Duration): ChatsError.TransportError =>
  withFacts(
    call,
    new ChatsError.TransportError({
      reason: "DeadlineExceeded",
      mayHaveArrived: call.sent,
      message: `${call.endpoint.operation} did not end within ${Duration.format(deadline)}`
    })
  )

/** Why an action that may have happened must not be done again; `undefined` where it may. */
const refusesReplay = ({ endpoint, policy }: Call, error: ChatsError.ChatsError): ChatsError.GaveUp | undefined => {
  if (endpoint.idempotent || ChatsError.outcome(error) !== "Unknown") return undefined
  if (error._tag === "TransportError") return "not idempotent"
  const retried = error._tag === "ServiceUnavailable" || error._tag === "GatewayTimeout"
  return retried && policy.sends === "atMostOnce" ? "at most once" : undefined
}

/** Says on the span, in the metrics, and to whoever listens to debug logs, why the call waits. */
const announce = (call: Call, error: ChatsError.ChatsError, wait: Duration.Duration): Effect.Effect<void> => {
  const annotations = {
    "chats.retry.reason": error._tag,
    "chats.retry.wait_ms": Duration.toMillis(wait),
    "chats.retry.attempt": call.attempts
  }
  Metrics.retries.unsafeUpdate(1, labels(["reason", error._tag]))
  return Effect.zipRight(
    spanEvent("retry", annotations),
    Effect.annotateLogs(Effect.logDebug(`${call.endpoint.operation} is tried again`), annotations)
  )
}
