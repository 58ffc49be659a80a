import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as fc from "effect/FastCheck"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Conversation, History, RoomJid } from "effect-genesys-chats"
import { history } from "../pipelines/model.js"

const room = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))
const start = Date.parse("2026-03-01T00:00:00.000Z")
const Stored = Schema.parseJson(History.Checkpoint)

/** Bursts of one millisecond, which a stop can fall into. */
const dates = fc.array(fc.constantFrom(0, 0, 0, 0, 1, 60_000), { minLength: 1, maxLength: 60 }).map((steps) => {
  let date = start
  return steps.map((step) => (date += step))
})

it("a history that is stopped after any message goes on from its checkpoint, and gives every message once", () =>
  fc.assert(
    fc.asyncProperty(
      dates,
      fc.constantFrom("ascending" as const, "descending" as const),
      fc.constantFrom("ascending" as const, "descending" as const),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 70 }),
      async (dates, pages, order, run, pageSize) => {
        const model = history(dates, { order: pages })
        const given: Array<string> = []
        let stored: string | undefined
        let count = run
        while (count === run) {
          const from = stored === undefined ? undefined : Schema.decodeSync(Stored)(stored)
          let checkpoint = from
          count = 0
          await History.stream(room, { order, from, pageSize }).pipe(
            Stream.take(run),
            Stream.runForEach((message) =>
              Effect.sync(() => {
                count++
                given.push(message.id)
                checkpoint = History.checkpoint(checkpoint, message)
                stored = Schema.encodeSync(Stored)(checkpoint)
              })
            ),
            Effect.provide(Layer.merge(model.layer, Logger.remove(Logger.defaultLogger))),
            Effect.runPromise
          )
        }
        expect(given).toHaveLength(dates.length)
        expect(new Set(given).size).toBe(dates.length)
      }
    ),
    { numRuns: 60 }
  ))
