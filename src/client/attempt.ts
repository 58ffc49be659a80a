import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as ChatsError from "../ChatsError.js"
import type { Credentials } from "../credentials/Credentials.js"
import { freshToken } from "../internal/direct.js"
import type { FlowControl, Permit, Refusal } from "../limits/FlowControl.js"
import * as Metrics from "../Metrics.js"
import type { Call } from "./Call.js"
import { exchange, type Transport } from "./exchange.js"

/** What every attempt of a client needs. */
export interface Services extends Transport {
  readonly credentials: Credentials["Type"]
  readonly flow: FlowControl["Type"]
}

/**
 * One attempt: a place in the flow, a token, the request, and the reply's value or its typed
 * error. Runs where it cannot be interrupted; only its waits can.
 */
export const attempt = (services: Services, call: Call): Effect.Effect<unknown, ChatsError.ChatsError> => {
  return Effect.flatMap(waitForPlace(services.flow, call), (permit) => withPlace(services, call, permit))
}

const withPlace = (services: Services, call: Call, permit: Permit): Effect.Effect<unknown, ChatsError.ChatsError> => {
  const fresh = freshToken(services.credentials, call.now())
  const use = (token: Redacted.Redacted) => exchange(services, call, token, permit)
  if (fresh !== undefined) return use(fresh)
  return Effect.matchCauseEffect(call.wait(services.credentials.token), {
    onFailure: (cause) => Effect.zipRight(permit.release, Effect.failCause(cause)),
    onSuccess: use
  })
}

/** A permit that is free costs no fiber: a wait for one ends with the call's deadline by itself. */
const waitForPlace = (flow: FlowControl["Type"], call: Call): Effect.Effect<Permit, ChatsError.ChatsError> => {
  const { method, operation } = call.endpoint
  const request = { operation, method, patience: call.policy.patience, timeLeft: Duration.millis(call.left()) }
  return call.restore(flow.acquire(request)).pipe(
    Effect.mapError((refusal) => noPlace(call, refusal)),
    Effect.tap((permit) => (permit.waited > 0 ? sayWaited(call, permit.waited) : Effect.void))
  )
}

const sayWaited = (call: Call, millis: number): Effect.Effect<void> =>
  Effect.sync(() => {
    Metrics.flowWait.unsafeUpdate(millis, [])
    call.event("flow control", { "chats.flow.wait_ms": millis })
  })

const noPlace = (call: Call, refusal: Refusal): ChatsError.TransportError | ChatsError.TooManyRequests => {
  const { operation } = call.endpoint
  const notSent = (reason: "QueueFull" | "Other", why: string) =>
    new ChatsError.TransportError({ reason, mayHaveArrived: false, message: `${operation} was not sent: ${why}` })
  switch (refusal._tag) {
    case "DeadlineTooNear":
      return call.deadlineExceeded()
    case "QueueFull":
      return notSent("QueueFull", `${refusal.waiting} calls wait for the rate limit already`)
    case "Closed":
      return notSent("Other", "the client has been closed")
    case "TooLong":
      return new ChatsError.TooManyRequests({
        retryAfter: refusal.wait,
        message: `${operation} was not sent: the rate limit is used up for another ${Duration.format(refusal.wait)}`
      })
  }
}
