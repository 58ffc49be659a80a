import type * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Tracer from "effect/Tracer"
import { InvalidRequest, type Issue } from "../ChatsError.js"
import { codecOf, type Encoded } from "../codec/codec.js"
import type { Description } from "../declaration.js"
import { printable } from "../internal/redact.js"
import { withSpan } from "../internal/span.js"
import { located } from "./located.js"

/** What the live client and the stub do alike: the input is checked, and a span is named. */

export const encodeInput = (endpoint: Description, input: unknown): Either.Either<Encoded, InvalidRequest> =>
  Either.mapLeft(codecOf(endpoint).encode(input), (issues) => invalidRequest(endpoint, issues))

const invalidRequest = (endpoint: Description, issues: ReadonlyArray<Issue>): InvalidRequest => {
  const { method, operation, path } = endpoint
  const listed = issues.map((issue) => (issue.path === "" ? issue.message : `${issue.path}: ${issue.message}`))
  const message = printable(`${operation} was not sent: ${listed.join("; ")}`)
  return located(new InvalidRequest({ operation, method, path, issues, message }))
}

/** The span of an operation, with the template in place of the ids; `undefined` where tracing is off. */
export const withOperationSpan = <A, E, R>(
  endpoint: Description,
  org: string | undefined,
  use: (span: Tracer.Span | undefined) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  withSpan({ name: `chats.${endpoint.operation}`, kind: "internal" }, (span) => {
    if (span !== undefined) {
      span.attribute("http.request.method", endpoint.method)
      span.attribute("url.template", endpoint.path)
      if (org !== undefined) span.attribute("chats.org", org)
    }
    return use(span)
  })
