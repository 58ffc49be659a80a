import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as ChatsError from "../ChatsError.js"
import type { Credentials } from "../Credentials.js"
import type { Description } from "../Endpoint.js"
import type { FlowControl, Permit, Refusal } from "../FlowControl.js"
import * as Metrics from "../Metrics.js"
import type { Call } from "./Call.js"
import type { Encoded } from "./codec.js"
import { exchange, type Transport } from "./exchange.js"
import { spanEvent } from "./spanEvent.js"

/** What every attempt of a client needs. */
export interface Services extends Transport {
  readonly credentials: Credentials["Type"]
  readonly flow: FlowControl["Type"]
}

/**
 * One attempt: a place in the flow, a token, the request, and the reply's value or its
 * typed error. A token that the service refuses is replaced, and the request sent
 * again, once a call.
 */
export const attempt = (
  services: Services,
  call: Call,
  encoded: Encoded
): Effect.Effect<unknown, ChatsError.ChatsError> =>
  Effect.catchAll(once(services, call, encoded), (error) => {
    if (error._tag !== "Unauthorized" || call.token === undefined || call.tokenReplaced) return Effect.fail(error)
    call.tokenReplaced = true
    // what was refused with a 401 did not happen
    call.sent = false
    return Effect.flatMap(services.credentials.invalidate(call.token), (mayHaveAnother) =>
      mayHaveAnother ? attempt(services, call, encoded) : Effect.fail(error)
    )
  })

const once = (services: Services, call: Call, encoded: Encoded): Effect.Effect<unknown, ChatsError.ChatsError> =>
  withPermit(services, call, (permit) =>
    Effect.flatMap(services.credentials.token, (token) => {
      call.token = token
      return exchange(services, call, encoded, token, permit)
    })
  )

const withPermit = <A>(
  { flow }: Services,
  { endpoint, policy }: Call,
  use: (permit: Permit) => Effect.Effect<A, ChatsError.ChatsError>
): Effect.Effect<A, ChatsError.ChatsError> =>
  Effect.uninterruptibleMask((restore) =>
    restore(flow.acquire(policy.patience)).pipe(
      Effect.mapError((refusal) => noPlace(endpoint, refusal)),
      Effect.tap((permit) => (permit.waited > 0 ? sayWaited(permit.waited) : Effect.void)),
      Effect.flatMap((permit) => Effect.ensuring(restore(use(permit)), permit.release))
    )
  )

const sayWaited = (millis: number): Effect.Effect<void> => {
  Metrics.flowWait.unsafeUpdate(millis, [])
  return spanEvent("flow control", { "chats.flow.wait_ms": millis })
}

const noPlace = (
  { operation }: Description,
  refusal: Refusal
): ChatsError.TransportError | ChatsError.TooManyRequests => {
  const notSent = (reason: "QueueFull" | "Other", why: string) =>
    new ChatsError.TransportError({ reason, mayHaveArrived: false, message: `${operation} was not sent: ${why}` })
  switch (refusal._tag) {
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
