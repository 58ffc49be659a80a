import type * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as FiberRef from "effect/FiberRef"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import { clockOf } from "./clock.js"
import type { AnyFiber } from "./fiber.js"

/* Spans as a fiber would make them. */

export const isTraced = (fiber: AnyFiber): boolean => fiber.getFiberRef(FiberRef.currentTracerEnabled)

export const makeSpan = (
  fiber: AnyFiber,
  name: string,
  kind: Tracer.SpanKind,
  parent: Tracer.AnySpan | undefined
): Tracer.Span => {
  const span = fiber.currentTracer.span(
    name,
    Option.fromNullable(parent),
    Context.empty(),
    [...fiber.getFiberRef(FiberRef.currentTracerSpanLinks)],
    spanTime(fiber),
    kind,
    { captureStackTrace: false }
  )
  const annotations = fiber.getFiberRef(FiberRef.currentTracerSpanAnnotations)
  if (!HashMap.isEmpty(annotations)) HashMap.forEach(annotations, (value, key) => span.attribute(key, value))
  return span
}

/** Whether a span is to be passed over. */
export const isNotPropagated = (span: Tracer.AnySpan): boolean => Context.get(span.context, Tracer.DisablePropagation)

/** What a span begins and ends with. */
export const spanTime = (fiber: AnyFiber): bigint =>
  fiber.getFiberRef(FiberRef.currentTracerTimingEnabled) ? clockOf(fiber).unsafeCurrentTimeNanos() : BigInt(0)

/** What an event of a span is dated with. */
export const eventTime = (clock: Clock.Clock): bigint => clock.unsafeCurrentTimeNanos()
