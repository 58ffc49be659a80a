import { shared } from "./effect/global.js"

/*
 * Services are taken up when what uses them is built. One that stands beside it (`Layer.merge`) and not under it
 * (`Layer.provide`) would have no effect, without a word: see client/notTakenUp.
 */

/** The services that something has taken up, and those that were warned of. */
const known = shared("takenUp", () => new WeakSet<object>())

export const takeUp = (...taken: ReadonlyArray<object>): void => {
  for (const service of taken) known.add(service)
}

export const isTakenUp = (service: object): boolean => known.has(service)
