import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Conversation, History, RoomJid } from "effect-genesys-chats"
import { endless } from "../pipelines/endless.js"
import { collected } from "../utils/heap.js"

const room = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))

for (const order of ["ascending", "descending"] as const) {
  it.live(`memory does not grow with a history of 100,000 messages, ${order}`, () =>
    Effect.gen(function* () {
      const service = endless(100_000, "newest")
      const before = yield* collected
      let [seen, most] = [0, 0]
      yield* History.stream(room, { order }).pipe(
        Stream.runForEachChunk((chunk) => {
          const isDue = Math.floor((seen + chunk.length) / 20_000) > Math.floor(seen / 20_000)
          seen += chunk.length
          return isDue
            ? Effect.map(collected, (now) => {
                most = Math.max(most, now - before)
              })
            : Effect.void
        }),
        Effect.provide(service.layer)
      )
      expect(seen).toBe(100_000)
      // all of them together take more than 30 MB
      expect(most / 2 ** 20).toBeLessThan(15)
    })
  )
}
