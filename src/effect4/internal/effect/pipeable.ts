import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"
import { type Pipeable, pipeArguments } from "effect/Pipeable"
import * as Predicate from "effect/Predicate"

/** A class whose values have a `pipe`, and are equal to those of the same fields that another copy of it has made. */
export const pipeable = <Class extends abstract new (...args: never) => object>(
  base: Class
): { [K in keyof Class]: Class[K] } & (new (
  ...args: ConstructorParameters<Class>
) => InstanceType<Class> & Pipeable) => {
  // the type of what it is called with is the caller's
  const Base = base as unknown as new (...args: ReadonlyArray<unknown>) => object
  const Piped = class extends Base {
    pipe() {
      // biome-ignore lint/complexity/noArguments: as Effect takes them
      return pipeArguments(this, arguments)
    }

    [Equal.symbol](that: Equal.Equal): boolean {
      return Equal.equals({ ...this }, Predicate.isObject(that) ? { ...that } : that)
    }

    [Hash.symbol](): number {
      return Hash.structure({ ...this })
    }
  }
  return Piped as never
}
