import type * as Effect from "effect/Effect"
import { whileLoop } from "effect/Effect"
import type * as ManagedRuntime from "effect/ManagedRuntime"
import { type Scenario, serveRounds } from "../peer.js"

/** One call of each scenario, and what runs them. */
export interface Effects<R, E> {
  readonly runtime: ManagedRuntime.ManagedRuntime<R, E>
  readonly calls: { readonly [S in Scenario]: Effect.Effect<unknown, unknown, R> }
}

/** Serves rounds; a worker is a fiber, as calls are made in pipelines, or a loop that runs each call on its own. */
export const serveEffects = <R, E>(make: (url: string, argument: string) => Promise<Effects<R, E>>): Promise<void> =>
  serveRounds(async (url, argument) => {
    const { calls, runtime } = await make(url, argument)
    return ({ apart, scenario }, isLeft) =>
      apart === true
        ? async () => {
            while (isLeft()) await runtime.runPromise(calls[scenario])
          }
        : () => runtime.runPromise(whileLoop({ while: isLeft, body: () => calls[scenario], step: () => {} }))
  })
