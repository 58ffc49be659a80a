import type * as Redacted from "effect/Redacted"
import type { Outcome } from "../ChatsError.js"
import type { Description } from "../Endpoint.js"
import type { Policy } from "../RetryPolicy.js"

/** One call on its way: what its attempts so far have come to. */
export interface Call {
  readonly endpoint: Description
  readonly policy: Policy
  /** Requests that were sent. */
  attempts: number
  /** The worst outcome of the attempts before this one. */
  priorOutcome: Outcome | undefined
  /** Whether the request of this attempt has been handed to the transport. */
  sent: boolean
  /** The token that this attempt is made with. */
  token: Redacted.Redacted | undefined
  /** Whether a refused token has been replaced once. */
  tokenReplaced: boolean
}

export const makeCall = (endpoint: Description, policy: Policy): Call => ({
  endpoint,
  policy,
  attempts: 0,
  priorOutcome: undefined,
  sent: false,
  token: undefined,
  tokenReplaced: false
})
