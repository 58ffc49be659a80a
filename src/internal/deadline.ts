import type { Effect } from "effect/Effect"

/** Makes interruptible what runs where nothing can be interrupted. */
export type Restore = <A, E, R>(effect: Effect<A, E, R>) => Effect<A, E, R>

/** Why a wait ended that took longer than it may. */
export class DeadlinePassed {
  readonly _tag = "DeadlinePassed"
}
