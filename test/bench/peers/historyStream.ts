/** This library's stream of a history. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { Conversation, History, RoomJid } from "effect-genesys-chats"
import type { HistoryJob } from "../history.js"
import { measured } from "../shared/heap.js"
import { serveJobs } from "../shared/worker.js"
import { live } from "./live.js"

await serveJobs(async (url, transport) => {
  const runtime = await live(url, transport, Layer.empty)
  return ({ messages, room, samples }: HistoryJob) =>
    measured(messages, samples, (seen) =>
      History.stream(Conversation.room(RoomJid.make(room))).pipe(
        // a closure over the chunk, made for each, may be old to V8 and keep its page
        Stream.runForEachChunk((chunk) => {
          seen(chunk.length)
          return Effect.void
        }),
        runtime.runPromise
      )
    )
})
