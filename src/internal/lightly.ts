import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"

/*
 * V8 makes a function that is assigned to a property old at once: whatever it refers to lives until a
 * major collection. Effect has such functions in `Effect.async`, where it refers to the fiber and so
 * to the fiber's value, and in `restore`, where it refers to the effect. For one fiber a call, of a
 * long listing, this was half of the CPU time.
 */

type Register<A, E> = (resume: (effect: Effect.Effect<A, E>) => void) => void

/** As `Effect.async`, without a finalizer; once resumed, it no longer refers to the fiber. */
export const async = <A, E>(register: Register<A, E>): Effect.Effect<A, E> =>
  Effect.suspend(() => {
    let operation: unknown
    const waiting = Effect.async<A, E>((resume) =>
      register((effect) => {
        resume(effect)
        letGo(operation)
      })
    )
    // where Effect's inner workings are not these, it is only slower
    if (!Predicate.hasProperty(waiting, "commit") || !Predicate.isFunction(waiting.commit)) return waiting
    const committed: Effect.Effect<A, E> = waiting.commit()
    operation = committed
    return committed
  })

/** It remembers whom to resume: from now on nobody. */
const letGo = (operation: unknown): void => {
  if (!Predicate.hasProperty(operation, instruction)) return
  const remember = operation[instruction]
  if (Predicate.isFunction(remember)) remember(nobody)
}

const instruction = "effect_instruction_i0"

const nobody = (): void => {}

/** An effect for `restore`, which runs once and refers to nothing any more when it has begun. */
export const once = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> => {
  let held: Effect.Effect<A, E> | undefined = effect
  return Effect.suspend(() => {
    const taken = held ?? Effect.dieMessage("an effect that runs once ran again")
    held = undefined
    return taken
  })
}
