import * as Cause from "effect/Cause"
import type * as Either from "effect/Either"
import * as Exit from "effect/Exit"

/** The failure on the left; what the cause is without one, on the right. */
export const failureOrCause = <E>(cause: Cause.Cause<E>): Either.Either<Cause.Cause<never>, E> =>
  Cause.failureOrCause(cause)

/** The exit that an effect came to whose own exit is a value. */
export const flattened = <A, E, E2>(exit: Exit.Exit<Exit.Exit<A, E>, E2>): Exit.Exit<A, E | E2> => Exit.flatten(exit)
