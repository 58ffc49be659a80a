import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import type { MessageId } from "effect-genesys-chats"
import * as Conversation from "../../src/conversation/Conversation.js"
import * as History from "../../src/history/History.js"
import * as Faults from "../../src/testing/faults/Faults.js"
import { inVirtualTime } from "../utils/virtualTime.js"
import { newRoom, onEmulator, post } from "./utils.js"

/** Follows a room in virtual time; ids in the order in which they came, and how long they took. */
const follow = (roomJid: Parameters<typeof post>[0], options?: History.FollowOptions) =>
  Effect.gen(function* () {
    const clock = yield* Effect.clock
    const seen: Array<{ readonly id: string; readonly at: number }> = []
    yield* History.follow(Conversation.room(roomJid), options).pipe(
      Stream.runForEach(({ id }) => Effect.sync(() => void seen.push({ id, at: clock.unsafeCurrentTimeMillis() }))),
      Effect.forkScoped
    )
    return seen
  })

/** A tenth of the requests fail, and half of the events are lost or doubled. */
const weather = (seed: number) =>
  Faults.combine(
    Faults.random({ seed, rate: 0.1, faults: [Faults.status(503), Faults.status(429)] }),
    Faults.forEvents(Faults.random({ seed, rate: 0.5, faults: [Faults.dropEvent, Faults.doubleEvent] }))
  )

describe("a tail with Live", () => {
  it("hears of a message at once, and asks seldom", () =>
    Effect.gen(function* () {
      const { emulator, jid } = yield* newRoom
      const seen = yield* follow(jid)
      yield* Effect.sleep("1 minute")
      yield* emulator.clearRequests
      yield* Effect.sleep("1 hour")
      expect((yield* emulator.requests).length).toBeLessThanOrEqual(13)
      for (let i = 0; i < 20; i++) {
        const before = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
        const { id } = yield* post(jid, `message ${i}`)
        yield* Effect.sleep("10 seconds")
        expect(seen.at(-1)?.id).toBe(id)
        expect((seen.at(-1)?.at ?? 0) - before).toBeLessThan(100)
      }
      expect(seen).toHaveLength(20)
    }).pipe(Effect.scoped, Effect.provide(onEmulator()), inVirtualTime, Effect.runPromise))

  it("goes by the caller's badges where messages cannot be heard, and polls where nothing can", () =>
    Effect.gen(function* () {
      const { emulator, jid } = yield* newRoom
      yield* emulator.channels.setEvents({ badges: false })
      const seen = yield* follow(jid)
      yield* Effect.sleep("1 minute")
      yield* post(jid, "polled")
      yield* Effect.sleep("30 seconds")
      expect(seen).toHaveLength(1)
    }).pipe(
      Effect.scoped,
      Effect.provide(onEmulator({}, { events: { messages: false } })),
      inVirtualTime,
      Effect.runPromise
    ))

  const count = Number(process.env["LIVE_MESSAGES"] ?? 500)
  const seed = Number(process.env["LIVE_SEED"] ?? 20261126)
  it(
    `gives every message once and in order, whatever goes wrong: ${count} messages, LIVE_SEED=${seed}`,
    () =>
      Effect.gen(function* () {
        const { emulator, jid } = yield* newRoom
        const posted: Array<string> = []
        const seen = yield* follow(jid, { since: undefined })
        yield* Effect.sleep("10 seconds")
        while (posted.length < count) {
          const burst = yield* Random.nextIntBetween(1, 20)
          for (let i = 0; i < burst; i++) {
            const author = emulator.bot.id
            const [id] = yield* emulator.seedMessages(jid, 1, { author, interval: 0 })
            if (id !== undefined) posted.push(id)
          }
          const { id } = yield* post(jid, "and one that is heard of").pipe(Effect.retry({ times: 100 }))
          posted.push(id)
          const { channels } = emulator
          const mishaps = [
            channels.terminate,
            channels.close(1001),
            channels.forget,
            channels.announceClosing,
            channels.send("{"),
            channels.setEvents({ heartbeats: false }),
            channels.setEvents({ heartbeats: true }),
            channels.setEvents({ double: 1 }),
            channels.setEvents({ double: 0 })
          ]
          yield* mishaps[yield* Random.nextIntBetween(0, mishaps.length * 3)] ?? Effect.void
          yield* Effect.sleep(yield* Random.nextRange(0, 5000))
        }
        yield* emulator.setFaults(Faults.none)
        yield* Effect.sleep("30 minutes")
        expect(seen.map(({ id }) => id)).toEqual(posted)
      }).pipe(
        Effect.scoped,
        Effect.provide(onEmulator({}, { seed, faults: weather(seed) })),
        Effect.withRandom(Random.make(seed)),
        inVirtualTime,
        Effect.runPromise
      ),
    120_000 + 20 * count
  )

  it(
    "loses no edit within lookBack, and gives what was deleted at most once, whatever goes wrong",
    () =>
      Effect.gen(function* () {
        const { emulator, jid } = yield* newRoom
        const { channels } = emulator
        const room = Conversation.room(jid)
        const again = Effect.retry({ times: 100 })
        const seen = new Map<string, Array<string>>()
        yield* History.follow(room, { edits: true, lookBack: "5 minutes" }).pipe(
          Stream.runForEach(({ body, id }) => Effect.sync(() => void seen.set(id, [...(seen.get(id) ?? []), body]))),
          Effect.forkScoped
        )
        yield* Effect.sleep("10 seconds")
        const last = new Map<string, string>()
        const deleted = new Set<string>()
        let recent: ReadonlyArray<MessageId> = []
        for (let i = 0; i < 100; i++) {
          const { id } = yield* again(post(jid, `message ${i}`))
          last.set(id, `message ${i}`)
          recent = [...recent.slice(-5), id]
          const one = recent[yield* Random.nextIntBetween(0, recent.length)]
          const what = yield* Random.next
          if (one !== undefined && !deleted.has(one) && what < 0.4) {
            yield* again(Conversation.edit(room, one, `edited ${i}`))
            last.set(one, `edited ${i}`)
          } else if (one !== undefined && !deleted.has(one) && what < 0.5) {
            yield* again(Conversation.remove(room, one))
            deleted.add(one)
          }
          if (i % 20 === 0) yield* channels.terminate
          if (i % 50 === 0) yield* channels.forget
          // all of `recent` were posted within the last five minutes
          yield* Effect.sleep(yield* Random.nextRange(0, 15_000))
        }
        yield* Effect.sleep("30 minutes")
        for (const [id, body] of last) {
          if (!deleted.has(id)) expect([id, seen.get(id)?.at(-1)]).toEqual([id, body])
          expect(new Set(seen.get(id)).size).toBe(seen.get(id)?.length ?? 0)
        }
      }).pipe(
        Effect.scoped,
        Effect.provide(onEmulator({}, { seed, faults: weather(seed) })),
        Effect.withRandom(Random.make(seed)),
        inVirtualTime,
        Effect.runPromise
      ),
    120_000
  )
})
