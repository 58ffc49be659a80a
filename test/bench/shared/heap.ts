import { type Cost, costOf } from "./worker.js"

/** A run through a history. */
export interface Walked extends Cost {
  readonly seen: number
  /** The most heap above what there was before, in bytes, after a collection each time. */
  readonly heap: number
}

const heapUsed = (): number => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

/** What a walk costs by the message, and how the heap does, looked at so many times on the way. */
export const measured = async (
  messages: number,
  samples: number,
  walk: (seen: (count: number) => void) => Promise<void>
): Promise<Walked> => {
  const before = heapUsed()
  const step = messages / samples
  let heap = 0
  let seen = 0
  const cost = await costOf(messages, () =>
    walk((count) => {
      if (Math.floor((seen + count) / step) > Math.floor(seen / step)) heap = Math.max(heap, heapUsed() - before)
      seen += count
    })
  )
  return { ...cost, seen, heap }
}
