import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Tracer from "effect/Tracer"
import type { ChatsError } from "../ChatsError.js"
import type { Description } from "../declaration.js"
import { update } from "../internal/effect/metric.js"
import { type Labels, more, withErrorType } from "../internal/labels.js"
import { millisOf } from "../internal/monotonic.js"
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

/**
 * The metrics of one attempt, and its span by OpenTelemetry's HTTP client conventions, where the template stands for
 * the URL.
 */
export class AttemptTelemetry {
  readonly span: Tracer.Span | undefined
  private readonly labels: Labels
  private status: number | undefined

  constructor(
    private readonly call: Call,
    { org, server }: Target,
    /** When it began, in nanoseconds. */
    private readonly began: bigint
  ) {
    const { method, path } = call.endpoint
    const attributes = {
      "http.request.method": method,
      "url.template": path,
      "server.address": server.address,
      "server.port": server.port,
      "chats.org": org,
      "http.request.resend_count": call.attempts > 1 ? call.attempts - 1 : undefined
    }
    this.span = startSpan(
      call.caller,
      { name: `${method} ${path}`, kind: "client", parent: call.span, attributes },
      began
    )
    this.labels = withServer(call.labels, server)
    update(Metrics.activeRequests, 1, this.labels)
  }

  replied(status: number, correlationId: string | undefined): void {
    this.status = status
    this.span?.attribute("http.response.status_code", status)
    const id = correlationIdOf(correlationId)
    if (id !== undefined) this.span?.attribute("inin.correlation_id", id)
  }

  ended(exit: Exit.Exit<unknown, ChatsError>): void {
    const { began, call, labels, span } = this
    const now = call.now()
    const failure = Exit.isFailure(exit) ? failureOf(call, exit.cause) : undefined
    update(Metrics.activeRequests, -1, labels)
    const answered = withStatus(withEndpoint(labels, call.endpoint), this.status)
    update(
      Metrics.requestDuration,
      millisOf(now - began) / 1000,
      failure === undefined ? answered : withErrorType(answered, failure)
    )
    if (span === undefined) return
    // OpenTelemetry: the status where it is the error, else what went wrong
    if (failure !== undefined) span.attribute("error.type", failure)
    endSpan(call.caller, span, exit, now)
  }
}

const failureOf = (call: Call, cause: Cause.Cause<ChatsError>): string =>
  Option.match(Cause.failureOption(cause), {
    onNone: () => (call.expired ? "DeadlineExceeded" : Cause.isInterrupted(cause) ? "interrupted" : "defect"),
    onSome: errorType
  })
