import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import type * as Tracer from "effect/Tracer"
import { InvalidRequest, type Issue } from "../ChatsError.js"
import type { Description } from "../Endpoint.js"
import { codecOf, type Encoded } from "./codec.js"

/** What the live client and the stub do alike: the input is checked, and a span is named. */

export const encodeInput = (endpoint: Description, input: unknown): Either.Either<Encoded, InvalidRequest> =>
  Either.mapLeft(codecOf(endpoint).encode(input), (issues) => invalidRequest(endpoint, issues))

const invalidRequest = (endpoint: Description, issues: ReadonlyArray<Issue>): InvalidRequest => {
  const { method, operation, path } = endpoint
  const listed = issues.map((issue) => (issue.path === "" ? issue.message : `${issue.path}: ${issue.message}`))
  const message = `${operation} was not sent: ${listed.join("; ")}`
  return new InvalidRequest({ operation, method, path, issues, message })
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

/** Ends a span that was made for a fiber. */
export const endSpan = (
  span: Tracer.Span,
  fiber: Fiber.RuntimeFiber<unknown, unknown>,
  exit: Exit.Exit<unknown, unknown>
): void => {
  const timed = fiber.getFiberRef(FiberRef.currentTracerTimingEnabled)
  // that it went well is all there is to know: a span keeps what it is given, and lives long
  const told = Exit.isSuccess(exit) ? Exit.void : exit
  span.end(timed ? Context.get(fiber.currentDefaultServices, Clock.Clock).unsafeCurrentTimeNanos() : BigInt(0), told)
}
