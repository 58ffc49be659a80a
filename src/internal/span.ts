import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"

type AnyFiber = Fiber.RuntimeFiber<unknown, unknown>

/**
 * A span for a fiber, as `Effect.makeSpan` makes it; none where tracing is off. That one copies all
 * references of a fiber that cannot be interrupted, which costs more than the span.
 */
export const startSpan = (
  fiber: AnyFiber,
  name: string,
  kind: Tracer.SpanKind,
  parent?: Tracer.AnySpan
): Tracer.Span | undefined => {
  if (!fiber.getFiberRef(FiberRef.currentTracerEnabled)) return undefined
  const above = parent ?? propagating(fiber.currentContext.unsafeMap.get(Tracer.ParentSpan.key))
  const span = fiber.currentTracer.span(
    name,
    Option.fromNullable(above),
    Context.empty(),
    [...fiber.getFiberRef(FiberRef.currentTracerSpanLinks)],
    timeOf(fiber),
    kind,
    { captureStackTrace: false }
  )
  const annotations = fiber.getFiberRef(FiberRef.currentTracerSpanAnnotations)
  if (!HashMap.isEmpty(annotations)) HashMap.forEach(annotations, (value, key) => span.attribute(key, value))
  return span
}

/** The nearest span above that is not to be passed over. */
const propagating = (span: Tracer.AnySpan | undefined): Tracer.AnySpan | undefined => {
  if (span === undefined || !Context.get(span.context, Tracer.DisablePropagation)) return span
  return span._tag === "Span" ? propagating(Option.getOrUndefined(span.parent)) : undefined
}

/** Ends a span. That it went well is all there is to know: a span keeps what it is given, and lives long. */
export const endSpan = (span: Tracer.Span | undefined, fiber: AnyFiber, exit: Exit.Exit<unknown, unknown>): void =>
  span?.end(timeOf(fiber), Exit.isSuccess(exit) ? Exit.void : exit)

const timeOf = (fiber: AnyFiber): bigint =>
  fiber.getFiberRef(FiberRef.currentTracerTimingEnabled)
    ? Context.get(fiber.currentDefaultServices, Clock.Clock).unsafeCurrentTimeNanos()
    : BigInt(0)
