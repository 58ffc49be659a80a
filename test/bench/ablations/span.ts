/** Spans as `Effect.makeSpan` makes them. */
import * as Effect from "effect/Effect"
import type { startSpan as ours } from "../../../src/internal/span.js"

export { endSpan } from "../../../src/internal/span.js"

export const startSpan: typeof ours = (_, { attributes, kind, name, parent }) =>
  Effect.runSync(
    Effect.makeSpan(name, { attributes, kind, captureStackTrace: false, ...(parent === undefined ? {} : { parent }) })
  )
