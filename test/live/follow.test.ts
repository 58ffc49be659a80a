import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
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

  const count = Number(process.env["LIVE_MESSAGES"] ?? 1500)
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
            channels.setEvents({ drop: 0.5, double: 0.3 }),
            channels.setEvents({ drop: 0, double: 1 })
          ]
          yield* mishaps[yield* Random.nextIntBetween(0, mishaps.length * 3)] ?? Effect.void
          yield* Effect.sleep(yield* Random.nextRange(0, 5000))
        }
        yield* emulator.setFaults(Faults.none)
        yield* Effect.sleep("30 minutes")
        expect(seen.map(({ id }) => id)).toEqual(posted)
      }).pipe(
        Effect.scoped,
        Effect.provide(
          onEmulator(
            {},
            { seed, faults: Faults.random({ seed, rate: 0.1, faults: [Faults.status(503), Faults.status(429)] }) }
          )
        ),
        Effect.withRandom(Random.make(seed)),
        inVirtualTime,
        Effect.runPromise
      ),
    120_000
  )
})
