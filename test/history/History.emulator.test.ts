import { describe, expect, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as fc from "effect/FastCheck"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Stream from "effect/Stream"
import { Chats, RetryBudget, RetryPolicy, ThreadId } from "effect-genesys-chats"
import { Emulator, Faults } from "effect-genesys-chats/testing"
import * as Conversation from "../../src/conversation/Conversation.js"
import * as History from "../../src/history/History.js"
import { runs } from "../utils/runs.js"

const behaviours: fc.Arbitrary<Emulator.HistoryOptions> = fc.record({
  order: fc.constantFrom("ascending", "descending"),
  selection: fc.constantFrom("newest", "nearest"),
  inclusive: fc.boolean(),
  maxLimit: fc.constantFrom(30, 50, 100),
  dates: fc.constantFrom("distinct", "clock")
})

/** Retries at once: the wait is not what is tested. */
const quick = RetryPolicy.make({
  maxRetries: 50,
  serviceUnavailable: RetryPolicy.backoff({ base: 1, floor: 0 }),
  gatewayTimeout: RetryPolicy.backoff({ base: 1, floor: 0 }),
  tooManyRequests: RetryPolicy.backoff({ base: 1, floor: 0 }),
  transport: RetryPolicy.backoff({ base: 1, floor: 0 })
})

const ampleBudget = RetryBudget.layer({ capacity: 100_000 })

const silent = Logger.remove(Logger.defaultLogger)

const ids = (stream: ReturnType<typeof Conversation.history>) =>
  Effect.map(Stream.runCollect(stream), (messages) => Chunk.toReadonlyArray(messages).map(({ id }) => id))

describe("over the live client and the emulator", () => {
  it("a stream gives what was posted, in order, once: any behaviour, under faults, of rooms and 1on1s", () =>
    fc.assert(
      fc.asyncProperty(
        behaviours,
        fc.integer({ min: 0, max: 90 }),
        fc.integer({ min: 2, max: 40 }),
        fc.constantFrom("ascending" as const, "descending" as const),
        fc.nat(1000),
        (history, count, pageSize, order, seed) =>
          Effect.gen(function* () {
            const emulator = yield* Emulator.Emulator
            const alice = yield* emulator.addUser()
            const jid = yield* emulator.addRoom({ subject: "Incident", participants: [emulator.bot.id, alice.id] })
            const both = [
              [Conversation.room(jid), jid],
              [Conversation.user(alice.id), [emulator.bot.id, alice.id]]
            ] as const
            for (const [conversation, ref] of both) {
              yield* emulator.setFaults(Faults.none)
              // some an hour apart, the last 20 as the clock says: with many of one millisecond where it is not kept distinct
              yield* emulator.seedMessages(ref, count, { interval: "1 hour" })
              yield* Effect.forEach(Array.from({ length: 20 }), (_, i) =>
                Conversation.send(conversation, `message ${i}`)
              )
              const posted = (yield* emulator.messages(ref)).map(({ id }) => id)
              yield* emulator.setFaults(
                Faults.random({ seed, rate: 0.3, faults: [Faults.status(503), Faults.html(504), Faults.reset()] })
              )
              const found = yield* ids(Conversation.history(conversation, { pageSize, order }))
              expect(found).toEqual(order === "ascending" ? posted : posted.toReversed())
            }
          }).pipe(
            RetryPolicy.with(quick),
            Effect.provide(
              Layer.merge(silent, Layer.provide(Emulator.layerClient({ history, rateLimit: "unlimited" }), ampleBudget))
            ),
            Effect.runPromise
          )
      ),
      { numRuns: runs(4) }
    ))

  it("a 1on1 that answers with one bare message", () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom("ascending" as const, "descending" as const),
        fc.boolean(),
        fc.nat(12),
        (order, inclusive, count) =>
          Effect.gen(function* () {
            const emulator = yield* Emulator.Emulator
            const alice = yield* emulator.addUser()
            const posted = yield* emulator.seedMessages([emulator.bot.id, alice.id], count)
            const newestFirst = yield* ids(Conversation.history(Conversation.user(alice.id)))
            const oldestFirst = yield* ids(Conversation.history(Conversation.user(alice.id), { order: "ascending" }))
            expect(newestFirst).toEqual(posted.toReversed())
            expect(oldestFirst).toEqual(posted)
          }).pipe(
            Effect.provide(
              Layer.merge(
                silent,
                Emulator.layerClient({
                  history: { order, inclusive, userMessages: "single" },
                  rateLimit: "unlimited"
                })
              )
            ),
            Effect.runPromise
          )
      ),
      { numRuns: runs(4) }
    ))

  it("a thread", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const room = Conversation.room(yield* emulator.addRoom({ subject: "Incident", participants: [emulator.bot.id] }))
      const first = yield* Conversation.send(room, "We are on it")
      const { thread } = yield* Chats.getChatsMessage({ messageId: first.id })
      const threadId = ThreadId.make(thread.id ?? "")
      yield* Effect.forEach(Array.from({ length: 30 }), () => Conversation.send(room, "not in the thread"))
      const replies = yield* Effect.forEach(Array.from({ length: 30 }), (_, i) =>
        Conversation.reply(room, threadId, `reply ${i}`)
      )
      const found = yield* ids(History.thread(threadId, { pageSize: 7, order: "ascending" }))
      expect(found.filter((id) => id !== first.id)).toEqual(replies.map(({ id }) => id))
    }).pipe(Effect.provide(Emulator.layerClient({ rateLimit: "unlimited" })), Effect.runPromise))
})
