/*
 * The story of a call, top down: its input is encoded; then, under one deadline, attempts are made until
 * one succeeds or the policy says that it is enough. An attempt holds a permit of the rate limit, has a
 * token, sends the request, and makes a value or a typed error of the reply.
 */
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Tracer from "effect/Tracer"
import * as ChatsError from "../ChatsError.js"
import type { Service as CredentialsService } from "../credentials/Credentials.js"
import { isFromStore } from "../credentials/Token.js"
import type { Description } from "../declaration.js"
import { failureOrCause } from "../internal/effect/cause.js"
import { monotonicNanos } from "../internal/effect/clock.js"
import { replyIn } from "../internal/effect/httpErrors.js"
import { update } from "../internal/effect/metric.js"
import { type Labels, tagged, withErrorType } from "../internal/labels.js"
import { clockOf, millisOf } from "../internal/monotonic.js"
import { endSpan, startSpan } from "../internal/span.js"
import { withDeadline } from "../internal/withDeadline.js"
import type { Service as FlowService, Permit, Refusal } from "../limits/FlowControl.js"
import type { Service as BudgetService } from "../limits/RetryBudget.js"
import { RetryPolicy } from "../limits/RetryPolicy.js"
import { type Decision, decide, type Policy } from "../limits/retry.js"
import { unavailableAs } from "../limits/transient.js"
import * as Metrics from "../Metrics.js"
import type { Plain } from "../transport/plainClient.js"
import { RequestProgress } from "../transport/RequestProgress.js"
import { AttemptTelemetry } from "./AttemptTelemetry.js"
import { asAnAside, asked, orIfItDies } from "./asAnAside.js"
import { Call } from "./Call.js"
import { errorType } from "./errorType.js"
import { warnOfNotTakenUp } from "./notTakenUp.js"
import { encodeInput, operationSpan } from "./operation.js"
import type { Pauses } from "./Pauses.js"
import { noReply, readReply } from "./reply.js"
import { makeRequest, type Target } from "./request.js"

/** All that the calls of a client share. */
export interface Services extends Target {
  /** Takes redirects as replies, and makes no spans of its own. */
  readonly client: Plain
  readonly flow: FlowService
  readonly pauses: Pauses
  readonly credentials: CredentialsService
  readonly budget: BudgetService
  /** Where neither the call nor its fiber says otherwise. */
  readonly policy: Policy
  readonly maxReplyBytes: number
  /** Of all metrics. */
  readonly labels: Labels
}

/** A call, or a part of it, as an effect. */
type Running<A = unknown> = Effect.Effect<A, ChatsError.ChatsError>

/** A call from its input to its value, or to the one error that ended it. */
export const runCall = (services: Services, endpoint: Description, input: unknown): Running =>
  Effect.withFiberRuntime((caller) => {
    const now = monotonicNanos(clockOf(caller))
    const span = startSpan(caller, operationSpan(endpoint, services.org), now)
    const encoded = encodeInput(endpoint, input)
    if (Either.isLeft(encoded)) {
      if (span !== undefined) endSpan(caller, span, Exit.fail(encoded.left), now)
      return Effect.fail(encoded.left)
    }
    const policy: Policy = caller.currentContext.unsafeMap.get(RetryPolicy.key) ?? services.policy
    const warning = warnOfNotTakenUp(caller.currentContext)
    const labels = tagged(services.labels, caller)
    const call = new Call(endpoint, encoded.right, policy, caller, span, labels, now)
    const surroundings = services.client.surroundings(caller, (entries) => {
      if (span !== undefined) entries.set(Tracer.ParentSpan.key, span)
      entries.set(RequestProgress.key, call.progress)
    })
    call.context = surroundings.context
    const attempts = untilItSucceeds(services, call)
    return withDeadline(warning === undefined ? attempts : Effect.zipRight(warning, attempts), {
      caller,
      surroundings,
      millis: Duration.toMillis(policy.deadline),
      onDeadline: () => whenTheTimeIsUp(call),
      onEnd: (exit) => {
        // nothing that outlives the call holds its value
        call.result = undefined
        if (span !== undefined) endSpan(caller, span, exit, call.now())
      }
    })
  })

/** A value or a status that is there already is not lost to what hangs behind it. */
const whenTheTimeIsUp = (call: Call): Running => {
  call.expired = true
  const ended = call.result ?? call.fail(call.deadlineExceeded())
  // whatever hangs on, and cannot be interrupted, holds nobody else up
  return call.permit === undefined ? ended : Effect.zipRight(Effect.forkDaemon(givenUp(call, call.permit)), ended)
}

const untilItSucceeds = (services: Services, call: Call): Running =>
  Effect.catchAllCause(attempt(services, call), (cause) =>
    Either.match(failureOrCause(cause), {
      onLeft: (error) => afterFailure(services, call, error),
      onRight: Effect.failCause
    })
  )

