import * as Pipeable from "effect/Pipeable"

/** A class whose values have a `pipe`. */
export const pipeable = Pipeable.Mixin
