import * as Duration from "effect/Duration"
import type * as ChatsError from "../ChatsError.js"

/** However long the service asks to wait, it is asked again after a day. */
const longestHint = 24 * 60 * 60_000

/** What the service asks to wait, in milliseconds. */
export const hintOf = (error: ChatsError.ChatsError): number =>
  "retryAfter" in error && error.retryAfter !== undefined
    ? Math.min(Duration.toMillis(error.retryAfter), longestHint)
    : 0

/** Whether the same call may go through later: whoever runs for days lives through such a failure. */
export const isTransient = (error: ChatsError.ChatsError): boolean => {
  switch (error._tag) {
    case "RequestTimeout":
    case "TooManyRequests":
    case "InternalServerError":
    case "ServiceUnavailable":
    case "GatewayTimeout":
      return true
    case "UnexpectedStatus":
      return error.status >= 500
    case "TransportError":
      return error.reason !== "Tls" && error.reason !== "InvalidUrl"
    case "CredentialsError":
      return transientCredentials.has(error.reason)
    default:
      return false
  }
}

const transientCredentials = new Set<ChatsError.CredentialsReason>([
  "RateLimited",
  "Unavailable",
  "Timeout",
  "Unreachable"
])
