import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import type { AnyFiber } from "./effect/fiber.js"
import { isNotPropagated, isTraced, makeSpan, spanTime } from "./effect/tracing.js"

/**
 * Runs an effect on a span of its own; on none where tracing is off. As `Effect.useSpan`, but a span is
 * told that it went well and not with what: a tracer may keep spans for long, and their values with them.
 * And that one copies all references of the fiber, which costs more than the span (see the ablations in
 * `test/bench`).
 */
export const withSpan = <A, E, R>(
  options: SpanOptions,
  use: (span: Tracer.Span | undefined) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.withFiberRuntime<A, E, R>((fiber) => {
    const span = startSpan(fiber, options)
    return span === undefined
      ? use(undefined)
      : Effect.onExit(use(span), (exit) => Effect.sync(() => endSpan(fiber, span, exit)))
  })

export interface SpanOptions {
  readonly name: string
  readonly kind: Tracer.SpanKind
}

/** For whoever ends it anyway; `undefined` where tracing is off. */
export const startSpan = (fiber: AnyFiber, { kind, name }: SpanOptions): Tracer.Span | undefined => {
  if (!isTraced(fiber)) return undefined
  return makeSpan(fiber, name, kind, propagating(fiber.currentContext.unsafeMap.get(Tracer.ParentSpan.key)))
}

export const endSpan = (fiber: AnyFiber, span: Tracer.Span, exit: Exit.Exit<unknown, unknown>): void =>
  span.end(spanTime(fiber), Exit.isSuccess(exit) ? Exit.void : exit)

/** The nearest span above that is not to be passed over. */
const propagating = (span: Tracer.AnySpan | undefined): Tracer.AnySpan | undefined => {
  if (span === undefined || !isNotPropagated(span)) return span
  return span._tag === "Span" ? propagating(Option.getOrUndefined(span.parent)) : undefined
}
