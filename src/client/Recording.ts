import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Tracer from "effect/Tracer"
import type { ChatsError } from "../ChatsError.js"
import { ofOperation } from "../internal/labels.js"
import { endSpan } from "../internal/span.js"
import * as Metrics from "../Metrics.js"
import type { Call } from "./Call.js"

/** What one request leaves in the metrics and on its span. */
export class Recording {
  private readonly began: number
  private status: string | undefined

  constructor(
    private readonly call: Call,
    private readonly span: Tracer.Span | undefined
  ) {
    this.began = call.now()
  }

  replied({
    headers,
    status
  }: {
    readonly headers: { readonly [name: string]: string | undefined }
    readonly status: number
  }): void {
    this.status = String(status)
    this.span?.attribute("http.response.status_code", status)
    const correlationId = headers["inin-correlation-id"]
    if (correlationId !== undefined) this.span?.attribute("inin.correlation_id", correlationId)
  }

  settled<A>(exit: Exit.Exit<A, ChatsError>): Exit.Exit<A, ChatsError> {
    const { call, span } = this
    const failure = Exit.isFailure(exit) ? failureOf(exit.cause) : undefined
    const { labels, withStatus } = ofOperation(call.endpoint.operation)
    Metrics.requests.unsafeUpdate(1, withStatus(this.status ?? failure ?? "none"))
    Metrics.duration.unsafeUpdate(call.now() - this.began, labels)
    // OpenTelemetry: the status where it is the error, else what went wrong
    if (failure !== undefined) span?.attribute("error.type", failure)
    endSpan(span, call.fiber, exit)
    return exit
  }
}

const failureOf = (cause: Cause.Cause<ChatsError>): string =>
  Option.match(Cause.failureOption(cause), {
    onNone: () => (Cause.isInterrupted(cause) ? "interrupted" : "defect"),
    onSome: (error) => {
      if (error._tag === "TransportError") return error.reason
      return "status" in error && error._tag !== "DecodeError" ? String(error.status) : error._tag
    }
  })
