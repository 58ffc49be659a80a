import * as Cause from "effect/Cause"
import * as Result from "effect/Result"

/** The failure as a failure; what the cause is without one as the success. */
export const failureOrCause = <E>(cause: Cause.Cause<E>): Result.Result<Cause.Cause<never>, E> =>
  Result.flip(Cause.findError(cause))
