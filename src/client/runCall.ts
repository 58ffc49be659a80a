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
import type { AnyFiber } from "../internal/effect/fiber.js"
import { type HttpClientError, isHttpClientError, replyIn } from "../internal/effect/httpErrors.js"
import { update } from "../internal/effect/metric.js"
import { type Labels, tagged, withErrorType } from "../internal/labels.js"
import { clockOf } from "../internal/monotonic.js"
import { withDeadline } from "../internal/withDeadline.js"
import type { Service as FlowService, Permit, Refusal } from "../limits/FlowControl.js"
import { observation } from "../limits/observation.js"
import type { Service as BudgetService } from "../limits/RetryBudget.js"
import { RetryPolicy } from "../limits/RetryPolicy.js"
import { decide, type Policy } from "../limits/retry.js"
import * as Metrics from "../Metrics.js"
import { classify } from "../transport/classify.js"
import type { Plain } from "../transport/plainClient.js"
import { RequestProgress } from "../transport/RequestProgress.js"
import { Call } from "./Call.js"
import { errorType } from "./errorType.js"
import { warnOfNotTakenUp } from "./notTakenUp.js"
import { encodeInput, withOperationSpan } from "./operation.js"
import { type Recording, recorded } from "./Recording.js"
import { read, redactorOf, replyOf } from "./reply.js"
import { makeRequest, type Target } from "./request.js"

/** All that the calls of a client share. */
export interface Services extends Target {
  /** Takes redirects as replies, and makes no spans of its own. */
  readonly client: Plain
  readonly flow: FlowService
  readonly credentials: CredentialsService
  readonly budget: BudgetService
  /** Where neither the call nor its fiber says otherwise. */
  readonly policy: Policy
  readonly maxReplyBytes: number
  /** Of all metrics. */
  readonly labels: Labels
}

type Result<A = unknown> = Effect.Effect<A, ChatsError.ChatsError>

/** A call from its input to its value, or to the one error that ended it. */
export const runCall = (services: Services, endpoint: Description, input: unknown): Result =>
  withOperationSpan(endpoint, services.org, (span) =>
    Effect.withFiberRuntime((fiber) => {
      const encoded = encodeInput(endpoint, input)
      if (Either.isLeft(encoded)) return Effect.fail(encoded.left)
      const policy: Policy = fiber.currentContext.unsafeMap.get(RetryPolicy.key) ?? services.policy
      const warning = warnOfNotTakenUp(fiber.currentContext)
      const call = new Call(endpoint, encoded.right, policy, clockOf(fiber), span, tagged(services.labels, fiber))
      const attempts = untilItSucceeds(services, call)
      const ended = withDeadline(warning === undefined ? attempts : Effect.zipRight(warning, attempts), {
        millis: Duration.toMillis(policy.deadline),
        surroundings: surroundings(services, call, fiber),
        onDeadline: () => whenTheTimeIsUp(call)
      })
      // here it notes the span of the caller, which `Cause.pretty` prints
      return Effect.catchAll(ended, Effect.fail)
    })
  )

/** What the fiber of a call begins with. */
const surroundings = ({ client }: Services, call: Call, caller: AnyFiber) =>
  client.surroundings(caller, (services) => {
    if (call.span !== undefined) services.set(Tracer.ParentSpan.key, call.span)
    services.set(RequestProgress.key, call.progress)
  })

/** A value that is there already is not lost to what hangs behind it. */
const whenTheTimeIsUp = (call: Call): Result => {
  call.expired = true
  const ended = call.result ?? call.fail(call.deadlineExceeded())
  // whatever hangs on, and cannot be interrupted, holds nobody else up
  return call.permit === undefined ? ended : Effect.zipRight(Effect.forkDaemon(call.permit.release), ended)
}

const untilItSucceeds = (services: Services, call: Call): Result =>
  Effect.matchEffect(attempt(services, call), {
    onFailure: (error) => afterFailure(services, call, error),
    onSuccess: (value) => Effect.as(services.budget.deposit, value)
  })

