import * as Context from "effect/Context"
import * as Option from "effect/Option"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"
import { clockOf, datedNanos } from "./clock.js"
import type { AnyFiber } from "./fiber.js"

/* Spans as a fiber would make them. */

export const isTraced = (fiber: AnyFiber): boolean => fiber.getRef(References.TracerEnabled)

export const makeSpan = (
  fiber: AnyFiber,
  name: string,
  kind: Tracer.SpanKind,
  parent: Tracer.AnySpan | undefined,
  now: bigint
): Tracer.Span => {
  const span = fiber.getRef(Tracer.Tracer).span({
    name,
    parent: Option.fromUndefinedOr(parent),
    annotations: Context.empty(),
    links: [...fiber.getRef(References.TracerSpanLinks)],
    startTime: spanTime(fiber, now),
    kind,
    root: parent === undefined,
    sampled: parent?.sampled ?? true
  })
  const annotations = fiber.getRef(References.TracerSpanAnnotations)
  for (const key of Object.keys(annotations)) span.attribute(key, annotations[key])
  return span
}

/** Whether a span is to be passed over. */
export const isNotPropagated = (span: Tracer.AnySpan): boolean =>
  Context.get(span.annotations, Tracer.DisablePropagation)

/** What a span begins and ends with, at a time in nanoseconds. */
export const spanTime = (fiber: AnyFiber, now: bigint): bigint =>
  fiber.getRef(References.TracerTimingEnabled) ? datedNanos(clockOf(fiber), now) : BigInt(0)
