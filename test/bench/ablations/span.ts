/** Spans as Effect makes them. */
import * as Effect from "effect/Effect"
import type { withSpan as ours } from "../../../src/internal/span.js"

export { endSpan, startSpan } from "../../../src/internal/span.js"

export const withSpan: typeof ours = ({ kind, name }, use) => Effect.useSpan(name, { kind }, use)
