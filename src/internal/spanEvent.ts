import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** An event on the span of the operation, where there is one. */
export const spanEvent = (name: string, attributes: Record<string, unknown>): Effect.Effect<void> =>
  Effect.flatMap(Clock.currentTimeNanos, (now) =>
    Effect.currentSpan.pipe(
      Effect.tap((span) => Effect.sync(() => span.event(name, now, attributes))),
      Effect.ignore
    )
  )
