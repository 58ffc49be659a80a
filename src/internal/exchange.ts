import * as Headers from "@effect/platform/Headers"
import * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as HttpTraceContext from "@effect/platform/HttpTraceContext"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberRef from "effect/FiberRef"
import * as Redacted from "effect/Redacted"
import type * as Tracer from "effect/Tracer"
import * as ChatsError from "../ChatsError.js"
import type { Permit } from "../FlowControl.js"
import type { Call } from "./Call.js"
import type { executeWithin, WithDeadline } from "./deadline.js"
import * as lightly from "./lightly.js"
import { type Adapt, untraced } from "./plainClient.js"
import { Recording } from "./Recording.js"
import { read, toReply } from "./reply.js"
import { classify } from "./transport.js"
import { isReal } from "./withDeadline.js"

/** Where and how requests are sent. */
export interface Transport {
  readonly client: HttpClient.HttpClient
  /** Where the client can end a request itself. */
  readonly executeWithin: WithDeadline[typeof executeWithin] | undefined
  /** Gives a context that the client takes redirects as replies in. */
  readonly adapt: Adapt
  readonly apiUrl: string
  /** Of the API's URL, for spans. */
  readonly server: { readonly address: string; readonly port: number }
  readonly maxReplyBytes: number
  readonly propagateTrace: boolean
}

/** One request with a token, and the reply's value or its typed error, on a span of its own. */
export const exchange = (
  transport: Transport,
  call: Call,
  token: Redacted.Redacted,
  permit: Permit
): Effect.Effect<unknown, ChatsError.ChatsError> => {
  const { endpoint, fiber } = call
  const options = { kind: "client", captureStackTrace: false, parent: call.span } as const
  return Effect.flatMap(Effect.makeSpan(`${endpoint.method} ${endpoint.path}`, options), (span) => {
    const traced = fiber.getFiberRef(FiberRef.currentTracerEnabled)
    const propagated = traced && transport.propagateTrace && fiber.getFiberRef(HttpClient.currentTracerPropagation)
    if (traced) describe(span, transport, call)
    call.token = token
    call.attempts++
    call.sent = true
    const secret = Redacted.value(token)
    const request = makeRequest(transport, call, secret, propagated ? span : undefined)
    const recording = new Recording(call, span)
    const received = (response: HttpClientResponse) => {
      const reply = toReply(response, secret)
      recording.replied(reply)
      return read(transport.maxReplyBytes, call, reply, secret, permit)
    }
    return Effect.matchCauseEffect(send(transport, call, span, request, received), {
      onFailure: (cause) => recording.settled(Exit.failCause(Cause.map(cause, (error) => typed(call, error)))),
      onSuccess: (value) => recording.settled(Exit.succeed(value))
    })
  })
}

/** OpenTelemetry's HTTP client conventions; the template stands for the URL. */
const describe = (span: Tracer.Span, { server }: Transport, { attempts, endpoint }: Call): void => {
  span.attribute("http.request.method", endpoint.method)
  span.attribute("url.template", endpoint.path)
  span.attribute("server.address", server.address)
  span.attribute("server.port", server.port)
  if (attempts > 0) span.attribute("http.request.resend_count", attempts)
}

/** Waits for what the reply comes to, no longer than the call's deadline. */
const send = <A, E>(
  { adapt, client, executeWithin }: Transport,
  call: Call,
  span: Tracer.Span,
  request: HttpClientRequest.HttpClientRequest,
  received: (response: HttpClientResponse) => Effect.Effect<A, E>
): Effect.Effect<A, E | HttpClientError | ChatsError.TransportError> =>
  executeWithin !== undefined && isReal(call.clock)
    ? call.restore(lightly.once(Effect.flatMap(executeWithin(request, call.left()), received)))
    : call.wait(Effect.flatMap(client.execute(request), received), (fiber) => ({
        context: adapt(fiber.currentContext, span),
        fiberRefs: untraced(fiber)
      }))

/**
 * The request with all that it needs, made in one step: `HttpClientRequest.make` copies itself and
 * the headers for each of them.
 */
const makeRequest = (
  { apiUrl }: Transport,
  { encoded: { body, pathAndQuery }, endpoint: { method } }: Call,
  token: string,
  span: Tracer.Span | undefined
): HttpClientRequest.HttpClientRequest => {
  const own = { accept: "application/json", authorization: `Bearer ${token}` }
  const headers =
    span === undefined ? Headers.unsafeFromRecord(own) : Object.assign(HttpTraceContext.toHeaders(span), own)
  const request = { method, url: apiUrl + pathAndQuery, urlParams, hash, headers, body: HttpBody.empty }
  if (body === undefined) return Object.assign(Object.create(prototype), request)
  const json = HttpBody.text(body, "application/json")
  const sized = { "content-type": json.contentType, "content-length": String(json.contentLength) }
  return Object.assign(Object.create(prototype), request, { headers: Object.assign(headers, sized), body: json })
}

const template = HttpClientRequest.get("")
const { hash, urlParams } = template
const prototype: object = Object.getPrototypeOf(template)

/** What a request can fail with, as an error of the call. */
const typed = (call: Call, error: ChatsError.ChatsError | HttpClientError): ChatsError.ChatsError => {
  if (error._tag !== "RequestError" && error._tag !== "ResponseError") return error
  const { code, mayHaveArrived, reason } = classify(error)
  if (reason === "DeadlineExceeded") return call.deadlineExceeded()
  return new ChatsError.TransportError({
    reason,
    mayHaveArrived,
    code,
    message: `no whole reply to ${call.endpoint.operation}: ${reason}${code === undefined ? "" : ` (${code})`}`
  })
}
