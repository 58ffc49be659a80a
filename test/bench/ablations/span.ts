/** Spans as `Effect.makeSpan` makes them. */
import * as Effect from "effect/Effect"
import * as Runtime from "effect/Runtime"
import { surroundingsOf } from "../../../src/internal/effect/fiber.js"
import type { startSpan as ours } from "../../../src/internal/span.js"

export * from "../../../src/internal/span.js"

export const startSpan: typeof ours = (fiber, { attributes = {}, kind, name, parent }) => {
  const runtime = Runtime.make({ ...surroundingsOf(fiber), runtimeFlags: Runtime.defaultRuntimeFlags })
  const options = { attributes, kind, captureStackTrace: false, ...(parent === undefined ? {} : { parent }) }
  return Runtime.runSync(runtime, Effect.makeSpan(name, options))
}
