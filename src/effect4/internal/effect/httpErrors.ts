import * as Errors from "effect/http/HttpClientError"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"

/* What a client says of a request without a whole reply. */

export type HttpClientError = Errors.HttpClientError

export const isHttpClientError = (error: unknown): error is Errors.HttpClientError => Errors.isHttpClientError(error)

/** The reply that an error came after; `undefined` where there was none. */
export const replyIn = (error: Errors.HttpClientError): HttpClientResponse | undefined => error.response

/** Whether a request was no request to begin with. */
export const neverSent = ({ reason }: Errors.HttpClientError): "InvalidUrl" | "Encode" | undefined => {
  if (reason._tag === "InvalidUrlError") return "InvalidUrl"
  return reason._tag === "EncodeError" ? "Encode" : undefined
}

/** Whether there was nothing to read. */
export const isEmptyBody = ({ reason }: Errors.HttpClientError): boolean => reason._tag === "EmptyBodyError"

/** There is no reply. */
export const noReply = (request: HttpClientRequest, cause: unknown): Errors.HttpClientError =>
  new Errors.HttpClientError({ reason: new Errors.TransportError({ request, cause }) })

/** A body that cannot be sent. */
export const unsendable = (request: HttpClientRequest, cause: unknown): Errors.HttpClientError =>
  new Errors.HttpClientError({ reason: new Errors.EncodeError({ request, cause }) })