// ---------------------------------------------------------------- after a failure: again, or enough?

const afterFailure = (services: Services, call: Call, error: ChatsError.ChatsError): Running => {
  if (error._tag === "Unauthorized" && call.token !== undefined && call.refusals < (isFromStore(call.token) ? 2 : 1)) {
    return replaceToken(services, call, call.token, error)
  }
  // nothing will go through it any more
  if (call.clientClosed) return call.fail(error)
  const refusal = refusesReplay(call, error)
  if (refusal !== undefined) return call.fail(error, refusal)
  const decided = Effect.suspend(() => decide(call.policy, error, call.retries, millisOf(call.now())))
  return Effect.flatMap(orIfItDies(decided, stopped), (decision) => {
    if (decision._tag === "Stop") return call.fail(error, decision.gaveUp)
    if (Duration.toMillis(decision.wait) >= call.left()) return call.fail(error, "deadline too near")
    return Effect.flatMap(affordable(services, error), (may) => {
      if (!may) return call.fail(error, "budget exhausted")
      call.retries = decision.retries
      call.priorOutcome = ChatsError.worstOutcome(ChatsError.outcome(error), call.priorOutcome)
      call.forgetAttempt()
      return Effect.zipRight(pause(services, call, error, decision.wait), untilItSucceeds(services, call))
    })
  })
}

/** For want of a schedule that says something else. */
const stopped: Decision = { _tag: "Stop", gaveUp: undefined }

/** Flow control keeps the waits for the rate limit in bounds: they are not paid for. */
const affordable = ({ budget }: Services, error: ChatsError.ChatsError): Effect.Effect<boolean> =>
  error._tag === "TooManyRequests" ? Effect.succeed(true) : asked(() => budget.withdraw)

/**
 * A token that the service refuses is replaced, and the request sent again, once a call; once more where the token
 * came out of a store that it shares with others, in which it may have been as dead as the one before.
 */
const replaceToken = (
  services: Services,
  call: Call,
  token: Redacted.Redacted,
  error: ChatsError.Unauthorized
): Running => {
  call.refusals++
  const invalidated = asked(() => services.credentials.invalidate(token))
  return Effect.flatMap(invalidated, (mayHaveAnother) => {
    if (!mayHaveAnother) return afterFailure(services, call, error)
    call.priorOutcome = ChatsError.worstOutcome("Rejected", call.priorOutcome)
    call.forgetAttempt()
    return untilItSucceeds(services, call)
  })
}

/** Why a failed call must not be sent again, whatever the schedules of the policy say; `undefined` if they decide. */
const refusesReplay = ({ endpoint, policy }: Call, error: ChatsError.ChatsError): ChatsError.GaveUp | undefined => {
  // the rate limit was used up for longer than the call waits
  if (error._tag === "TooManyRequests" && error.sent === false) return "hint beyond patience"
  if (endpoint.idempotent || ChatsError.outcome(error) !== "Unknown") return undefined
  // once the time is up, `decide` stops the call whatever the endpoint: that is no reason of its own
  if (error._tag === "TransportError") return error.reason === "DeadlineExceeded" ? undefined : "not idempotent"
  return unavailableAs(error) !== undefined && policy.sends === "atMostOnce" ? "at most once" : undefined
}

/** Says on the span, in the metrics, and to whoever listens to debug logs, why the call waits; then waits. */
const pause = (
  services: Services,
  call: Call,
  error: ChatsError.ChatsError,
  wait: Duration.Duration
): Effect.Effect<void, ChatsError.ChatsError> => {
  const annotations = {
    "chats.retry.reason": error._tag,
    "chats.retry.wait_ms": Duration.toMillis(wait),
    "chats.retry.attempt": call.attempts
  }
  update(Metrics.retries, 1, withErrorType(call.labels, errorType(error)))
  call.event("retry", annotations)
  const logged = Effect.annotateLogs(Effect.logDebug(`${call.endpoint.operation} is tried again`), annotations)
  const { endpoint, policy } = call
  const waited = services.pauses.wait(
    Duration.toMillis(wait),
    { endpoint, patience: Duration.toMillis(policy.patience) },
    (refusal) =>
      call.fail(refusedBeforeSending(call, refusal), refusal._tag === "TooLong" ? "hint beyond patience" : undefined)
  )
  return Effect.zipRight(logged, waited)
}

// ---------------------------------------------------------------- one attempt

