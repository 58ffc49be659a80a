import * as Effect from "effect/Effect"
import type * as ChatsError from "../ChatsError.js"
import { hintMillis, isTransient } from "./transient.js"

/** The longest wait between two tries, beside what the service asks for. */
const longest = 60_000

/** How long to wait after so many failures, of which this is the last, in milliseconds. */
export const pauseAfter = (error: ChatsError.ChatsError, failures: number, every: number): number =>
  hintMillis(error) + Math.min(every * 2 ** (failures - 1), longest)

/** A failure that passes is waited out, however often it comes; `every` is the first wait, in milliseconds. */
export const patiently = <A, E extends ChatsError.ChatsError, R>(
  effect: Effect.Effect<A, E, R>,
  every: number
): Effect.Effect<A, E, R> => {
  const ask = (tries: number): Effect.Effect<A, E, R> =>
    Effect.catchAll(effect, (error) =>
      isTransient(error)
        ? Effect.zipRight(Effect.sleep(pauseAfter(error, tries, every)), ask(tries + 1))
        : Effect.fail(error)
    )
  return ask(1)
}
