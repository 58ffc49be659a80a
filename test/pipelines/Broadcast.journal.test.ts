import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/TestClock"
import { Broadcast, ChatsError, Conversation, MessageId, RoomJid } from "effect-genesys-chats"
import { clientOf } from "./model.js"

const rooms = Array.from({ length: 6 }, (_, i) => Conversation.room(RoomJid.make(`${i}@conference.acme.orgspan.com`)))
const Line = Schema.parseJson(Broadcast.Entry)

const service = (answer: (n: number) => Effect.Effect<unknown, ChatsError.ChatsError> = () => Effect.void) => {
  const sent: Array<number> = []
  const layer = clientOf((_, { roomJid }: { readonly roomJid?: string }) => {
    const n = Number(roomJid?.split("@")[0])
    sent.push(n)
    return Effect.as(answer(n), { id: MessageId.make(`sent to ${n}`) })
  })
  return { layer, sent }
}

describe("a broadcast with a journal", () => {
  it.effect("that is killed at any entry goes on without sending anything twice", () =>
    Effect.gen(function* () {
      const { layer } = service()
      const lines: Array<string> = []
      const journal = (entry: Broadcast.Entry) => Effect.sync(() => void lines.push(Schema.encodeSync(Line)(entry)))
      yield* Effect.provide(Broadcast.send(rooms, "Hi", { concurrency: 3, journal }), layer)
      expect(lines).toHaveLength(12)
      for (let kept = 0; kept <= lines.length; kept++) {
        const entries = lines.slice(0, kept).map((line) => Schema.decodeSync(Line)(line))
        // sent or not: what the journal says was begun may be there already
        const before = entries.flatMap(({ _tag, conversation }) =>
          _tag === "Sending" && conversation._tag === "Room" ? [Number(conversation.jid.split("@")[0])] : []
        )
        const second = service()
        const previous = Broadcast.fromJournal(entries)
        const report = yield* Effect.provide(Broadcast.send(rooms, "Hi", { previous }), second.layer)
        expect([...before, ...second.sent].sort()).toEqual([0, 1, 2, 3, 4, 5])
        const sent = entries.filter(({ _tag }) => _tag === "Sent").length
        expect(Broadcast.counts(report)).toMatchObject({
          Unknown: before.length - sent,
          Sent: 6 - (before.length - sent)
        })
      }
    })
  )

  it.effect("sends nothing that is not written down, and ends where that fails", () =>
    Effect.gen(function* () {
      const { layer, sent } = service()
      let entries = 0
      const journal = (entry: Broadcast.Entry) =>
        entry._tag === "Sending" && ++entries === 3 ? Effect.fail("disk full") : Effect.void
      const options = { concurrency: 1, journal }
      expect(yield* Effect.flip(Effect.provide(Broadcast.send(rooms, "Hi", options), layer))).toBe("disk full")
      expect(sent).toEqual([0, 1])
    })
  )

  it.effect("interrupted, has the result of what was under way as unknown, and tries again what was refused", () =>
    Effect.gen(function* () {
      const refused = new ChatsError.Forbidden({})
      const { layer } = service((n) => (n === 0 ? Effect.fail(refused) : n === 1 ? Effect.never : Effect.void))
      const entries: Array<Broadcast.Entry> = []
      const journal = (entry: Broadcast.Entry) => Effect.sync(() => void entries.push(entry))
      const running = yield* Effect.fork(
        Effect.provide(Broadcast.send(rooms, "Hi", { concurrency: 1, journal }), layer)
      )
      yield* Effect.repeatN(Effect.yieldNow(), 100)
      yield* Fiber.interrupt(running)
      const previous = Broadcast.fromJournal(entries)
      expect(previous.results.map(({ _tag }) => _tag)).toEqual(["Rejected", "Unknown"])
      const second = service()
      yield* Effect.provide(Broadcast.send(rooms, "Hi", { previous }), second.layer)
      expect(second.sent).toEqual([0, 2, 3, 4, 5])
    })
  )

  it.effect("interrupted, waits for the result that is being written down, and not for ever", () =>
    Effect.gen(function* () {
      const { layer } = service()
      const entries: Array<string> = []
      const interrupted = (writes: Effect.Effect<void>) =>
        Effect.gen(function* () {
          const journal = (entry: Broadcast.Entry) =>
            entry._tag === "Sending" ? Effect.void : Effect.map(writes, () => void entries.push(entry._tag))
          const options = { concurrency: 1, journal }
          const running = yield* Effect.fork(Effect.provide(Broadcast.send(rooms, "Hi", options), layer))
          yield* TestClock.adjust("1 second")
          const ended = yield* Effect.fork(Fiber.interrupt(running))
          yield* TestClock.adjust("9 seconds")
          const early = yield* Fiber.poll(ended)
          yield* TestClock.adjust("2 seconds")
          return [Option.isSome(early), Option.isSome(yield* Fiber.poll(ended))]
        })
      expect(yield* interrupted(Effect.sleep("5 seconds"))).toEqual([true, true])
      expect(entries).toEqual(["Sent"])
      expect(yield* interrupted(Effect.never)).toEqual([false, true])
      expect(yield* interrupted(Effect.uninterruptible(Effect.never))).toEqual([false, true])
    })
  )
})
