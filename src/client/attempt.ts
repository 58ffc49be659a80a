import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as ChatsError from "../ChatsError.js"
import type { Credentials } from "../credentials/Credentials.js"
import type { DeadlinePassed } from "../internal/deadline.js"
import { directFlow, freshToken } from "../internal/direct.js"
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
  const free = directFlow(services.flow)?.free(call.now())
  const use = (permit: Permit) => withPlace(services, call, permit)
  return free === undefined ? Effect.flatMap(waitForPlace(services.flow, call), use) : use(free)
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

const waitForPlace = (flow: FlowControl["Type"], call: Call): Effect.Effect<Permit, ChatsError.ChatsError> => {
  const direct = directFlow(flow)
  const acquired =
    direct === undefined
      ? acquire(flow, call)
      : Effect.mapError(direct.within(call.policy.patience, call), (refusal) => noPlace(call, refusal))
  return Effect.tap(acquired, (permit) => (permit.waited > 0 ? sayWaited(call, permit.waited) : Effect.void))
}

/** From a flow control of the user's own, which knows nothing of deadlines. */
const acquire = (flow: FlowControl["Type"], call: Call): Effect.Effect<Permit, ChatsError.ChatsError> => {
  let held: Permit | undefined
  const acquired = Effect.uninterruptibleMask((restore) =>
    restore(flow.acquire(call.policy.patience)).pipe(
      Effect.mapError((refusal) => noPlace(call, refusal)),
      Effect.tap((permit) => Effect.sync(() => (held = permit)))
    )
  )
  // a place may have been given in the very moment of the interruption
  return Effect.catchAllCause(call.wait(acquired), (cause) =>
    Effect.zipRight(held?.release ?? Effect.void, Effect.failCause(cause))
  )
}

const sayWaited = (call: Call, millis: number): Effect.Effect<void> =>
  Effect.sync(() => {
    Metrics.flowWait.unsafeUpdate(millis, [])
    call.event("flow control", { "chats.flow.wait_ms": millis })
  })

const noPlace = (
  call: Call,
  refusal: Refusal | DeadlinePassed
): ChatsError.TransportError | ChatsError.TooManyRequests => {
  const { operation } = call.endpoint
  const notSent = (reason: "QueueFull" | "Other", why: string) =>
    new ChatsError.TransportError({ reason, mayHaveArrived: false, message: `${operation} was not sent: ${why}` })
  switch (refusal._tag) {
    case "DeadlinePassed":
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
