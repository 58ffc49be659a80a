/**
 * A pipeline tested on the emulator: the real client runs whole, with encoding, credentials,
 * retries and rate limit, and no socket. Faults make a bad day, `TestTime` makes it short. Run
 * it with `npx vitest run examples/testing/emulator.test.ts`.
 */
import { describe, expect, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { Chats, type UserId } from "effect-genesys-chats"
import { Emulator, Faults, TestTime } from "effect-genesys-chats/testing"

// --- the pipeline, as it would stand in src/ ---------------------------------------------------

/** Opens a room with a first message, and invites everyone. */
const openRoom = (subject: string, users: ReadonlyArray<UserId>, firstMessage: string) =>
  Effect.gen(function* () {
    const { jid: roomJid } = yield* Chats.postChatsRooms({ subject })
    yield* Chats.postChatsRoomMessages({ roomJid, message: firstMessage })
    yield* Effect.forEach(users, (userId) => Chats.postChatsRoomParticipant({ roomJid, userId }), {
      concurrency: 4,
      discard: true
    })
    return roomJid
  })

// --- its tests ---------------------------------------------------------------------------------

const people = Effect.flatMap(Emulator.Emulator, (emulator) =>
  Effect.forEach(["Alice", "Bob", "Carol"], (name) => Effect.map(emulator.addUser({ name }), (user) => user.id))
)

describe("openRoom", () => {
  it.effect("leaves a room with everyone in it and the message in its history", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const jid = yield* openRoom("Incident 4711", yield* people, "Checkout is down")

      const { entities } = yield* Chats.getChatsRoomMessages({ roomJid: jid })
      expect(entities?.map((message) => message.body)).toEqual(["Checkout is down"])
      const { participants } = yield* Chats.getChatsRoomParticipants({ roomJid: jid })
      expect(participants?.length).toBe(4)
      expect((yield* emulator.requests).map((request) => request.status)).toContain(204)
    }).pipe(Effect.provide(Emulator.layerClient()))
  )

  it.effect("gets over a bad day: refused, down, an HTML page from a proxy, a lost reply", () =>
    Effect.gen(function* () {
      const jid = yield* TestTime.autoAdvance(openRoom("Incident 4711", yield* people, "Checkout is down"))

      const emulator = yield* Emulator.Emulator
      expect((yield* emulator.messages(jid)).map((message) => message.body)).toEqual(["Checkout is down"])
      const statuses = (yield* emulator.requests).map((request) => request.status)
      expect(statuses).toEqual(expect.arrayContaining([429, 503, 504]))
    }).pipe(
      Effect.provide(
        Emulator.layerClient({
          faults: Faults.combine(
            Faults.forOperation("postChatsRooms", [Faults.status(429, { retryAfter: 42 }), Faults.status(503)]),
            Faults.forOperation("postChatsRoomMessages", [Faults.html(504)]),
            Faults.forOperation("postChatsRoomParticipant", [Faults.reset("after")])
          )
        })
      )
    )
  )

  it.effect("waits for the rate limit instead of failing", () =>
    Effect.gen(function* () {
      yield* TestTime.autoAdvance(openRoom("Incident 4711", yield* people, "Checkout is down"))
      const emulator = yield* Emulator.Emulator
      const calls = (yield* emulator.requests).filter((request) => request.operation !== "token")
      expect(calls.map(({ status, time }) => [DateTime.getPartUtc(time, "minutes"), status])).toEqual([
        [0, 200],
        [0, 200],
        [0, 204],
        [1, 204],
        [1, 204]
      ])
    }).pipe(Effect.provide(Emulator.layerClient({ rateLimit: { requests: 3 } })))
  )

  it.effect("a token that expires half-way is replaced without anyone noticing", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const jid = yield* openRoom("Incident 4711", [], "Checkout is down")
      yield* emulator.expireTokens
      yield* Chats.getChatsRoom({ roomJid: jid })
      expect((yield* emulator.requests).slice(-3).map((request) => [request.operation, request.status])).toEqual([
        ["getChatsRoom", 401],
        ["token", 200],
        ["getChatsRoom", 200]
      ])
    }).pipe(Effect.provide(Emulator.layerClient()))
  )
})
