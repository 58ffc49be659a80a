/**
 * What can be seen of a module from outside: for each export its `typeof`, and what code and people
 * go by: the names and arities of functions, the keys of objects, the values of what is none.
 * Plain JavaScript, because it runs in a consumer's process too.
 */
export const shapeOf = (module) =>
  Object.fromEntries(
    Object.keys(module)
      .sort()
      .map((name) => [name, describe(module[name])])
  )

const describe = (value) => {
  if (typeof value === "function") {
    return { typeof: "function", name: value.name, length: value.length, keys: keysOf(value) }
  }
  if (typeof value === "object" && value !== null) return { typeof: "object", keys: keysOf(value) }
  return { typeof: typeof value, value: String(value) }
}

const keysOf = (value) => Object.keys(value).sort()
