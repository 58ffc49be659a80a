/**
 * Memory and requests of a history stream, by its length and order: `node --expose-gc --import tsx
 * test/bench/history-heap.ts [messages]`. The messages are made page by page, so that what is
 * measured is the stream and not the model of the service.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { RoomJid } from "effect-genesys-chats"
import * as Conversation from "../../src/Conversation.js"
import * as History from "../../src/History.js"
import { endless } from "../pipelines/endless.js"

const room = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))

const heap = (): number => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

const measure = (count: number, order: "ascending" | "descending", after: "newest" | "nearest") =>
  Effect.gen(function* () {
    const service = endless(count, after)
    const before = heap()
    let most = 0
    let seen = 0
    const started = performance.now()
    yield* History.stream(room, { order }).pipe(
      Stream.runForEachChunk((chunk) =>
        Effect.sync(() => {
          const step = Math.max(1, Math.floor(count / 10))
          if (Math.floor((seen + chunk.length) / step) > Math.floor(seen / step)) most = Math.max(most, heap() - before)
          seen += chunk.length
        })
      ),
      Effect.provide(service.layer)
    )
    const seconds = (performance.now() - started) / 1000
    return [
      order.padEnd(10),
      `after: ${after}`.padEnd(14),
      `${seen.toLocaleString("en")} messages`.padStart(20),
      `${service.calls().toLocaleString("en")} requests`.padStart(16),
      `heap +${(most / 1024 / 1024).toFixed(1)} MB`.padStart(14),
      `${seconds.toFixed(1)} s`.padStart(8)
    ].join("  ")
  })

const program = Effect.gen(function* () {
  const largest = Number(process.argv[2] ?? 1_000_000)
  for (const count of [largest / 100, largest / 10, largest]) {
    yield* Console.log(yield* measure(count, "descending", "newest"))
    yield* Console.log(yield* measure(count, "ascending", "nearest"))
    yield* Console.log(yield* measure(count, "ascending", "newest"))
  }
})

Effect.runPromise(program)
