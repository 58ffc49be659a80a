import type { HttpClientError } from "@effect/platform/HttpClientError"
import * as Predicate from "effect/Predicate"
import type { TransportReason } from "../ChatsError.js"

/** What an `HttpClientError` says, without the request that it holds (and the token in it). */
export interface TransportFailure {
  readonly reason: TransportReason
  /** Whether the server can have taken the request in. */
  readonly mayHaveArrived: boolean
  readonly code: string | undefined
}

/** The first error of the cause chain that has a `code`, as Node and undici give them. */
const findCoded = (error: unknown, depth = 0): { readonly code: string; readonly syscall?: unknown } | undefined => {
  if (depth > 8 || !Predicate.isRecord(error)) return undefined
  // an AggregateError has the code of its first error, but not its system call
  const first = Array.isArray(error["errors"]) ? findCoded(error["errors"][0], depth + 1) : undefined
  if (first !== undefined) return first
  const { cause, code, syscall } = error
  return typeof code === "string" && /^[A-Z][A-Z0-9_]*$/.test(code) ? { code, syscall } : findCoded(cause, depth + 1)
}

const tls =
  /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED_CERT|EPROTO$|HOSTNAME_MISMATCH$)/

/** These come of a connection that stood. */
const brokenRecord = /BAD_RECORD_MAC|DECRYPT/

const whileConnecting: { readonly [code: string]: TransportReason } = {
  ECONNREFUSED: "Refused",
  ENOTFOUND: "NameNotResolved",
  EAI_AGAIN: "NameNotResolved",
  EAI_FAIL: "NameNotResolved",
  EAI_NODATA: "NameNotResolved",
  UND_ERR_CONNECT_TIMEOUT: "ConnectTimeout",
  UND_ERR_CLOSED: "Other",
  UND_ERR_INVALID_ARG: "Other"
}

/** These come while connecting, or later of a connection that stood. */
const atAnyTime: { readonly [code: string]: TransportReason } = {
  ETIMEDOUT: "ConnectTimeout",
  EHOSTUNREACH: "Unreachable",
  ENETUNREACH: "Unreachable",
  EADDRNOTAVAIL: "Unreachable"
}

/**
 * Tells what became of a request that has no reply. Only what certainly failed
 * before the first byte left counts as not arrived.
 */
export const classify = (error: HttpClientError): TransportFailure => {
  if (error._tag === "ResponseError") {
    return { reason: "Reset", mayHaveArrived: true, code: findCoded(error.cause)?.code }
  }
  if (error.reason !== "Transport") {
    return { reason: error.reason === "InvalidUrl" ? "InvalidUrl" : "Other", mayHaveArrived: false, code: undefined }
  }
  const coded = findCoded(error.cause)
  if (coded === undefined) return { reason: "Other", mayHaveArrived: true, code: undefined }
  const { code, syscall } = coded
  const early = whileConnecting[code] ?? (tls.test(code) ? "Tls" : undefined)
  if (early !== undefined) return { reason: early, mayHaveArrived: brokenRecord.test(code), code }
  const late = atAnyTime[code]
  if (late !== undefined && syscall === "connect") return { reason: late, mayHaveArrived: false, code }
  return { reason: "Reset", mayHaveArrived: true, code }
}
