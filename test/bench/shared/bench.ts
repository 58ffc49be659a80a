import type { Built } from "./build.js"
import type { Server } from "./processes.js"

/** What a section gets. */
export interface Bench {
  readonly built: Built
  readonly server: Server
  readonly options: Options
}

export interface Options {
  readonly rounds: number
  readonly concurrency: number
  readonly messages: number
  /** Parts of the names of the peers that run; all of them where there are none. */
  readonly only: ReadonlyArray<string>
  readonly profile: boolean
  readonly verbose: boolean
}
