import * as Errors from "@effect/platform/HttpClientError"
import type { HttpClientRequest } from "@effect/platform/HttpClientRequest"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"

/* What a client says of a request without a whole reply. */

export type HttpClientError = Errors.HttpClientError

export const isHttpClientError = (error: unknown): error is Errors.HttpClientError => Errors.isHttpClientError(error)

/** The reply that an error came after; `undefined` where there was none. */
export const replyIn = (error: Errors.HttpClientError): HttpClientResponse | undefined =>
  error._tag === "ResponseError" ? error.response : undefined

/** Whether a request was no request to begin with. */
export const neverSent = (error: Errors.HttpClientError): "InvalidUrl" | "Encode" | undefined =>
  error.reason === "InvalidUrl" || error.reason === "Encode" ? error.reason : undefined

/** Whether there was nothing to read. */
export const isEmptyBody = (error: Errors.HttpClientError): boolean => error.reason === "EmptyBody"

/** There is no reply. */
export const noReply = (request: HttpClientRequest, cause: unknown): Errors.HttpClientError =>
  new Errors.RequestError({ request, reason: "Transport", cause })

/** A body that cannot be sent. */
export const unsendable = (request: HttpClientRequest, cause: unknown): Errors.HttpClientError =>
  new Errors.RequestError({ request, reason: "Encode", cause })
