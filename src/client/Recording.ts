import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Tracer from "effect/Tracer"
import type { ChatsError } from "../ChatsError.js"
import { update } from "../internal/effect/metric.js"
import { label } from "../internal/labels.js"
import { endSpan, startSpan } from "../internal/span.js"
import * as Metrics from "../Metrics.js"
import type { Call } from "./Call.js"
import type { Target } from "./request.js"

/** What one request leaves in the metrics and on its span. */
export class Recording {
  private readonly began: number
  private status: string | undefined

  constructor(
    private readonly call: Call,
    readonly span: Tracer.Span | undefined
  ) {
    this.began = call.now()
  }

  replied({ status }: HttpClientResponse, correlationId: string | undefined): void {
    this.status = String(status)
    this.span?.attribute("http.response.status_code", status)
    if (correlationId !== undefined) this.span?.attribute("inin.correlation_id", correlationId)
  }

  ended(exit: Exit.Exit<unknown, ChatsError>): void {
    const { call, span } = this
    const failure = Exit.isFailure(exit) ? failureOf(call, exit.cause) : undefined
    const labels = label(call.labels, "operation", call.endpoint.operation)
    update(Metrics.requests, 1, label(labels, "status", this.status ?? failure ?? "none"))
    update(Metrics.duration, call.now() - this.began, labels)
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
    const recording = new Recording(call, span)
    return Effect.flatMap(Effect.exit(use(recording)), (exit) => {
      recording.ended(exit)
      if (span !== undefined) endSpan(fiber, span, exit)
      return exit
    })
  })

const failureOf = (call: Call, cause: Cause.Cause<ChatsError>): string =>
  Option.match(Cause.failureOption(cause), {
    onNone: () => (call.expired ? "DeadlineExceeded" : Cause.isInterrupted(cause) ? "interrupted" : "defect"),
    onSome: (error) => {
      if (error._tag === "TransportError") return error.reason
      return "status" in error && error._tag !== "DecodeError" ? String(error.status) : error._tag
    }
  })
