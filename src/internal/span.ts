import * as Chunk from "effect/Chunk"
import * as Context from "effect/Context"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"

type AnyFiber = Fiber.RuntimeFiber<unknown, unknown>

/** What a span begins with. */
export interface SpanStart {
  readonly name: string
  readonly kind: Tracer.SpanKind
  readonly parent: Tracer.AnySpan | undefined
  readonly attributes: { readonly [name: string]: unknown }
  /** In nanoseconds. */
  readonly now: bigint
}

/**
 * A span for whoever ends it anyway; `undefined` where tracing is off. As `Effect.makeSpan`, but that one
 * copies all references of the fiber, which costs more than the span (see the ablations in `test/bench`).
 */
export const startSpan = (fiber: AnyFiber, { attributes, kind, name, now, parent }: SpanStart) => {
  if (!fiber.getFiberRef(FiberRef.currentTracerEnabled)) return undefined
  const span = fiber.currentTracer.span(
    name,
    Option.fromNullable(propagating(parent)),
    Context.empty(),
    Chunk.toReadonlyArray(fiber.getFiberRef(FiberRef.currentTracerSpanLinks)),
    timeOf(fiber, now),
    kind,
    { captureStackTrace: false }
  )
  const annotations = fiber.getFiberRef(FiberRef.currentTracerSpanAnnotations)
  if (!HashMap.isEmpty(annotations)) HashMap.forEach(annotations, (value, key) => span.attribute(key, value))
  for (const name in attributes) if (attributes[name] !== undefined) span.attribute(name, attributes[name])
  return span
}

/** A span is told that it went well and not with what: a tracer may keep spans for long, and their values with them. */
export const endSpan = (fiber: AnyFiber, span: Tracer.Span, exit: Exit.Exit<unknown, unknown>, now: bigint): void =>
  span.end(timeOf(fiber, now), Exit.isSuccess(exit) ? Exit.void : exit)

const timeOf = (fiber: AnyFiber, now: bigint): bigint =>
  fiber.getFiberRef(FiberRef.currentTracerTimingEnabled) ? now : BigInt(0)

/** The nearest span above that is not to be passed over. */
const propagating = (span: Tracer.AnySpan | undefined): Tracer.AnySpan | undefined => {
  if (span === undefined || !Context.get(span.context, Tracer.DisablePropagation)) return span
  return span._tag === "Span" ? propagating(Option.getOrUndefined(span.parent)) : undefined
}
