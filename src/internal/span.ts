import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Tracer from "effect/Tracer"
import { clockOf, monotonicNanos } from "./effect/clock.js"
import { type AnyFiber, unlogged } from "./effect/fiber.js"
import { isNotPropagated, isTraced, makeSpan, spanTime } from "./effect/tracing.js"
import { summarizedExit } from "./summary.js"

/**
 * Runs an effect on a span of its own; on none where tracing is off. As `Effect.useSpan`, but a span is
 * told that it went well and not with what: a tracer may keep spans for long, and their values with them.
 * Of a failure it is told the summary alone, for the message quotes what the service says.
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
  /** The fiber's own where left out. */
  readonly parent?: Tracer.AnySpan | undefined
  readonly attributes?: { readonly [name: string]: unknown }
}

/** For whoever ends it anyway, at a time in nanoseconds; `undefined` where tracing is off. */
export const startSpan = (
  fiber: AnyFiber,
  { attributes, kind, name, parent }: SpanOptions,
  now = monotonicNanos(clockOf(fiber))
): Tracer.Span | undefined => {
  if (!isTraced(fiber)) return undefined
  const above = parent ?? fiber.currentContext.unsafeMap.get(Tracer.ParentSpan.key)
  const span = makeSpan(fiber, name, kind, propagating(above), now)
  for (const key in attributes) if (attributes[key] !== undefined) span.attribute(key, attributes[key])
  return span
}

export const endSpan = (
  fiber: AnyFiber,
  span: Tracer.Span,
  exit: Exit.Exit<unknown, unknown>,
  now = monotonicNanos(clockOf(fiber))
): void => span.end(spanTime(fiber, now), summarizedExit(exit))

/** Puts a number on a span, under a name below `chats`. */
export type Note = (key: string, value: number) => void

/** Runs what consists of several calls on a span of its own, above theirs. */
export const spanned = <A, E, R>(name: string, run: (note: Note) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  withSpan(ofSeveral(name), (span) => below(span, run(noting(span))))

/** The same for what lasts as long as a scope, as a stream: gives what puts an effect below the span. */
export const spanOfScope = (
  name: string
): Effect.Effect<
  { readonly note: Note; readonly within: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> },
  never,
  Scope.Scope
> =>
  Effect.withFiberRuntime((fiber) =>
    Effect.map(
      Effect.acquireRelease(
        Effect.sync(() => startSpan(fiber, ofSeveral(name))),
        (span, exit) => Effect.sync(() => span && endSpan(fiber, span, exit))
      ),
      (span) => ({ note: noting(span), within: (effect) => below(span, effect) })
    )
  )

const ofSeveral = (name: string): SpanOptions => ({ name: `chats.${name}`, kind: "internal" })

const noting =
  (span: Tracer.Span | undefined): Note =>
  (key, value) =>
    span?.attribute(`chats.${key}`, value)

const below = <A, E, R>(span: Tracer.Span | undefined, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  unlogged(
    span === undefined
      ? effect
      : Effect.mapInputContext(effect, (context: Context.Context<R>) => Context.add(context, Tracer.ParentSpan, span))
  )

/** The nearest span above that is not to be passed over. */
const propagating = (span: Tracer.AnySpan | undefined): Tracer.AnySpan | undefined => {
  if (span === undefined || !isNotPropagated(span)) return span
  return span._tag === "Span" ? propagating(Option.getOrUndefined(span.parent)) : undefined
}
