/**
 * Prints what a program does as it does it: every operation with its status, its retries and
 * its waits. A tracer in forty lines; a real program exports the same spans.
 */
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"

const seconds = (nanos: bigint): string => `${(Number(nanos) / 1e9).toFixed(3)} s`

let ids = 0
const nextId = (length: number): string => (++ids).toString(16).padStart(length, "0")

class TimelineSpan implements Tracer.Span {
  readonly _tag = "Span"
  readonly spanId = nextId(16)
  readonly traceId: string
  readonly sampled = true
  readonly attributes = new Map<string, unknown>()
  readonly links: Array<Tracer.SpanLink> = []
  /** What became of each attempt, and the waits between them. */
  readonly steps: Array<string> = []
  status: Tracer.SpanStatus

  constructor(
    readonly name: string,
    readonly parent: Option.Option<Tracer.AnySpan>,
    readonly context: Tracer.Span["context"],
    readonly startTime: bigint,
    readonly kind: Tracer.SpanKind,
    private readonly begin: bigint
  ) {
    this.traceId = parent._tag === "Some" ? parent.value.traceId : nextId(32)
    this.status = { _tag: "Started", startTime }
  }

  end(endTime: bigint, exit: Exit.Exit<unknown, unknown>): void {
    this.status = { _tag: "Ended", startTime: this.startTime, endTime, exit }
    const { parent } = this
    const isAttempt = !this.name.startsWith("chats.")
    if (isAttempt && parent._tag === "Some" && parent.value instanceof TimelineSpan) {
      parent.value.steps.push(String(this.attributes.get("http.response.status_code") ?? "no reply"))
    } else if (!isAttempt) {
      if (this.name === "chats.token") this.steps.push(String(this.attributes.get("http.response.status_code")))
      const at = seconds(this.startTime - this.begin).padStart(9)
      const what = this.name.slice("chats.".length).padEnd(26)
      const took = seconds(endTime - this.startTime)
      console.log(`${at}  ${Exit.isSuccess(exit) ? "✓" : "✗"} ${what} ${this.steps.join(" → ").padEnd(34)} ${took}`)
    }
  }
  attribute(key: string, value: unknown): void {
    this.attributes.set(key, value)
  }
  event(name: string, _startTime: bigint, attributes?: Record<string, unknown>): void {
    if (name === "retry") this.steps.push(`wait ${(Number(attributes?.["chats.retry.wait_ms"]) / 1000).toFixed(2)} s`)
  }
  addLinks(links: ReadonlyArray<Tracer.SpanLink>): void {
    this.links.push(...links)
  }
}

export const layer: Layer.Layer<never> = Layer.suspend(() => {
  let begin: bigint | undefined
  return Layer.setTracer(
    Tracer.make({
      span: (name, parent, context, _links, startTime, kind) => {
        begin ??= startTime
        return new TimelineSpan(name, parent, context, startTime, kind, begin)
      },
      context: (f) => f()
    })
  )
})
