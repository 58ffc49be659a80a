import * as Either from "effect/Either"
import type { ErrorBodyEncoded } from "../../domain/ErrorBody.js"

/** An answer of no: what becomes an `ErrorBody`, but for the correlation id. */
export interface Refusal {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Partial<ErrorBodyEncoded>
}

type Refused = Either.Either<never, Refusal>

const refuse = (status: number, code: string, message: string, body?: Partial<ErrorBodyEncoded>): Refused =>
  Either.left({ status, code, message, ...(body === undefined ? {} : { body }) })

/** 400: something is wrong with one field. */
export const invalid = (
  code:
    | "bad.request"
    | "constraint.validation"
    | "invalid.date"
    | "invalid.property"
    | "invalid.query.param.value"
    | "invalid.value",
  field: string,
  reason: string,
  limit?: { readonly key: string; readonly value: number }
): Refused =>
  refuse(400, code, `${field} ${reason}`, {
    messageWithParams: "{field} {reason}",
    messageParams: { field, reason },
    details: [{ errorCode: code, fieldName: field }],
    ...(limit === undefined ? {} : { limit: { ...limit, namespace: "chat" } })
  })

/** 400: something is wrong with the request as a whole. */
export const badRequest = (message: string): Refused => refuse(400, "bad.request", message)

/** 401. */
export const unauthenticated = (code: "authentication.required" | "bad.credentials" | "credentials.expired"): Refused =>
  refuse(401, code, unauthenticatedMessages[code])

const unauthenticatedMessages = {
  "authentication.required": "No authentication bearer token specified in authorization header.",
  "bad.credentials": "Invalid login credentials.",
  "credentials.expired": "The authentication token has expired."
}

/** 403: none of the permissions, of which any one would do. */
export const missingPermissions = (permissions: ReadonlyArray<string>): Refused => {
  const list = permissions.join(", ")
  return refuse(
    403,
    "missing.any.permissions",
    `Unable to perform the requested action. You are missing any of the following permissions: ${list}`,
    {
      messageWithParams:
        "Unable to perform the requested action. You are missing any of the following permissions: {permissions}",
      messageParams: { permissions: list },
      details: permissions.map((permission) => ({ errorCode: "missing.any.permissions", entityName: permission }))
    }
  )
}

/** 403: the caller has no part in it. */
export const notAuthorized = (message: string): Refused => refuse(403, "not.authorized", message)

/** 403: the org does not allow it to anyone. */
export const forbidden = (message: string): Refused => refuse(403, "forbidden", message)

/** 404: there is no such thing. */
export const notFound = (entityName: string, entityId: string): Refused =>
  refuse(404, "not.found", `Unable to find ${entityName} ${entityId}`, {
    entityId,
    entityName,
    messageWithParams: "Unable to find {entityName} {entityId}",
    messageParams: { entityName, entityId }
  })

/** 404: there is no such route. */
export const noRoute = (path: string): Refused =>
  refuse(404, "not.found", `The requested resource was not found: ${path}`)

/** 405, with the methods that are there. */
export const methodNotAllowed = (method: string, allowed: ReadonlyArray<string>): Refusal => ({
  status: 405,
  code: "method.not.allowed",
  message: `The method ${method} is not allowed here`,
  headers: { allow: allowed.join(", ") }
})

/** 409: it conflicts with the state as it is. */
export const conflict = (message: string): Refused => refuse(409, "request.conflict", message)

/** 413. */
export const contentTooLarge = (limit: number): Refused =>
  refuse(413, "request.entity.too.large", `The request body is larger than ${limit} bytes`, {
    limit: { key: "request.body.bytes", namespace: "platform", value: limit }
  })

/** 415. */
export const unsupportedMediaType = (contentType: string | undefined): Refused =>
  refuse(415, "unsupported.media.type", `Content-Type must be application/json, not ${contentType ?? "missing"}`)

/** 429, with the whole seconds to wait. */
export const tooManyRequests = (seconds: number, limit: number): Refusal => ({
  status: 429,
  code: "too.many.requests",
  message: `Rate limit exceeded the maximum. Retry the request in [${seconds}] seconds`,
  headers: { "retry-after": String(seconds) },
  body: {
    messageWithParams: "Rate limit exceeded the maximum. Retry the request in [{seconds}] seconds",
    messageParams: { seconds: String(seconds) },
    limit: { key: "token.rate.per.minute", namespace: "platform", value: limit }
  }
})

/** 501: it is no request of the recording that is replayed. */
export const notRecorded = (message: string): Refusal => ({ status: 501, code: "not.recorded", message })
