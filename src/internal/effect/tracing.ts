import * as Context from "effect/Context"
import * as FiberRef from "effect/FiberRef"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import type { AnyFiber } from "./fiber.js"

/* Spans as a fiber would make them. */

export const isTraced = (fiber: AnyFiber): boolean => fiber.getFiberRef(FiberRef.currentTracerEnabled)

export const makeSpan = (
  fiber: AnyFiber,
  name: string,
  kind: Tracer.SpanKind,
  parent: Tracer.AnySpan | undefined,
  now: bigint
): Tracer.Span => {
  const span = fiber.currentTracer.span(
    name,
    Option.fromNullable(parent),
    Context.empty(),
    [...fiber.getFiberRef(FiberRef.currentTracerSpanLinks)],
    spanTime(fiber, now),
    kind,
    { captureStackTrace: false }
  )
  const annotations = fiber.getFiberRef(FiberRef.currentTracerSpanAnnotations)
  if (!HashMap.isEmpty(annotations)) HashMap.forEach(annotations, (value, key) => span.attribute(key, value))
  return span
}

/** Whether a span is to be passed over. */
export const isNotPropagated = (span: Tracer.AnySpan): boolean => Context.get(span.context, Tracer.DisablePropagation)

/** What a span begins and ends with, at a time in nanoseconds. */
export const spanTime = (fiber: AnyFiber, now: bigint): bigint =>
  fiber.getFiberRef(FiberRef.currentTracerTimingEnabled) ? now : BigInt(0)