// ---------------------------------------------------------------- after a failure: again, or enough?

const afterFailure = (services: Services, call: Call, error: ChatsError.ChatsError): Result => {
  if (error._tag === "Unauthorized" && call.token !== undefined && call.refusals < (isFromStore(call.token) ? 2 : 1)) {
    return replaceToken(services, call, call.token, error)
  }
  // nothing will go through it any more
  if (call.clientClosed) return call.fail(error)
  const refusal = refusesReplay(call, error)
  if (refusal !== undefined) return call.fail(error, refusal)
  return Effect.flatMap(decide(call.policy, error, call.retries, call.now()), (decision) => {
    if (decision._tag === "Stop") return call.fail(error, decision.gaveUp)
    if (Duration.toMillis(decision.wait) >= call.left()) return call.fail(error, "deadline too near")
    return Effect.flatMap(affordable(services, error), (may) => {
      if (!may) return call.fail(error, "budget exhausted")
      call.retries = decision.retries
      call.priorOutcome = ChatsError.worstOutcome(ChatsError.outcome(error), call.priorOutcome)
      call.begin()
      return Effect.zipRight(pause(call, error, decision.wait), untilItSucceeds(services, call))
    })
  })
}

/** Flow control keeps the waits for the rate limit in bounds: they are not paid for. */
const affordable = ({ budget }: Services, error: ChatsError.ChatsError): Effect.Effect<boolean> =>
  error._tag === "TooManyRequests" ? Effect.succeed(true) : budget.withdraw

/**
 * A token that the service refuses is replaced, and the request sent again, once a call; once more where the token
 * came out of a store that it shares with others, in which it may have been as dead as the one before.
 */
const replaceToken = (
  services: Services,
  call: Call,
  token: Redacted.Redacted,
  error: ChatsError.Unauthorized
): Result => {
  call.refusals++
  return Effect.flatMap(services.credentials.invalidate(token), (mayHaveAnother) => {
    if (!mayHaveAnother) return afterFailure(services, call, error)
    call.priorOutcome = ChatsError.worstOutcome("Rejected", call.priorOutcome)
    call.begin()
    return untilItSucceeds(services, call)
  })
}

/** Why a failed call must not be sent again, whatever the policy says; `undefined` where it may. */
const refusesReplay = ({ endpoint, policy }: Call, error: ChatsError.ChatsError): ChatsError.GaveUp | undefined => {
  // the rate limit was used up for longer than the call waits
  if (error._tag === "TooManyRequests" && error.sent === false) return "hint beyond patience"
  if (endpoint.idempotent || ChatsError.outcome(error) !== "Unknown") return undefined
  // once the time is up, nothing is replayed whatever the endpoint
  if (error._tag === "TransportError") return error.reason === "DeadlineExceeded" ? undefined : "not idempotent"
  const retried =
    error._tag === "ServiceUnavailable" ||
    error._tag === "GatewayTimeout" ||
    (error._tag === "UnexpectedStatus" && error.status === 502)
  return retried && policy.sends === "atMostOnce" ? "at most once" : undefined
}

/** Says on the span, in the metrics, and to whoever listens to debug logs, why the call waits; then waits. */
const pause = (call: Call, error: ChatsError.ChatsError, wait: Duration.Duration): Effect.Effect<void> => {
  const annotations = {
    "chats.retry.reason": error._tag,
    "chats.retry.wait_ms": Duration.toMillis(wait),
    "chats.retry.attempt": call.attempts
  }
  update(Metrics.retries, 1, withErrorType(call.labels, errorType(error)))
  call.event("retry", annotations)
  const logged = Effect.annotateLogs(Effect.logDebug(`${call.endpoint.operation} is tried again`), annotations)
  return Effect.zipRight(logged, Effect.sleep(wait))
}

// ---------------------------------------------------------------- one attempt

