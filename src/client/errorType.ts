import type { ChatsError } from "../ChatsError.js"

/** OpenTelemetry's `error.type` of a request: the status where it is the error, else what went wrong. */
export const errorType = (error: ChatsError): string => {
  if (error._tag === "TransportError") return error.reason
  return "status" in error && error._tag !== "DecodeError" && error._tag !== "CredentialsError"
    ? String(error.status)
    : error._tag
}
