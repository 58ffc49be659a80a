import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Tracer from "effect/Tracer"
import type { ChatsError } from "../ChatsError.js"
import type { Description } from "../declaration.js"
import { update } from "../internal/effect/metric.js"
import { type Labels, more, withErrorType } from "../internal/labels.js"
import { endSpan, startSpan } from "../internal/span.js"
import { correlationIdOf } from "../internal/summary.js"
import * as Metrics from "../Metrics.js"
import type { Call } from "./Call.js"
import { errorType } from "./errorType.js"
import type { Target } from "./request.js"

const withServer = /*#__PURE__*/ more(({ address, port }: Target["server"]) => ({
  "server.address": address,
  "server.port": port
}))

const withEndpoint = /*#__PURE__*/ more(({ method, path }: Description) => ({
  "http.request.method": method,
  "url.template": path
}))

const withStatus = /*#__PURE__*/ more((status: number | undefined) => ({ "http.response.status_code": status }))

/** What one request leaves in the metrics and on its span. */
export class Recording {
  private readonly began: number
  private readonly labels: Labels
  private status: number | undefined

  constructor(
    private readonly call: Call,
    server: Target["server"],
    readonly span: Tracer.Span | undefined
  ) {
    this.began = call.now()
    this.labels = withServer(call.labels, server)
    update(Metrics.activeRequests, 1, this.labels)
  }

  replied({ status }: HttpClientResponse, correlationId: string | undefined): void {
    this.status = status
    this.span?.attribute("http.response.status_code", status)
    const id = correlationIdOf(correlationId)
    if (id !== undefined) this.span?.attribute("inin.correlation_id", id)
  }

  ended(exit: Exit.Exit<unknown, ChatsError>): void {
    const { call, labels, span } = this
    const failure = Exit.isFailure(exit) ? failureOf(call, exit.cause) : undefined
    update(Metrics.activeRequests, -1, labels)
    const answered = withStatus(withEndpoint(labels, call.endpoint), this.status)
    update(
      Metrics.requestDuration,
      (call.now() - this.began) / 1000,
      failure === undefined ? answered : withErrorType(answered, failure)
    )
    // OpenTelemetry: the status where it is the error, else what went wrong
    if (failure !== undefined) span?.attribute("error.type", failure)
  }
}

/**
 * Runs one request on a span of its own, by OpenTelemetry's HTTP client conventions; the template stands for
 * the URL. To be run where nothing but what `use` restores can be interrupted.
 */
export const recorded = <A>(
  { org, server }: Target,
  call: Call,
  use: (recording: Recording) => Effect.Effect<A, ChatsError>
): Effect.Effect<A, ChatsError> =>
  Effect.withFiberRuntime((fiber) => {
    const { attempts, endpoint } = call
    const span = startSpan(fiber, { name: `${endpoint.method} ${endpoint.path}`, kind: "client" })
    if (span !== undefined) {
      span.attribute("http.request.method", endpoint.method)
      span.attribute("url.template", endpoint.path)
      span.attribute("server.address", server.address)
      span.attribute("server.port", server.port)
      if (org !== undefined) span.attribute("chats.org", org)
      if (attempts > 1) span.attribute("http.request.resend_count", attempts - 1)
    }
    const recording = new Recording(call, server, span)
    return Effect.flatMap(Effect.exit(use(recording)), (exit) => {
      recording.ended(exit)
      if (span !== undefined) endSpan(fiber, span, exit)
      return exit
    })
  })

const failureOf = (call: Call, cause: Cause.Cause<ChatsError>): string =>
  Option.match(Cause.failureOption(cause), {
    onNone: () => (call.expired ? "DeadlineExceeded" : Cause.isInterrupted(cause) ? "interrupted" : "defect"),
    onSome: errorType
  })
