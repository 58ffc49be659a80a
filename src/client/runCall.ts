import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as ChatsError from "../ChatsError.js"
import { ofReason } from "../internal/labels.js"
import type { RetryBudget } from "../limits/RetryBudget.js"
import * as RetryPolicy from "../limits/RetryPolicy.js"
import * as Metrics from "../Metrics.js"
import { amend } from "./amend.js"
import { type Services as AttemptServices, attempt } from "./attempt.js"
import type { Call } from "./Call.js"

/** What every call of a client needs. */
export interface Services extends AttemptServices {
  readonly budget: RetryBudget["Type"]
}

/**
 * Attempts until one succeeds, or until the policy, the endpoint or the deadline says
 * that it is enough. The error that ends the call is the last attempt's, and carries
 * what all of them came to.
 */
export const runCall = (
  services: Services,
  call: Call,
  retries = RetryPolicy.noRetries
): Effect.Effect<unknown, ChatsError.ChatsError> =>
  Effect.matchEffect(attempt(services, call), {
    onFailure: (error) => afterFailure(services, call, error, retries),
    onSuccess: (value) => Effect.as(call.ask(services.budget, services.budget.deposit), value)
  })

const afterFailure = (
  services: Services,
  call: Call,
  error: ChatsError.ChatsError,
  retries: RetryPolicy.Retries
): Effect.Effect<unknown, ChatsError.ChatsError> => {
  if (error._tag === "Unauthorized" && call.token !== undefined && !call.tokenReplaced) {
    return replaceToken(services, call, call.token, error, retries)
  }
  const refusal = refusesReplay(call, error)
  if (refusal !== undefined) return fail(call, error, refusal)
  return Effect.flatMap(RetryPolicy.decide(call.policy, error, retries, call.now()), (decision) => {
    if (decision._tag === "Stop") return fail(call, error, decision.gaveUp)
    if (Duration.toMillis(decision.wait) >= call.left()) return fail(call, error, "deadline too near")
    // flow control keeps the waits for the rate limit in bounds
    const affordable =
      error._tag === "TooManyRequests" ? Effect.succeed(true) : call.ask(services.budget, services.budget.withdraw)
    return Effect.flatMap(affordable, (may) =>
      may
        ? Effect.flatMap(pause(call, error, decision.wait), () => runCall(services, call, decision.retries))
        : fail(call, error, "budget exhausted")
    )
  })
}

/** A token that the service refuses is replaced, and the request sent again, once a call. */
const replaceToken = (
  services: Services,
  call: Call,
  token: NonNullable<Call["token"]>,
  error: ChatsError.Unauthorized,
  retries: RetryPolicy.Retries
): Effect.Effect<unknown, ChatsError.ChatsError> => {
  call.tokenReplaced = true
  // what was refused with a 401 did not happen
  call.sent = false
  return Effect.flatMap(call.ask(services.credentials, services.credentials.invalidate(token)), (mayHaveAnother) =>
    mayHaveAnother ? runCall(services, call, retries) : afterFailure(services, call, error, retries)
  )
}

/** The failed attempt is over; the next one begins after the wait. */
const pause = (call: Call, error: ChatsError.ChatsError, wait: Duration.Duration): Effect.Effect<void> => {
  call.priorOutcome = ChatsError.worstOutcome(ChatsError.outcome(error), call.priorOutcome)
  call.sent = false
  return Effect.zipRight(announce(call, error, wait), call.restore(Effect.sleep(wait)))
}

const fail = (
  call: Call,
  error: ChatsError.ChatsError,
  gaveUp: ChatsError.GaveUp | undefined
): Effect.Effect<never, ChatsError.ChatsError> => {
  const { attempts, priorOutcome, span } = call
  const { method, operation, path } = call.endpoint
  span?.attribute("error.type", error._tag)
  span?.attribute("chats.attempts", attempts)
  if (gaveUp !== undefined) span?.attribute("chats.gave_up", gaveUp)
  return Effect.fail(amend(error, { operation, method, path, attempts, priorOutcome, gaveUp }))
}

/** Why an action that may have happened must not be done again; `undefined` where it may. */
const refusesReplay = ({ endpoint, policy }: Call, error: ChatsError.ChatsError): ChatsError.GaveUp | undefined => {
  if (endpoint.idempotent || ChatsError.outcome(error) !== "Unknown") return undefined
  // once the time is up, nothing is replayed whatever the endpoint
  if (error._tag === "TransportError") return error.reason === "DeadlineExceeded" ? undefined : "not idempotent"
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
  Metrics.retries.unsafeUpdate(1, ofReason(error._tag))
  call.event("retry", annotations)
  const logged = Effect.annotateLogs(Effect.logDebug(`${call.endpoint.operation} is tried again`), annotations)
  return call.span === undefined ? logged : Effect.withParentSpan(logged, call.span)
}
