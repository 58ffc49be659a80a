import * as Headers from "@effect/platform/Headers"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { identity } from "effect/Function"
import * as Redacted from "effect/Redacted"
import * as ChatsError from "../ChatsError.js"
import { codecOf } from "../codec/codec.js"
import type { Description } from "../declaration.js"
import type { HttpClientError } from "../internal/effect/httpErrors.js"
import { printable, redactor } from "../internal/redact.js"
import type { Observation, Permit } from "../limits/FlowControl.js"
import { observation } from "../limits/observation.js"
import { classify } from "../transport/classify.js"
import { discard, readSomeText, readText } from "../transport/readBody.js"
import type { AttemptTelemetry } from "./AttemptTelemetry.js"
import { asAnAside } from "./asAnAside.js"
import type { Call } from "./Call.js"
import { fromResponse } from "./fromResponse.js"

/*
 * What a reply comes to: the status decides first, and is never lost to a body that is broken, stalls or
 * is packed in an unknown way; the body comes second.
 */

/** An error's body is read up to so many bytes, and for so long. */
const maxErrorBytes = 64 * 1024
const errorPatience = Duration.seconds(5)

/** A reply whose status is known, and whose body is to be read. */
interface Reply {
  readonly status: number
  readonly response: HttpClientResponse
  readonly headers: Headers.Headers
  /** What a proxy echoes of the token goes no further. */
  readonly redact: (text: string) => string
}

/** A token serves many calls. */
const redactors = new WeakMap<Redacted.Redacted, Reply["redact"]>()

const redactorOf = (token: Redacted.Redacted | undefined): Reply["redact"] => {
  if (token === undefined) return identity
  const redact = redactors.get(token) ?? redactor([Redacted.value(token)])
  redactors.set(token, redact)
  return redact
}

/** The value of a 2xx, or the typed error of any other status; what it says of the rate limit is reported. */
export const readReply = (
  services: { readonly maxReplyBytes: number },
  call: Call,
  permit: Permit,
  telemetry: AttemptTelemetry,
  response: HttpClientResponse
): Effect.Effect<unknown, ChatsError.ChatsError> => {
  const { status } = response
  const redact = redactorOf(call.token)
  const id = response.headers["inin-correlation-id"]
  const echoed = id !== undefined && redact(id) !== id
  const headers = echoed ? Headers.remove(response.headers, "inin-correlation-id") : response.headers
  const reply = { status, response, headers, redact }
  telemetry.replied(status, headers["inin-correlation-id"])
  const observed = observation(status, headers, call)
  if (status < 200 || status > 299) return readError(call, permit, reply, observed)
  // reported once the value is there, so that a slow observer cannot cost the call its value
  call.unreported = observed
  return readSuccess(services.maxReplyBytes, call, reply)
}

/** A refusal is reported at once: other calls would be refused meanwhile. */
const readError = (
  call: Call,
  permit: Permit,
  { headers, redact, response, status }: Reply,
  observed: Observation
): Effect.Effect<never, ChatsError.ChatsError> => {
  const errorOf = (text: string) => fromResponse(call.endpoint, { status, headers, text, now: call.date() })
  // should the time be up before the body is there
  call.result = Effect.suspend(() => call.fail(errorOf("")))
  const report = (one: Observation) => asAnAside(Effect.suspend(() => permit.observe(one)))
  const read = Effect.zipRight(report(observed), readSomeText(response, maxErrorBytes, errorPatience))
  return Effect.flatMap(read, (text) => {
    const error = errorOf(redact(text))
    // the body may know how long to wait where the header does not
    const hint = error._tag === "TooManyRequests" && observed.retryAfter === undefined && error.retryAfter
    if (!hint) return Effect.fail(error)
    const retryAfter = Duration.toMillis(hint)
    return Effect.zipRight(report({ refused: true, retryAfter, limit: observed.limit }), Effect.fail(error))
  })
}

const readSuccess = (
  maxReplyBytes: number,
  call: Call,
  reply: Reply
): Effect.Effect<unknown, ChatsError.ChatsError> => {
  const { endpoint } = call
  const { response, status } = reply
  if (endpoint.success === undefined) return status === 204 ? Effect.void : discard(response)
  return Effect.matchEffect(readText(response, maxReplyBytes), {
    onFailure: (error) => noReply(call, error),
    onSuccess: (text) => {
      if (typeof text !== "string") {
        return Effect.fail(decodeError(endpoint, infoOf(reply), [{ path: "", message: text.message }]))
      }
      const decoded = codecOf(endpoint).decode(text)
      return Either.isRight(decoded)
        ? Effect.succeed(decoded.right)
        : Effect.fail(decodeError(endpoint, infoOf(reply), withoutQuotes(endpoint, decoded.left, text, reply)))
    }
  })
}

/** No reply, or none that is whole. */
export const noReply = (
  { endpoint, progress, token }: Call,
  error: HttpClientError
): Effect.Effect<never, ChatsError.TransportError> => {
  const { code: said, mayHaveArrived: byError, reason } = classify(error)
  // a client that sends again by itself has an error of the last time alone
  const mayHaveArrived = byError || progress.hasStarted
  const code = said === undefined ? undefined : redactorOf(token)(said)
  const message = `no whole reply to ${endpoint.operation}: ${reason}${code === undefined ? "" : ` (${code})`}`
  return Effect.fail(new ChatsError.TransportError({ reason, mayHaveArrived, code, message }))
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

const infoOf = ({ headers, status }: Reply) => ({ status, correlationId: headers["inin-correlation-id"] })

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
