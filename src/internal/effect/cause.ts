import * as Cause from "effect/Cause"
import type * as Either from "effect/Either"

/** The failure on the left; what the cause is without one, on the right. */
export const failureOrCause = <E>(cause: Cause.Cause<E>): Either.Either<Cause.Cause<never>, E> =>
  Cause.failureOrCause(cause)
