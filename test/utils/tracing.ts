/**
 * A tracer that keeps its spans.
 */
import * as Effect from "effect/Effect"
import * as Tracer from "effect/Tracer"

export interface Recorded {
  readonly span: Tracer.Span
  readonly events: Array<{ readonly name: string; readonly attributes: unknown }>
}

export const recordingTracer: Effect.Effect<{ readonly tracer: Tracer.Tracer; readonly spans: Array<Recorded> }> =
  Effect.map(Effect.tracer, (native) => {
    const spans: Array<Recorded> = []
    const tracer = Tracer.make({
      ...native,
      span: (...args) => {
        const span = native.span(...args)
        const recorded: Recorded = { span, events: [] }
        const event = span.event.bind(span)
        span.event = (name, at, attributes) => {
          recorded.events.push({ name, attributes })
          event(name, at, attributes)
        }
        spans.push(recorded)
        return span
      }
    })
    return { tracer, spans }
  })
