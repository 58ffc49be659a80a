import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as Effect from "effect/Effect"

/* What the heap holds, in bytes, once it is collected. For files that have a process to themselves. */

setFlagsFromString("--expose_gc")
const gc: () => void = runInNewContext("gc")

export const collected = Effect.sync(() => {
  gc()
  return process.memoryUsage().heapUsed
})

/** What stays however often it is collected: a reply's finalizers, which have a turn of their own, hold it until then. */
export const heap = Effect.map(Effect.replicateEffect(Effect.zipLeft(collected, Effect.sleep("10 millis")), 5), (all) =>
  Math.min(...all)
)
