import * as Either from "effect/Either"
import type { ParseOptions } from "effect/SchemaAST"

/** A schema as a closure. It gives the value that `ParseResult` gives, or `failed` where that gives an error. */
export type Run = (input: unknown, options: ParseOptions) => unknown

/** There is no value. Thrown, it says that these closures do not know. */
export const failed: unique symbol = Symbol("failed")

/** The value of a field that is not there. */
export const missing: unique symbol = Symbol("missing")

export const valueOf = (result: Either.Either<unknown, unknown>): unknown =>
  Either.isRight(result) ? result.right : failed

export const lazily = (make: () => Run): Run => {
  let run: Run | undefined
  return (input, options) => {
    run ??= make()
    return run(input, options)
  }
}

export const through =
  (first: Run, second: Run): Run =>
  (input, options) => {
    const value = first(input, options)
    return value === failed ? failed : second(value, options)
  }

/** An array that it takes is the one that it gives. */
export const array =
  (item: Run, takes: boolean): Run =>
  (input, options) => {
    if (!Array.isArray(input)) return failed
    const output: Array<unknown> = takes ? input : []
    for (let i = 0; i < input.length; i++) {
      const value = item(input[i], options)
      if (value === failed) return failed
      if (!takes) output.push(value)
      else if (value !== input[i]) output[i] = value
    }
    return output
  }

export const union =
  (members: ReadonlyArray<Run>): Run =>
  (input, options) => {
    for (let i = 0; i < members.length; i++) {
      const value = members[i]!(input, options)
      if (value !== failed) return value
    }
    return failed
  }
