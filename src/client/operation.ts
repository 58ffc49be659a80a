import * as Either from "effect/Either"
import { InvalidRequest, type Issue } from "../ChatsError.js"
import { codecOf, type Encoded } from "../codec/codec.js"
import type { Description } from "../Endpoint.js"
import { located } from "./located.js"

/** What the live client and the stub do alike: the input is checked, and a span is named. */

export const encodeInput = (endpoint: Description, input: unknown): Either.Either<Encoded, InvalidRequest> =>
  Either.mapLeft(codecOf(endpoint).encode(input), (issues) => invalidRequest(endpoint, issues))

const invalidRequest = (endpoint: Description, issues: ReadonlyArray<Issue>): InvalidRequest => {
  const { method, operation, path } = endpoint
  const listed = issues.map((issue) => (issue.path === "" ? issue.message : `${issue.path}: ${issue.message}`))
  const message = `${operation} was not sent: ${listed.join("; ")}`
  return located(new InvalidRequest({ operation, method, path, issues, message }))
}

/** The span of an operation: its name, and what is known beforehand. */
export const operationSpan = (endpoint: Description) =>
  [
    `chats.${endpoint.operation}`,
    {
      captureStackTrace: false,
      attributes: { "http.request.method": endpoint.method, "url.template": endpoint.path }
    }
  ] as const
