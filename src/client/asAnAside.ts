import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { summary } from "../internal/summary.js"

/** Runs a side effect of a call, however that ends: a defect is logged, and costs the call nothing. */
export const asAnAside = (effect: Effect.Effect<void>): Effect.Effect<void> =>
  Effect.catchAllCause(effect, (cause) => logged(Cause.squash(cause)))

/** Asks a yes/no question; a defect is logged and counts as no. */
export const asked = (question: () => Effect.Effect<boolean>): Effect.Effect<boolean> =>
  orIfItDies(Effect.suspend(question), false)

/** What somebody works out, or something else: a defect of theirs is logged. */
export const orIfItDies = <A>(worked: Effect.Effect<A>, otherwise: A): Effect.Effect<A> =>
  Effect.catchAllDefect(worked, (defect) => Effect.as(logged(defect), otherwise))

const logged = (defect: unknown): Effect.Effect<void> =>
  Effect.logError(`a service of the client died: ${summary(defect)}`)
