import type { Outcome } from "../ChatsError.js"
import type { Description } from "../Endpoint.js"

/** One call on its way: what its attempts so far have come to. */
export interface Call {
  readonly endpoint: Description
  /** Requests that were sent. */
  attempts: number
  /** The worst outcome of the attempts before this one. */
  priorOutcome: Outcome | undefined
  /** Whether the request of this attempt has been handed to the transport. */
  sent: boolean
  /** Whether a refused token has been replaced once. */
  tokenReplaced: boolean
}

export const makeCall = (endpoint: Description): Call => ({
  endpoint,
  attempts: 0,
  priorOutcome: undefined,
  sent: false,
  tokenReplaced: false
})
