import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { summary } from "../internal/summary.js"

/** Tells somebody something, and goes on however that ends: a defect of theirs is logged, and costs the call nothing. */
export const asAnAside = <A, E>(told: Effect.Effect<void>, goOn: () => Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.matchCauseEffect(told, {
    onSuccess: goOn,
    onFailure: (cause) =>
      Effect.zipRight(Effect.logError(`a service of the client died: ${summary(Cause.squash(cause))}`), goOn())
  })
