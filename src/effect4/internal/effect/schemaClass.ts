import * as Predicate from "effect/Predicate"

/**
 * Errors are called by their tag, in every log line: Effect 4 would call them by the identifier of their schema. Their
 * classes have it as well.
 */
export const finished = <S extends object>(schema: S): S => {
  if (!Predicate.hasProperty(schema, "prototype") || !(schema.prototype instanceof Error)) return schema
  const tag = tagOf(schema)
  if (tag !== undefined) {
    Object.defineProperty(schema.prototype, "name", { value: tag, writable: true, configurable: true })
    Object.defineProperty(schema, "_tag", { value: tag })
  }
  return schema
}

const tagOf = (schema: object): string | undefined => {
  let found: unknown = schema
  for (const key of ["fields", "_tag", "ast", "literal"]) {
    found = Predicate.hasProperty(found, key) ? found[key] : undefined
  }
  return typeof found === "string" ? found : undefined
}