/** With a permit and a token: the request, and what its reply comes to. Only what waits can be interrupted. */
const attempt = (services: Services, call: Call): Result =>
  Effect.uninterruptibleMask((restore) =>
    withPermit(services, call, restore, (permit) =>
      Effect.flatMap(restore(services.credentials.token), (token) => {
        // the token may have been long in coming
        const left = call.left()
        if (left <= 0 || left < (permit.roundTrip ?? 0)) return Effect.fail(noPermit(call, { _tag: "DeadlineTooNear" }))
        call.handOver(token)
        return recorded(services, call, (recording) => restore(exchange(services, call, token, permit, recording)))
      })
    )
  )

/** The permit is given back however the attempt ends. */
const withPermit = <A>(
  { flow }: Services,
  call: Call,
  restore: <A, E>(wait: Effect.Effect<A, E>) => Effect.Effect<A, E>,
  use: (permit: Permit) => Result<A>
): Result<A> => {
  const { operation, method } = call.endpoint
  const { patience } = call.policy
  const request = { operation, method, patience, timeLeft: Duration.millis(call.left()) }
  return Effect.matchEffect(restore(flow.acquire(request)), {
    onFailure: (refusal) => {
      call.clientClosed = refusal._tag === "Closed"
      return Effect.fail(noPermit(call, refusal))
    },
    onSuccess: (permit) => {
      call.permit = permit
      if (permit.waited > 0) sayWaited(call, permit.waited)
      return Effect.onExit(use(permit), (exit) => {
        call.result = resultOf(call, exit)
        call.permit = undefined
        return permit.release
      })
    }
  })
}

/** Sends the request, tells the rate limit what the reply says of it, and reads the reply. */
const exchange = (
  services: Services,
  call: Call,
  token: Redacted.Redacted,
  permit: Permit,
  recording: Recording
): Result => {
  const received = (response: HttpClientResponse): Effect.Effect<unknown, ChatsError.ChatsError | HttpClientError> => {
    const reply = replyOf(response, token)
    recording.replied(response, reply.headers["inin-correlation-id"])
    const told = observation(response.status, reply.headers, call.clock.unsafeCurrentTimeMillis())
    return Effect.zipRight(permit.observe(told), read(services.maxReplyBytes, call, reply, permit))
  }
  return services.client.execute(makeRequest(services, call, token, recording.span)).pipe(
    Effect.matchEffect({
      // an error that came after a status, as `HttpClient.filterStatusOk` makes one, holds the response
      onFailure: (error) => {
        const response = replyIn(error)
        return response === undefined ? Effect.fail(error) : received(response)
      },
      onSuccess: received
    }),
    Effect.mapError((error) => (isHttpClientError(error) ? noReply(call, error, token) : error))
  )
}

/** What the call comes to if nothing more can be done; `undefined` where the attempt was interrupted. */
const resultOf = (call: Call, exit: Exit.Exit<unknown, ChatsError.ChatsError>): Result | undefined => {
  if (Exit.isSuccess(exit)) return exit
  const error = Cause.failureOption(exit.cause)
  return Option.isSome(error) ? Effect.suspend(() => call.fail(error.value)) : call.result
}

const sayWaited = (call: Call, millis: number): void => {
  update(Metrics.flowWait, millis / 1000, call.labels)
  call.event("flow control", { "chats.flow.wait_ms": millis })
}

const noPermit = (call: Call, refusal: Refusal): ChatsError.TransportError | ChatsError.TooManyRequests => {
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

const noReply = (call: Call, error: HttpClientError, token: Redacted.Redacted): ChatsError.TransportError => {
  const { code: said, mayHaveArrived, reason } = classify(error)
  const code = said === undefined ? undefined : redactorOf(token)(said)
  return new ChatsError.TransportError({
    reason,
    mayHaveArrived,
    code,
    message: `no whole reply to ${call.endpoint.operation}: ${reason}${code === undefined ? "" : ` (${code})`}`
  })
}
