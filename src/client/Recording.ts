import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Tracer from "effect/Tracer"
import type { ChatsError } from "../ChatsError.js"
import { label } from "../internal/labels.js"
import { millisOf } from "../internal/monotonic.js"
import { endSpan, startSpan } from "../internal/span.js"
import * as Metrics from "../Metrics.js"
import type { Call } from "./Call.js"
import type { Target } from "./request.js"

/**
 * What one request leaves behind: metrics, and a span by OpenTelemetry's HTTP client conventions, where the
 * template stands for the URL.
 */
export class Recording {
  readonly span: Tracer.Span | undefined
  private status: string | undefined

  constructor(
    private readonly call: Call,
    { org, server }: Target,
    /** When it began, in nanoseconds. */
    private readonly began: bigint
  ) {
    const { method, path } = call.endpoint
    this.span = startSpan(call.caller, {
      name: `${method} ${path}`,
      kind: "client",
      parent: call.span,
      attributes: {
        "http.request.method": method,
        "url.template": path,
        "server.address": server.address,
        "server.port": server.port,
        "chats.org": org,
        "http.request.resend_count": call.attempts > 1 ? call.attempts - 1 : undefined
      },
      now: began
    })
  }

  replied(status: number, correlationId: string | undefined): void {
    this.status = String(status)
    this.span?.attribute("http.response.status_code", status)
    if (correlationId !== undefined) this.span?.attribute("inin.correlation_id", correlationId)
  }

  ended(exit: Exit.Exit<unknown, ChatsError>): void {
    const { began, call, span } = this
    const now = call.now()
    const failure = Exit.isFailure(exit) ? failureOf(call, exit.cause) : undefined
    const labels = label(call.labels, "operation", call.endpoint.operation)
    Metrics.requests.unsafeUpdate(1, label(labels, "status", this.status ?? failure ?? "none"))
    Metrics.duration.unsafeUpdate(millisOf(now - began), labels)
    if (span === undefined) return
    // OpenTelemetry: the status where it is the error, else what went wrong
    if (failure !== undefined) span.attribute("error.type", failure)
    endSpan(call.caller, span, exit, now)
  }
}

const failureOf = (call: Call, cause: Cause.Cause<ChatsError>): string =>
  Option.match(Cause.failureOption(cause), {
    onNone: () => (call.expired ? "DeadlineExceeded" : Cause.isInterrupted(cause) ? "interrupted" : "defect"),
    onSome: (error) => {
      if (error._tag === "TransportError") return error.reason
      return "status" in error && error._tag !== "DecodeError" ? String(error.status) : error._tag
    }
  })
