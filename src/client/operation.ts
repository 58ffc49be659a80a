import * as Either from "effect/Either"
import { InvalidRequest, type Issue } from "../ChatsError.js"
import { codecOf, type Encoded } from "../codec/codec.js"
import type { Description } from "../declaration.js"
import { printable } from "../internal/redact.js"
import { located } from "./located.js"

/** What the live client and the stub do alike: the input is checked, and a span is named. */

export const encodeInput = (endpoint: Description, input: unknown): Either.Either<Encoded, InvalidRequest> => {
  const encoded = codecOf(endpoint).encode(input)
  return Either.isRight(encoded) ? Either.right(encoded.right) : Either.left(invalidRequest(endpoint, encoded.left))
}

const invalidRequest = (endpoint: Description, issues: ReadonlyArray<Issue>): InvalidRequest => {
  const { method, operation, path } = endpoint
  const listed = issues.map((issue) => (issue.path === "" ? issue.message : `${issue.path}: ${issue.message}`))
  const message = printable(`${operation} was not sent: ${listed.join("; ")}`)
  return located(new InvalidRequest({ operation, method, path, issues, message }))
}

/** The span of an operation has the template in place of the ids. */
export const operationSpan = ({ method, operation, path }: Description, org: string | undefined) =>
  ({
    name: `chats.${operation}`,
    kind: "internal",
    attributes: {
      "http.request.method": method,
      "url.template": path,
      ...(org === undefined ? {} : { "chats.org": org })
    }
  }) as const
