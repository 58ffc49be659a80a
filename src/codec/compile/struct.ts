import type { ParseOptions } from "effect/SchemaAST"
import { failed, missing, type Run } from "./Run.js"

export interface Field {
  readonly name: PropertyKey
  /** It is only looked at where it is there. */
  readonly optional: boolean
  /** May also give `missing`. */
  readonly run: Run
  /** Whether `run` is to know that the field is `missing`. */
  readonly always: boolean
}

interface Fields {
  [key: PropertyKey]: unknown
}

/**
 * The fields are set in the schema's order: so are `ParseResult`'s, and all objects have one shape. An
 * object that it takes, and that has no other fields and no other order, is the one that it gives. `has` says
 * whether a field is there, inherited ones included or not.
 */
export const struct = (
  fields: ReadonlyArray<Field>,
  rest: Run | undefined,
  takes: boolean,
  has: (object: object, name: PropertyKey) => boolean
): Run => {
  // one array for each part: twice as fast as an array of objects
  const names = fields.map(({ name }) => name)
  const optional = fields.map((field) => field.optional)
  const runs = fields.map(({ run }) => run)
  const always = fields.map((field) => field.always)
  const known = new Set(names.map((name) => (typeof name === "number" ? String(name) : name)))
  const mayKeep = takes && rest === undefined && !fields.some((field) => field.optional && field.always)

  /** Whether its keys are fields, in their order, and all are there that have to be. */
  const isInOrder = (source: object): boolean => {
    let next = 0
    for (const key in source) {
      while (names[next] !== key) if (!optional[next++]) return false
      next++
    }
    return optional.indexOf(false, next) === -1
  }

  /** An object whose keys are in order: what is not right is set anew. */
  const keep = (source: Fields, options: ParseOptions): unknown => {
    let i = 0
    // `for in` reads fields by their place
    for (const key in source) {
      while (names[i] !== key) i++
      const before = source[key]
      const value = runs[i]!(before, options)
      if (value === failed) return failed
      if (value === missing) return fill(source, options, copyOf(source, names, i), i + 1)
      if (value !== before) source[key] = value
      i++
    }
    return source
  }

  /** The fields from `start` on are set in another object. */
  const fill = (source: Fields, options: ParseOptions, output: Fields, start: number): unknown => {
    for (let i = start; i < names.length; i++) {
      const name = names[i]!
      const absent = optional[i] && !has(source, name)
      if (absent && !always[i]) continue
      const value = runs[i]!(absent ? missing : source[name], options)
      if (value === failed) return failed
      if (value !== missing) output[name] = value
    }
    return output
  }

  return (input, options) => {
    if (typeof input !== "object" || input === null || Array.isArray(input)) return failed
    // an object can be asked for any key
    const source = input as Fields
    if (mayKeep && isInOrder(source)) return keep(source, options)
    const output: Fields = {}
    if (fill(source, options, output, 0) === failed) return failed
    if (rest === undefined) return output
    for (const key of Object.keys(source)) {
      // to assign to it is to set a prototype, which only `ParseResult` loses as it does
      if (key === "__proto__") throw failed
      const value = rest(source[key], options)
      if (value === failed) return failed
      if (value !== missing && !known.has(key)) output[key] = value
    }
    return output
  }
}

const copyOf = (source: Fields, names: ReadonlyArray<PropertyKey>, end: number) => {
  const copy: Fields = {}
  for (let i = 0; i < end; i++) {
    const name = names[i]!
    if (Object.hasOwn(source, name)) copy[name] = source[name]
  }
  return copy
}
