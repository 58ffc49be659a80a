import * as Headers from "@effect/platform/Headers"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as ChatsError from "../ChatsError.js"
import { codecOf } from "../codec/codec.js"
import type { Description } from "../declaration.js"
import type { HttpClientError } from "../internal/effect/httpErrors.js"
import { printable, redactor } from "../internal/redact.js"
import type { Permit } from "../limits/FlowControl.js"
import { discard, readSomeText, readText } from "../transport/readBody.js"
import type { Call } from "./Call.js"
import { type ErrorReply, fromResponse } from "./fromResponse.js"

/*
 * What a reply comes to: the status decides first, and is never lost to a body that is broken, stalls or
 * is packed in an unknown way; the body comes second.
 */

/** An error's body is read up to so many bytes, and for so long. */
const maxErrorBytes = 64 * 1024
const errorPatience = Duration.seconds(5)

/** A reply whose status is known, and whose body is to be read. */
export interface Reply {
  readonly response: HttpClientResponse
  readonly headers: Headers.Headers
  /** What a proxy echoes of the token goes no further. */
  readonly redact: (text: string) => string
}

/** A token serves many calls. */
const redactors = new WeakMap<Redacted.Redacted, Reply["redact"]>()

export const redactorOf = (token: Redacted.Redacted): Reply["redact"] => {
  const redact = redactors.get(token) ?? redactor([Redacted.value(token)])
  redactors.set(token, redact)
  return redact
}

export const replyOf = (response: HttpClientResponse, token: Redacted.Redacted): Reply => {
  const { headers } = response
  const redact = redactorOf(token)
  const id = headers["inin-correlation-id"]
  const echoed = id !== undefined && redact(id) !== id
  return { response, redact, headers: echoed ? Headers.remove(headers, "inin-correlation-id") : headers }
}

/** The value of a 2xx, or the typed error of any other status. */
export const read = (
  maxReplyBytes: number,
  call: Call,
  reply: Reply,
  permit: Permit
): Effect.Effect<unknown, ChatsError.ChatsError | HttpClientError> => {
  const { status } = reply.response
  return status < 200 || status > 299
    ? readError(call, reply, permit)
    : readSuccess(maxReplyBytes, call.endpoint, reply)
}

const readError = (
  call: Call,
  { headers, redact, response }: Reply,
  permit: Permit
): Effect.Effect<never, ChatsError.ChatsError> => {
  const { status } = response
  const errorOf = (text: string) => {
    const reply: ErrorReply = { status, headers, text, now: call.clock.unsafeCurrentTimeMillis() }
    return fromResponse(call.endpoint, reply)
  }
  // should the time be up before the body is there
  call.result = Effect.suspend(() => call.fail(errorOf("")))
  return Effect.flatMap(
    readSomeText(response, maxErrorBytes, errorPatience),
    (text): Effect.Effect<never, ChatsError.ChatsError> => {
      const error = errorOf(redact(text))
      // the body may know how long to wait where the header does not
      const hint = error._tag === "TooManyRequests" && headers["retry-after"] === undefined && error.retryAfter
      if (!hint) return Effect.fail(error)
      const told = permit.observe({ refused: true, retryAfter: Duration.toMillis(hint), limit: undefined })
      return Effect.zipRight(told, Effect.fail(error))
    }
  )
}

const readSuccess = (
  maxReplyBytes: number,
  endpoint: Description,
  reply: Reply
): Effect.Effect<unknown, ChatsError.DecodeError | HttpClientError> => {
  const { response } = reply
  if (endpoint.success === undefined) return response.status === 204 ? Effect.void : discard(response)
  return Effect.flatMap(readText(response, maxReplyBytes), (text) =>
    typeof text !== "string"
      ? Effect.fail(decodeError(endpoint, told(reply), [{ path: "", message: text.message }]))
      : Either.mapLeft(codecOf(endpoint).decode(text), (issues) =>
          decodeError(endpoint, told(reply), withoutQuotes(endpoint, issues, text, reply))
        )
  )
}

/** An issue quotes the value that is wrong, which may be the token in any spelling: it is told of the redacted text. */
const withoutQuotes = (
  endpoint: Description,
  issues: ReadonlyArray<ChatsError.Issue>,
  text: string,
  { redact }: Reply
): ReadonlyArray<ChatsError.Issue> => {
  const redacted = redact(text)
  if (redacted === text) return issues
  return Either.match(codecOf(endpoint).decode(redacted), {
    onLeft: (ofRedacted) => ofRedacted,
    onRight: () => issues.map(({ path }) => ({ path, message: "is not what the schema says" }))
  })
}

const told = ({ headers, response: { status } }: Reply) => ({ status, correlationId: headers["inin-correlation-id"] })

/** The error of a 2xx whose body is not what the endpoint says. */
export const decodeError = (
  endpoint: Description,
  reply: { readonly status: number; readonly correlationId: string | undefined },
  issues: ReadonlyArray<ChatsError.Issue>
): ChatsError.DecodeError => {
  const [first] = issues
  const where = first === undefined || first.path === "" ? "" : `${first.path}: `
  return new ChatsError.DecodeError({
    ...reply,
    issues,
    message: printable(
      `the reply to ${endpoint.operation} does not decode: ${where}${first?.message ?? "for no stated reason"}`
    )
  })
}
