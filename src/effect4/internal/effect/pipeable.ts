import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"
import * as Pipeable from "effect/Pipeable"
import * as Predicate from "effect/Predicate"

/** A class whose values have a `pipe`, and are equal to those of the same fields that another copy of it has made. */
// biome-ignore lint/suspicious/noExplicitAny: what TypeScript asks of the class that a mixin extends
export const pipeable = <Class extends new (...args: ReadonlyArray<any>) => object>(
  base: Class
): Class & Pipeable.PipeableConstructor =>
  class extends Pipeable.Mixin(base) {
    [Equal.symbol](that: Equal.Equal): boolean {
      return Equal.equals({ ...this }, Predicate.isObject(that) ? { ...that } : that)
    }

    [Hash.symbol](): number {
      return Hash.structure({ ...this })
    }
  }