/** With a permit: a request, and what its reply comes to. Only what waits can be interrupted. */
const attempt = (services: Services, call: Call): Running =>
  Effect.uninterruptibleMask((restore) => {
    const { operation, method } = call.endpoint
    const { patience } = call.policy
    const granted = (permit: Permit) => {
      call.permit = permit
    }
    const request = { operation, method, patience, timeLeft: Duration.millis(call.left()), granted }
    return Effect.matchCauseEffect(restore(services.flow.acquire(request)), {
      onFailure: (cause) => withoutPermit(call, cause),
      onSuccess: (permit) => {
        call.permit = permit
        if (permit.waited > 0) sayWaited(call, permit.waited)
        return Effect.matchCauseEffect(restore(exchange(services, call, permit)), {
          onFailure: (cause) => afterwards(services, call, permit, Exit.failCause(cause)),
          onSuccess: (value) => afterwards(services, call, permit, Exit.succeed(value))
        })
      }
    })
  })

/** There is none, or the call was interrupted in the moment in which there was one. */
const withoutPermit = (call: Call, cause: Cause.Cause<Refusal>): Running => {
  const failed = Either.match(failureOrCause(cause), {
    onLeft: (refusal) => {
      call.clientClosed = refusal._tag === "Closed"
      return Effect.fail(refusedBeforeSending(call, refusal))
    },
    onRight: Effect.failCause
  })
  return call.permit === undefined ? failed : Effect.zipRight(released(call, call.permit), failed)
}

/** Has a token, sends the request with it, and reads the reply. */
const exchange = (services: Services, call: Call, permit: Permit): Running =>
  Effect.flatMap(services.credentials.token, (token) => {
    const now = call.now()
    const left = call.left(now)
    // the token may have been long in coming
    if (left <= 0 || left < (permit.roundTrip ?? 0))
      return Effect.fail(refusedBeforeSending(call, { _tag: "DeadlineTooNear" }))
    call.handOver(token, now)
    const telemetry = new AttemptTelemetry(call, services, now)
    call.telemetry = telemetry
    const received = (response: HttpClientResponse) => readReply(services, call, permit, telemetry, response)
    const request = makeRequest(services, call, token, telemetry.span)
    return Effect.matchEffect(services.client.execute(request, call.context), {
      onSuccess: received,
      // an error that came after a status, as `HttpClient.filterStatusOk` makes one, holds the response
      onFailure: (error) => {
        const response = replyIn(error)
        return response === undefined ? noReply(call, error) : received(response)
      }
    })
  })

/**
 * The attempt is over. What it came to is kept first: it is not lost to those who are told of it, should they
 * hang or die.
 */
const afterwards = (
  { budget }: Services,
  call: Call,
  permit: Permit,
  exit: Exit.Exit<unknown, ChatsError.ChatsError>
): Running => {
  call.telemetry?.ended(exit)
  call.result = resultOf(call, exit)
  const paid = Exit.isSuccess(exit) ? Effect.zipRight(asAnAside(budget.deposit), exit) : exit
  const { unreported } = call
  if (unreported === undefined) return Effect.zipRight(released(call, permit), paid)
  const observed = asAnAside(Effect.suspend(() => permit.observe(unreported)))
  return Effect.zipRight(Effect.zipRight(observed, released(call, permit)), paid)
}

const released = (call: Call, permit: Permit): Effect.Effect<void> =>
  Effect.suspend(() => {
    call.permit = undefined
    return asAnAside(givenUp(call, permit))
  })

/** A permit whose request was not even handed to the transport is another's. */
const givenUp = ({ telemetry }: Call, { giveBack, release }: Permit): Effect.Effect<void> =>
  telemetry === undefined ? (giveBack ?? release) : release

/** What the call comes to if nothing more can be done; `undefined` where the attempt was interrupted. */
const resultOf = (call: Call, exit: Exit.Exit<unknown, ChatsError.ChatsError>): Running | undefined => {
  if (Exit.isSuccess(exit)) return exit
  const error = Cause.failureOption(exit.cause)
  return Option.isSome(error) ? Effect.suspend(() => call.fail(error.value)) : call.result
}

const sayWaited = (call: Call, millis: number): void => {
  update(Metrics.flowWait, millis / 1000, call.labels)
  call.event("flow control", { "chats.flow.wait_ms": millis })
}

const refusedBeforeSending = (call: Call, refusal: Refusal): ChatsError.TransportError | ChatsError.TooManyRequests => {
  const { operation } = call.endpoint
  const notSent = (reason: ChatsError.TransportReason, why: string) =>
    new ChatsError.TransportError({ reason, mayHaveArrived: false, message: `${operation} was not sent: ${why}` })
  switch (refusal._tag) {
    case "QueueFull":
      return notSent("QueueFull", `${refusal.waiting} calls wait for the rate limit already`)
    case "Closed":
      return notSent("Other", "the client has been closed")
    case "DeadlineTooNear":
      return notSent("DeadlineExceeded", "its deadline is too near for a request and its reply")
    case "TooLong":
      return new ChatsError.TooManyRequests({
        sent: false,
        retryAfter: refusal.wait,
        message: `${operation} was not sent: the rate limit is used up for another ${Duration.format(refusal.wait)}`
      })
  }
}
