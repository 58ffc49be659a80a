import * as Headers from "@effect/platform/Headers"
import * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as HttpTraceContext from "@effect/platform/HttpTraceContext"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { identity } from "effect/Function"
import * as Redacted from "effect/Redacted"
import * as Tracer from "effect/Tracer"
import * as ChatsError from "../ChatsError.js"
import type { Restore } from "../internal/deadline.js"
import { andThen, released } from "../internal/direct.js"
import { startSpan } from "../internal/span.js"
import type { Permit } from "../limits/FlowControl.js"
import { classify } from "../transport/classify.js"
import type { Plain } from "../transport/plainClient.js"
import { acceptEncoding } from "../transport/readBody.js"
import type { Call } from "./Call.js"
import { Recording } from "./Recording.js"
import { read, toReply } from "./reply.js"

/** Where and how requests are sent. */
export interface Transport {
  readonly client: Plain
  readonly apiUrl: string
  /** Of the API's URL, for spans. */
  readonly server: { readonly address: string; readonly port: number }
  readonly maxReplyBytes: number
  readonly propagateTrace: boolean
}

/**
 * One request with a token, and the reply's value or its typed error, on a span of its own. However
 * it ends, the place is given back.
 */
export const exchange = (
  transport: Transport,
  call: Call,
  token: Redacted.Redacted,
  permit: Permit
): Effect.Effect<unknown, ChatsError.ChatsError> => {
  let recording: Recording | undefined
  const sent = Effect.suspend(() => {
    const { endpoint, fiber } = call
    const span = startSpan(fiber, `${endpoint.method} ${endpoint.path}`, "client", call.span)
    recording = new Recording(call, span)
    const propagated = transport.propagateTrace && fiber.getFiberRef(HttpClient.currentTracerPropagation)
    if (span !== undefined) describe(span, transport, call)
    call.token = token
    call.attempts++
    call.sent = true
    const secret = Redacted.value(token)
    const request = makeRequest(transport, call, secret, propagated ? span : undefined)
    return send(transport, call, span, request, (response, restore) => {
      const reply = toReply(response, secret)
      recording?.replied(reply)
      return read(transport.maxReplyBytes, call, reply, secret, permit, restore)
    })
  })
  const settled = (exit: Exit.Exit<unknown, ChatsError.ChatsError>) => {
    recording?.settled(exit)
    return andThen(released(permit, call.now()), () => exit)
  }
  return Effect.matchCauseEffect(sent, {
    onFailure: (cause) => settled(Exit.failCause(Cause.map(cause, (error) => typed(call, error)))),
    onSuccess: (value) => settled(Exit.succeed(value))
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

/** Waits for what the reply comes to, no longer than the call's deadline. `restore` is for further waits. */
const send = <A, E>(
  { client }: Transport,
  call: Call,
  span: Tracer.Span | undefined,
  request: HttpClientRequest.HttpClientRequest,
  received: (response: HttpClientResponse, restore: Restore) => Effect.Effect<A, E>
): Effect.Effect<A, E | HttpClientError | ChatsError.TransportError> =>
  call.wait(
    Effect.flatMap(client.execute(request), (response) => received(response, identity)),
    (fiber) => {
      const { context, fiberRefs } = client.surroundings(fiber)
      return {
        context: span === undefined ? context : Context.add(context, Tracer.ParentSpan, span),
        fiberRefs
      }
    }
  )

/**
 * The request with all that it needs, made in one step: `HttpClientRequest.make` copies itself and
 * the headers for each of them.
 */
const makeRequest = (
  { apiUrl }: Transport,
  { encoded: { body, pathAndQuery }, endpoint }: Call,
  token: string,
  span: Tracer.Span | undefined
): HttpClientRequest.HttpClientRequest => {
  const headers: { [name: string]: string } = Object.create(headersPrototype)
  headers["accept"] = "application/json"
  headers["accept-encoding"] = acceptEncoding
  headers["authorization"] = `Bearer ${token}`
  if (span !== undefined) Object.assign(headers, HttpTraceContext.toHeaders(span))
  const request: Writable<HttpClientRequest.HttpClientRequest> = Object.create(requestPrototype)
  request.method = endpoint.method
  request.url = apiUrl + pathAndQuery
  request.urlParams = template.urlParams
  request.hash = template.hash
  request.headers = Headers.unsafeFromRecord(headers)
  request.body = body === undefined ? HttpBody.empty : HttpBody.text(body, "application/json")
  if (body !== undefined) {
    headers["content-type"] = "application/json"
    headers["content-length"] = String(request.body.contentLength)
  }
  return request
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

const template = HttpClientRequest.get("")
const requestPrototype: object = Object.getPrototypeOf(template)
const headersPrototype: object = Object.getPrototypeOf(Headers.empty)

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
