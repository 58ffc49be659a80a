import * as Effect from "effect/Effect"

/**
 * An effect that runs once, and refers to nothing any more when it has begun. For `restore`: V8 makes
 * a function that is assigned to a property old at once, as Effect does there, and whatever it refers
 * to lives until a major collection.
 */
export const once = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> => {
  let held: Effect.Effect<A, E> | undefined = effect
  return Effect.suspend(() => {
    const taken = held ?? Effect.dieMessage("an effect that runs once ran again")
    held = undefined
    return taken
  })
}
