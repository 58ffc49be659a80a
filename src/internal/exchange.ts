import * as Headers from "@effect/platform/Headers"
import * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as HttpTraceContext from "@effect/platform/HttpTraceContext"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FiberRef from "effect/FiberRef"
import * as Redacted from "effect/Redacted"
import type * as Tracer from "effect/Tracer"
import * as ChatsError from "../ChatsError.js"
import type { Description } from "../Endpoint.js"
import type { Permit } from "../FlowControl.js"
import type { Call } from "./Call.js"
import { codecOf, type Encoded } from "./codec.js"
import { fromResponse } from "./fromResponse.js"
import { observation } from "./observation.js"
import { Recording } from "./Recording.js"
import { BodyTooLong, discard, readSomeText, readText } from "./readBody.js"
import { redact } from "./redact.js"
import { classify } from "./transport.js"

/** Where and how requests are sent. */
export interface Transport {
  readonly client: HttpClient.HttpClient
  readonly apiUrl: string
  /** Of the API's URL, for spans. */
  readonly server: { readonly address: string; readonly port: number }
  readonly maxReplyBytes: number
  readonly propagateTrace: boolean
}

/** An error's body is read up to so many bytes, and for so long. */
const maxErrorBytes = 64 * 1024
const errorPatience = Duration.seconds(5)

/** One request with a token, and the reply's value or its typed error. */
export const exchange = (
  transport: Transport,
  call: Call,
  encoded: Encoded,
  token: Redacted.Redacted,
  permit: Permit
): Effect.Effect<unknown, ChatsError.ChatsError> =>
  Effect.useSpan(
    `${call.endpoint.method} ${call.endpoint.path}`,
    { kind: "client", captureStackTrace: false },
    (span) =>
      Effect.withFiberRuntime<unknown, ChatsError.ChatsError>((fiber) => {
        const { endpoint } = call
        const traced = fiber.getFiberRef(FiberRef.currentTracerEnabled)
        const propagated = traced && transport.propagateTrace && fiber.getFiberRef(HttpClient.currentTracerPropagation)
        if (traced) describe(span, transport, call)
        call.attempts++
        call.sent = true
        const request = makeRequest(transport, endpoint, encoded, token, propagated ? span : undefined)
        return Effect.clockWith((clock) => {
          const recording = new Recording(endpoint, span, clock)
          return transport.client.execute(request).pipe(
            Effect.mapError((error) => transportError(endpoint, error)),
            Effect.flatMap((response) => {
              const reply = makeReply(response, Redacted.value(token))
              recording.replied(reply)
              return read(transport, endpoint, reply, Redacted.value(token), permit)
            }),
            Effect.onExit((exit) => Effect.sync(() => recording.settled(exit)))
          )
        })
      })
  )

/** OpenTelemetry's HTTP client conventions; the template stands for the URL. */
const describe = (span: Tracer.Span, { server }: Transport, { attempts, endpoint }: Call): void => {
  span.attribute("http.request.method", endpoint.method)
  span.attribute("url.template", endpoint.path)
  span.attribute("server.address", server.address)
  span.attribute("server.port", server.port)
  if (attempts > 0) span.attribute("http.request.resend_count", attempts)
}

const makeRequest = (
  { apiUrl }: Transport,
  endpoint: Description,
  { body, pathAndQuery }: Encoded,
  token: Redacted.Redacted,
  span: Tracer.Span | undefined
): HttpClientRequest.HttpClientRequest =>
  HttpClientRequest.make(endpoint.method)(apiUrl + pathAndQuery, {
    headers: Headers.unsafeFromRecord({
      ...(span === undefined ? undefined : HttpTraceContext.toHeaders(span)),
      accept: "application/json",
      authorization: `Bearer ${Redacted.value(token)}`
    }),
    ...(body === undefined ? {} : { body: HttpBody.text(body, "application/json") })
  })

/** A response whose headers hold nothing of the token: what a proxy echoes goes no further. */
interface Reply {
  readonly status: number
  readonly headers: Headers.Headers
  readonly response: HttpClientResponse
}

const makeReply = (response: HttpClientResponse, token: string): Reply => {
  const { headers, status } = response
  const echoed = headers["inin-correlation-id"]?.includes(token) === true
  return { status, response, headers: echoed ? Headers.remove(headers, "inin-correlation-id") : headers }
}

/** Status first, body second. */
const read = (
  { maxReplyBytes }: Transport,
  endpoint: Description,
  reply: Reply,
  token: string,
  permit: Permit
): Effect.Effect<unknown, ChatsError.ChatsError> => {
  const { headers, response, status } = reply
  if (status < 200 || status > 299) {
    return Effect.flatMap(Clock.currentTimeMillis, (now) =>
      Effect.zipRight(
        permit.observe(observation(status, headers, now)),
        Effect.flatMap(readSomeText(response, maxErrorBytes, errorPatience), (text) => {
          const error = fromResponse(endpoint, { status, now, headers, text: redact(text, [token]) })
          // the body may know how long to wait where the header does not
          const hint = error._tag === "TooManyRequests" && headers["retry-after"] === undefined && error.retryAfter
          return Effect.zipRight(
            hint
              ? permit.observe({ refused: true, retryAfter: Duration.toMillis(hint), limit: undefined })
              : Effect.void,
            Effect.fail(error)
          )
        })
      )
    )
  }
  return Effect.zipRight(
    Effect.flatMap(Clock.currentTimeMillis, (now) => permit.observe(observation(status, headers, now))),
    readSuccess(maxReplyBytes, endpoint, reply, token)
  )
}

const readSuccess = (
  maxReplyBytes: number,
  endpoint: Description,
  reply: Reply,
  token: string
): Effect.Effect<unknown, ChatsError.ChatsError> => {
  const { response, status } = reply
  if (endpoint.success === undefined) return status === 204 ? Effect.void : discard(response)
  return readText(response, maxReplyBytes).pipe(
    Effect.mapError((error) =>
      error instanceof BodyTooLong
        ? decodeError(endpoint, reply, [{ path: "", message: `the body is longer than ${error.limit} bytes` }])
        : transportError(endpoint, error)
    ),
    Effect.flatMap((text) =>
      Either.mapLeft(codecOf(endpoint).decode(text), (issues) =>
        decodeError(endpoint, reply, withoutQuotes(endpoint, issues, text, token))
      )
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

const transportError = (endpoint: Description, error: HttpClientError): ChatsError.TransportError => {
  const { code, mayHaveArrived, reason } = classify(error)
  return new ChatsError.TransportError({
    reason,
    mayHaveArrived,
    code,
    message: `no whole reply to ${endpoint.operation}: ${reason}${code === undefined ? "" : ` (${code})`}`
  })
}
