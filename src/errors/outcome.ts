import type { Outcome } from "./call.js"
import type { ChatsError } from "./union.js"

const ownOutcome = (error: ChatsError): Outcome => {
  if (error.sent === false) return "NotSent"
  switch (error._tag) {
    case "InvalidRequest":
    case "CredentialsError":
      return "NotSent"
    case "TransportError":
      return error.mayHaveArrived ? "Unknown" : "NotSent"
    case "DecodeError":
      return "Unknown"
    default:
      return error.status >= 400 && error.status < 500 ? "Rejected" : "Unknown"
  }
}

const rank: { readonly [O in Outcome]: number } = { NotSent: 0, Rejected: 1, Unknown: 2 }

/**
 * May the action have happened? Looks at every attempt of the call, not just the
 * last: a send that met a 504 and then a 409 may have happened. A 5xx counts as
 * `"Unknown"`, because the service or a proxy can fail after it took the request in, and so
 * does a 3xx. A call that ended before anything was sent (its input, no permit, no token, no
 * connection) is `"NotSent"`, whatever its error is called.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, ChatsError, RoomJid } from "effect-genesys-chats"
 *
 * const send = Chats.postChatsRoomMessages({ roomJid: RoomJid.make("a@conference.acme.orgspan.com"), message: "Hi" }).pipe(
 *   Effect.tapError((error) => Effect.logWarning(`not confirmed: ${ChatsError.outcome(error)}`))
 * )
 * ```
 * @since 0.1.0
 * @category getters
 */
export const outcome = (error: ChatsError): Outcome => worstOutcome(ownOutcome(error), error.priorOutcome)

/**
 * The worse of two outcomes: `"Unknown"` before `"Rejected"` before `"NotSent"`.
 *
 * @example
 * ```ts
 * import { ChatsError } from "effect-genesys-chats"
 *
 * const worst = ChatsError.worstOutcome("Rejected", "Unknown") // "Unknown"
 * ```
 * @since 0.1.0
 * @category getters
 */
export const worstOutcome = (one: Outcome, other: Outcome | undefined): Outcome =>
  other !== undefined && rank[other] > rank[one] ? other : one
