import type { Org } from "./Org.js"

/**
 * The state of an emulator at one time, to reset to. It can be used any number of times, also by
 * a fork.
 *
 * @since 0.1.0
 * @category models
 */
export class Snapshot {
  readonly #org: Org

  constructor(org: Org) {
    this.#org = org.clone()
  }

  /** A copy of the state. */
  restore(): Org {
    return this.#org.clone()
  }
}
