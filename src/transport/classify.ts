import * as Predicate from "effect/Predicate"
import type { TransportReason } from "../ChatsError.js"
import { type HttpClientError, neverSent, replyIn } from "../internal/effect/httpErrors.js"
import { isNoReply, type NoReply } from "./NoReply.js"

/** What an `HttpClientError` says, without the request that it holds (and the token in it). */
export interface TransportFailure {
  readonly reason: TransportReason
  /** Whether the server can have taken the request in. */
  readonly mayHaveArrived: boolean
  readonly code: string | undefined
}

/**
 * Tells what became of a request that has no whole reply. `/undici` knows whether any of it can have
 * left. Of all other transports there is only the error: what can come after bytes have left as well
 * as before counts as after.
 */
export const classify = (error: HttpClientError): TransportFailure => {
  const failure = ofCause(error.cause)
  if (replyIn(error) !== undefined) return { reason: "Reset", mayHaveArrived: true, code: failure.code }
  const never = neverSent(error)
  if (never === "InvalidUrl") return { reason: "InvalidUrl", mayHaveArrived: false, code: undefined }
  if (never === "Encode") return { reason: "Other", mayHaveArrived: false, code: undefined }
  const told = findNoReply(error.cause)
  return told === undefined ? failure : { ...failure, mayHaveArrived: told.mayHaveArrived }
}

const maxDepth = 8

const findNoReply = (error: unknown, depth = 0): NoReply | undefined =>
  depth > maxDepth || isNoReply(error) || !Predicate.hasProperty(error, "cause")
    ? isNoReply(error)
      ? error
      : undefined
    : findNoReply(error.cause, depth + 1)

const unknown: TransportFailure = { reason: "Other", mayHaveArrived: true, code: undefined }

/** By the first error of the chain that has a `code`, as Node, undici and Bun give them. */
const ofCause = (error: unknown, depth = 0): TransportFailure => {
  if (depth > maxDepth || !Predicate.isRecord(error)) return unknown
  const { cause, code, errors } = error
  // every address of a host was tried
  if (Array.isArray(errors) && errors.length > 0) {
    const each = errors.map((one) => ofCause(one, depth + 1))
    return { ...(each[0] ?? unknown), mayHaveArrived: each.some(({ mayHaveArrived }) => mayHaveArrived) }
  }
  if (isNoReply(error) || typeof code !== "string" || !/^[A-Za-z][A-Za-z0-9_]*$/.test(code)) {
    return ofCause(cause, depth + 1)
  }
  const early = beforeAnyByte(code, error)
  if (early !== undefined) return { reason: early, mayHaveArrived: false, code }
  return { reason: tls.test(code) ? "Tls" : "Reset", mayHaveArrived: true, code }
}

/** What TLS itself says, of a handshake or of a connection that stood. */
const tls = /^(ERR_TLS_|ERR_SSL_|EPROTO$)/

/** Why there was no connection yet; `undefined` where there may have been one. */
const beforeAnyByte = (
  code: string,
  { message, socket, syscall }: { readonly [key: string]: unknown }
): TransportReason | undefined => {
  if (typeof syscall === "string") {
    if (nameLookup.test(syscall)) return "NameNotResolved"
    // it names the call that failed: to read or write, there has to be a connection
    return opening.test(syscall) ? (byCode[code] ?? "Unreachable") : undefined
  }
  if (Predicate.isString(message)) {
    if (handshakeCutOff.test(message)) return "Tls"
    if (tunnelRefused.test(message)) return "Refused"
  }
  // undici says what has passed through the socket
  if (Predicate.hasProperty(socket, "bytesWritten") && socket.bytesWritten === 0) return "Reset"
  if (untrusted.test(code)) return "Tls"
  if (notEvenTried.test(code)) return "Other"
  return unambiguous.has(code) ? byCode[code] : undefined
}

/** Of the resolvers: `getaddrinfo`, `queryA`, `queryAaaa`, … */
const nameLookup = /^(getaddrinfo|getnameinfo|query[A-Z]|getHostBy)/

const opening = /^(connect|socket|bind)$/

/** Node's own words, where a `read` or a `write` has not failed, but the server just closed. */
const handshakeCutOff = /^Client network socket disconnected before secure TLS connection was established/

/** undici's, of a proxy that was to CONNECT; the code is that of any request that was aborted. */
const tunnelRefused = /^Proxy response \(\d+\) !== 200 when HTTP Tunneling/

/** A certificate is looked at before the first byte of a request is written. */
const untrusted =
  /^(CERT_|CRL_|ERROR_IN_|UNABLE_TO_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED_CERT|INVALID_(CA|PURPOSE)$|PATH_LENGTH_EXCEEDED$|HOSTNAME_MISMATCH$|ERR_TLS_(CERT_ALTNAME|INVALID_PROTOCOL|PROTOCOL_VERSION_CONFLICT|DH_PARAM)|ERR_SSL_(UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE)$|UND_ERR_PRX_TLS$)/

/** Refused by the client itself, or by a proxy before it was a tunnel. */
const notEvenTried =
  /^(UND_ERR_(CLOSED|INVALID_ARG|NOT_SUPPORTED|MAX_ORIGINS_REACHED|PRX_CONN|SOCKS5)|ERR_INVALID_(ARG|CHAR|HTTP_TOKEN|URL|PROTOCOL)|ERR_UNESCAPED_CHARACTERS)/

const byCode: { readonly [code: string]: TransportReason } = {
  ConnectionRefused: "Refused",
  ECONNREFUSED: "Refused",
  ECONNRESET: "Reset",
  ETIMEDOUT: "ConnectTimeout",
  UND_ERR_CONNECT_TIMEOUT: "ConnectTimeout",
  ENOTFOUND: "NameNotResolved",
  EAI_AGAIN: "NameNotResolved",
  EAI_FAIL: "NameNotResolved",
  EAI_NODATA: "NameNotResolved",
  EAI_NONAME: "NameNotResolved",
  EMFILE: "Other",
  ENFILE: "Other"
}

/** Codes that nothing says once there is a connection. */
const unambiguous = new Set(Object.keys(byCode).filter((code) => code !== "ECONNRESET" && code !== "ETIMEDOUT"))
