const store: unique symbol = Symbol.for("effect-genesys-chats/shared")

interface World {
  [store]?: Map<string, unknown>
}

/** A value that all copies of the package share. */
export const shared = <A>(name: string, make: () => A): A => {
  const world = globalThis as World
  const all = world[store] ?? new Map()
  world[store] = all
  if (!all.has(name)) all.set(name, make())
  return all.get(name) as A // only `make` of this name writes it
}
