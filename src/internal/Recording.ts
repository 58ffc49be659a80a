import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Tracer from "effect/Tracer"
import type { ChatsError } from "../ChatsError.js"
import type { Description } from "../Endpoint.js"
import * as Metrics from "../Metrics.js"
import { labels } from "./labels.js"

/** What one request leaves in the metrics and on its span. */
export class Recording {
  private readonly began: number
  private status: string | undefined

  constructor(
    private readonly endpoint: Description,
    private readonly span: Tracer.Span,
    private readonly clock: Clock.Clock
  ) {
    this.began = clock.unsafeCurrentTimeMillis()
  }

  replied({
    headers,
    status
  }: {
    readonly headers: { readonly [name: string]: string | undefined }
    readonly status: number
  }): void {
    this.status = String(status)
    this.span.attribute("http.response.status_code", status)
    const correlationId = headers["inin-correlation-id"]
    if (correlationId !== undefined) this.span.attribute("inin.correlation_id", correlationId)
  }

  settled(exit: Exit.Exit<unknown, ChatsError>): void {
    const failure = Exit.isFailure(exit) ? failureOf(exit.cause) : undefined
    const operation = ["operation", this.endpoint.operation] as const
    Metrics.requests.unsafeUpdate(1, labels(operation, ["status", this.status ?? failure ?? "none"]))
    Metrics.duration.unsafeUpdate(this.clock.unsafeCurrentTimeMillis() - this.began, labels(operation))
    // OpenTelemetry: the status where it is the error, else what went wrong
    if (failure !== undefined) this.span.attribute("error.type", failure)
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
