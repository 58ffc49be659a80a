/*
 * Which failures pass with time: the one list of them, for the retries of a call, and for streams and workflows that
 * outlive many calls.
 */
import * as Duration from "effect/Duration"
import type * as ChatsError from "../ChatsError.js"

/** The kinds of failure that a call is tried again for, by the name of their schedule in a policy. */
export type Retried = "tooManyRequests" | Unavailable | "transport"

/** The service, or a proxy before it, answered that it could not: 502, 503 or 504. */
export type Unavailable = "badGateway" | "serviceUnavailable" | "gatewayTimeout"

/** The kind of a failure; `undefined` if a call is not tried again for it. */
export const retriedAs = (error: ChatsError.ChatsError): Retried | undefined => {
  switch (error._tag) {
    case "TooManyRequests":
      return "tooManyRequests"
    case "TransportError":
      return isLasting(error) || ofThisCall.has(error.reason) ? undefined : "transport"
    default:
      return unavailableAs(error)
  }
}

/** Which of 502, 503 and 504 it is, if any. */
export const unavailableAs = (error: ChatsError.ChatsError): Unavailable | undefined => {
  switch (error._tag) {
    case "ServiceUnavailable":
      return "serviceUnavailable"
    case "GatewayTimeout":
      return "gatewayTimeout"
    case "UnexpectedStatus":
      return error.status === 502 ? "badGateway" : undefined
    default:
      return undefined
  }
}

/** A bad certificate or address will be as bad in a second. */
const isLasting = ({ reason }: ChatsError.TransportError): boolean => reason === "Tls" || reason === "InvalidUrl"

/** The end of one call, but not of the next: its time was up, or the queue was full. */
const ofThisCall = new Set<ChatsError.TransportReason>(["DeadlineExceeded", "QueueFull"])

/**
 * Whether the same call may succeed later: what runs for days waits such a failure out. These are the failures that
 * a call is retried for, and those that no single call has the time for.
 */
export const isTransient = (error: ChatsError.ChatsError): boolean => {
  if (retriedAs(error) !== undefined) return true
  switch (error._tag) {
    case "RequestTimeout":
    case "InternalServerError":
      return true
    case "UnexpectedStatus":
      return error.status >= 500
    case "TransportError":
      return !isLasting(error)
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

/** How long an error asks to wait. */
export const hintOf = (error: ChatsError.ChatsError): Duration.Duration =>
  "retryAfter" in error && error.retryAfter !== undefined ? error.retryAfter : Duration.zero

/** However long the service asks to wait, it is asked again after a day. */
const longestHint = 24 * 60 * 60_000

/** The same in milliseconds, and a day at most. */
export const hintMillis = (error: ChatsError.ChatsError): number =>
  Math.min(Duration.toMillis(hintOf(error)), longestHint)
