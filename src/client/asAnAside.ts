import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { summary } from "../internal/summary.js"

/** Runs a side effect of a call, however that ends: a defect is logged, and costs the call nothing. */
export const asAnAside = (effect: Effect.Effect<void>): Effect.Effect<void> =>
  Effect.catchAllCause(effect, (cause) => logged(Cause.squash(cause)))

/** Asks a yes/no question; a defect is logged and counts as no. */
export const asked = (question: () => Effect.Effect<boolean>): Effect.Effect<boolean> =>
  Effect.catchAllDefect(Effect.suspend(question), (defect) => Effect.as(logged(defect), false))

const logged = (defect: unknown): Effect.Effect<void> =>
  Effect.logError(`a service of the client died: ${summary(defect)}`)
