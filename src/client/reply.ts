import * as Headers from "@effect/platform/Headers"
import type { ResponseError } from "@effect/platform/HttpClientError"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as ChatsError from "../ChatsError.js"
import { codecOf } from "../codec/codec.js"
import type { Description } from "../Endpoint.js"
import type { Restore } from "../internal/deadline.js"
import { andThen, observed } from "../internal/direct.js"
import { once } from "../internal/once.js"
import { redact } from "../internal/redact.js"
import type { Permit } from "../limits/FlowControl.js"
import { observation } from "../limits/observation.js"
import { discard, readSomeText, readText } from "../transport/readBody.js"
import type { Call } from "./Call.js"
import { fromResponse } from "./fromResponse.js"

/** An error's body is read up to so many bytes, and for so long. */
const maxErrorBytes = 64 * 1024
const errorPatience = Duration.seconds(5)

/** A response whose headers hold nothing of the token: what a proxy echoes goes no further. */
export interface Reply {
  readonly status: number
  readonly headers: Headers.Headers
  readonly response: HttpClientResponse
}

export const toReply = (response: HttpClientResponse, token: string): Reply => {
  const { headers, status } = response
  const echoed = headers["inin-correlation-id"]?.includes(token) === true
  return { status, response, headers: echoed ? Headers.remove(headers, "inin-correlation-id") : headers }
}

/** Status first, body second; `restore` is for the waits. */
export const read = (
  maxReplyBytes: number,
  call: Call,
  reply: Reply,
  token: string,
  permit: Permit,
  restore: Restore
): Effect.Effect<unknown, ChatsError.ChatsError | ResponseError> => {
  const { headers, status } = reply
  const now = call.now()
  const told = call.ask(permit, observed(permit, observation(status, headers, now), now))
  return andThen(
    told,
    (): Effect.Effect<unknown, ChatsError.ChatsError | ResponseError> =>
      status < 200 || status > 299
        ? readError(call, reply, token, permit, restore)
        : readSuccess(maxReplyBytes, call.endpoint, reply, token, restore)
  )
}

const readError = (
  call: Call,
  { headers, response, status }: Reply,
  token: string,
  permit: Permit,
  restore: Restore
): Effect.Effect<never, ChatsError.ChatsError> => {
  const now = call.now()
  const read = restore(readSomeText(response, maxErrorBytes, errorPatience))
  return Effect.flatMap(read, (text): Effect.Effect<never, ChatsError.ChatsError> => {
    const error = fromResponse(call.endpoint, { status, now, headers, text: redact(text, [token]) })
    // the body may know how long to wait where the header does not
    const hint = error._tag === "TooManyRequests" && headers["retry-after"] === undefined && error.retryAfter
    if (!hint) return Effect.fail(error)
    const told = permit.observe({ refused: true, retryAfter: Duration.toMillis(hint), limit: undefined })
    return Effect.zipRight(call.ask(permit, told), Effect.fail(error))
  })
}

const readSuccess = (
  maxReplyBytes: number,
  endpoint: Description,
  reply: Reply,
  token: string,
  restore: Restore
): Effect.Effect<unknown, ChatsError.DecodeError | ResponseError> => {
  const { response, status } = reply
  if (endpoint.success === undefined) return status === 204 ? Effect.void : restore(discard(response))
  const text = readText(response, maxReplyBytes)
  // it may be there already
  return Effect.flatMap(Exit.isExit(text) ? text : restore(once(text)), (text) =>
    typeof text !== "string"
      ? Effect.fail(decodeError(endpoint, reply, [{ path: "", message: text.message }]))
      : Either.mapLeft(codecOf(endpoint).decode(text), (issues) =>
          decodeError(endpoint, reply, withoutQuotes(endpoint, issues, text, token))
        )
  )
}

/** An issue quotes the value that is wrong, which may be the token in any spelling: it is told of the redacted text. */
const withoutQuotes = (
  endpoint: Description,
  issues: ReadonlyArray<ChatsError.Issue>,
  text: string,
  token: string
): ReadonlyArray<ChatsError.Issue> => {
  const redacted = redact(text, [token])
  if (redacted === text) return issues
  return Either.match(codecOf(endpoint).decode(redacted), {
    onLeft: (ofRedacted) => ofRedacted,
    onRight: () => issues.map(({ path }) => ({ path, message: "is not what the schema says" }))
  })
}

const decodeError = (
  endpoint: Description,
  { headers, status }: Reply,
  issues: ReadonlyArray<ChatsError.Issue>
): ChatsError.DecodeError => {
  const [first] = issues
  const where = first === undefined || first.path === "" ? "" : `${first.path}: `
  return new ChatsError.DecodeError({
    status,
    correlationId: headers["inin-correlation-id"],
    issues,
    message: `the reply to ${endpoint.operation} does not decode: ${where}${first?.message ?? "for no stated reason"}`
  })
}
