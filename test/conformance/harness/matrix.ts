/** Client by emulator: the pairs of majors, and the processes in which they are. */
import { afterAll, beforeAll } from "vitest"
import { type Driver, startDriver } from "./driver.js"
import { type Major, majors } from "./majors.js"

export interface Pair {
  readonly client: Major
  readonly emulator: Major
}

export const pairs: ReadonlyArray<Pair> = majors.flatMap((client) => majors.map((emulator) => ({ client, emulator })))

/** The drivers of a test file, started before its tests. */
export const useDrivers = (): ((major: Major) => Driver) => {
  const drivers = new Map<Major, Driver>()
  beforeAll(async () => {
    for (const major of majors) drivers.set(major, await startDriver(major))
  })
  afterAll(() => {
    for (const driver of drivers.values()) driver.stop()
  })
  return (major) => {
    const found = drivers.get(major)
    if (found === undefined) throw new Error(`no driver ${major}`)
    return found
  }
}

/** Does what is asked once for each key, and remembers it. */
export const remembered = <K, A>(make: (key: K) => Promise<A>, nameOf: (key: K) => string) => {
  const done = new Map<string, Promise<A>>()
  return (key: K): Promise<A> => {
    const name = nameOf(key)
    const found = done.get(name) ?? make(key)
    done.set(name, found)
    return found
  }
}

export const nameOf = ({ client, emulator }: Pair): string => `client ${client} × emulator ${emulator}`

/** Without what differs from one run to the next: dates. */
export const timeless = <A>(value: A): A =>
  JSON.parse(JSON.stringify(value).replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<date>"))

/** Without the words by which each major of Effect says what it expected: those are its own. */
export const inOwnWords = <A>(value: A): A =>
  JSON.parse(JSON.stringify(value).replaceAll(/Expected [^;"]*(\\"[^;"]*)*/g, "Expected …"))
