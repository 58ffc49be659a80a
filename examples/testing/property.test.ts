/**
 * A property of a pipeline: every message is posted exactly once, whatever fails. Faults are
 * drawn from a seed that is printed when the test fails, and replays the run. Run it with
 * `npx vitest run examples/testing/property.test.ts`.
 */
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import { Chats, type ChatsClient, ChatsError, RetryPolicy, type RoomJid } from "effect-genesys-chats"
import { Emulator, Faults, TestTime } from "effect-genesys-chats/testing"

// --- the pipeline, as it would stand in src/ ---------------------------------------------------

/**
 * Posts a message that no other equals. The API has no idempotency key: a send that may have
 * happened is looked for in the history before it is sent again.
 */
const postOnce = (roomJid: RoomJid, message: string): Effect.Effect<void, never, ChatsClient.ChatsClient> =>
  Chats.postChatsRoomMessages({ roomJid, message }).pipe(
    RetryPolicy.with(RetryPolicy.atMostOnce),
    Effect.as(true),
    Effect.catchAll((error) =>
      ChatsError.outcome(error) === "Unknown" ? isPosted(roomJid, message) : Effect.succeed(false)
    ),
    Effect.flatMap((done) => (done ? Effect.void : Effect.delay(postOnce(roomJid, message), "1 second")))
  )

/** Until the history can be read nobody knows, and nothing may be sent. */
const isPosted = (roomJid: RoomJid, message: string): Effect.Effect<boolean, never, ChatsClient.ChatsClient> =>
  Chats.getChatsRoomMessages({ roomJid, limit: 100 }).pipe(
    Effect.map(({ entities = [] }) => entities.some(({ body }) => body === message)),
    Effect.catchAll(() => Effect.delay(isPosted(roomJid, message), "1 second"))
  )

// --- its test ----------------------------------------------------------------------------------

const badDay = (seed: number) =>
  Faults.random({
    seed,
    rate: 0.5,
    faults: [
      Faults.status(429, { retryAfter: 1 }),
      Faults.status(503),
      Faults.html(504, { when: "after" }),
      Faults.status(500, { when: "after" }),
      Faults.truncate(5),
      Faults.reset("before"),
      Faults.reset("after"),
      Faults.refuse
    ]
  })

it.effect.prop(
  "every message is posted exactly once, whatever fails",
  { seed: FastCheck.integer(), count: FastCheck.integer({ min: 1, max: 5 }) },
  ({ count, seed }) => {
    const messages = Array.from({ length: count }, (_, i) => `message ${i}`)
    return Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const roomJid = yield* emulator.addRoom({ subject: "Incident 4711", participants: [emulator.bot.id] })
      yield* emulator.setFaults(badDay(seed))

      yield* TestTime.autoAdvance(Effect.forEach(messages, (message) => postOnce(roomJid, message)))

      const posted = yield* emulator.messages(roomJid)
      expect(
        posted.map(({ body }) => body),
        String(badDay(seed))
      ).toEqual(messages)
    }).pipe(Effect.provide(Emulator.layerClient({ rateLimit: "unlimited" })))
  },
  { fastCheck: { numRuns: 20 } }
)
