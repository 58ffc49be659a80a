/**
 * A pipeline tested with the stub: each endpoint answers what the test says, and the test reads
 * what was called. Run it with `npx vitest run examples/testing/stub.test.ts`.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Chats, ChatsError, MessageId, RoomJid, UserId } from "effect-genesys-chats"
import { ChatsStub } from "effect-genesys-chats/testing"

// --- the pipeline, as it would stand in src/ ---------------------------------------------------

interface Incident {
  readonly title: string
  readonly firstMessage: string
  readonly onCall: ReadonlyArray<UserId>
}

/** Opens a room, posts what is known and pins it; who may not open rooms messages everyone directly. */
const announce = (incident: Incident) =>
  openRoom(incident).pipe(Effect.catchTag("Forbidden", () => messageEveryone(incident)))

const openRoom = ({ firstMessage, onCall, title }: Incident) =>
  Effect.gen(function* () {
    const { jid } = yield* Chats.postChatsRooms({ subject: title, userIds: onCall })
    const { id } = yield* Chats.postChatsRoomMessages({ roomJid: jid, message: firstMessage })
    yield* Chats.postChatsRoomMessagesPins({ roomJid: jid, pinnedMessageIds: [id] })
    return { reached: "room", jid } as const
  })

const messageEveryone = ({ firstMessage, onCall, title }: Incident) =>
  Effect.forEach(onCall, (userId) => Chats.postChatsUserMessages({ userId, message: `${title}: ${firstMessage}` }), {
    concurrency: 4,
    discard: true
  }).pipe(Effect.as({ reached: "users", count: onCall.length } as const))

// --- its tests ---------------------------------------------------------------------------------

const alice = UserId.make("b2bb6a0c-3b5b-4f5f-9a3f-2d1f6a2f7c11")
const bob = UserId.make("c3cc7b1d-4c6c-4a6a-8b4a-3e2a7b3a8d22")
const jid = RoomJid.make("adhoc-0b6f@conference.acme.orgspan.com")
const id = MessageId.make("5d0f6a5e-52a7-4d52-8a0e-4c1f0f7f0a10")

const incident: Incident = { title: "Incident 4711", firstMessage: "Checkout is down", onCall: [alice, bob] }

describe("announce", () => {
  // handlers that several tests share; each test adds its own
  const roomsAreOpen: ChatsStub.Handlers = {
    postChatsRooms: () => Effect.succeed({ jid }),
    postChatsRoomMessages: () => Effect.succeed({ id }),
    postChatsRoomMessagesPins: () => Effect.void
  }

  it.effect("opens a room, posts, and pins what it posted", () =>
    Effect.gen(function* () {
      expect(yield* announce(incident)).toEqual({ reached: "room", jid })

      const calls = yield* ChatsStub.calls
      expect(calls.map((call) => [call.operation, call.input])).toEqual([
        ["postChatsRooms", { subject: "Incident 4711", userIds: [alice, bob] }],
        ["postChatsRoomMessages", { roomJid: jid, message: "Checkout is down" }],
        ["postChatsRoomMessagesPins", { roomJid: jid, pinnedMessageIds: [id] }]
      ])
    }).pipe(Effect.provide(ChatsStub.layer(roomsAreOpen)))
  )

  it.effect("messages everyone directly where it may not open rooms", () =>
    Effect.gen(function* () {
      expect(yield* announce(incident)).toEqual({ reached: "users", count: 2 })

      // typed by the endpoint: `input.userId` is a UserId, `input.message` a string
      const sent = yield* ChatsStub.callsTo("postChatsUserMessages")
      expect(new Set(sent.map((call) => call.input.userId))).toEqual(new Set([alice, bob]))
      expect(sent[0]?.input.message).toBe("Incident 4711: Checkout is down")
    }).pipe(
      Effect.provide(
        ChatsStub.layer({
          postChatsRooms: () => new ChatsError.Forbidden({ code: "not.authorized" }),
          postChatsUserMessages: () => Effect.succeed({ id })
        })
      )
    )
  )

  it.effect("lets other errors through, and says which call it was", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(announce(incident))
      expect(error._tag).toBe("Conflict")
      expect(error.operation).toBe("postChatsRoomMessagesPins")
      expect(yield* ChatsStub.callsTo(Chats.postChatsUserMessages)).toEqual([])
    }).pipe(
      Effect.provide(ChatsStub.layer({ ...roomsAreOpen, postChatsRoomMessagesPins: () => new ChatsError.Conflict() }))
    )
  )

  it.effect("can be run again after a lost pin", () =>
    Effect.gen(function* () {
      yield* Effect.retry(announce(incident), { times: 1, while: (error) => error._tag === "GatewayTimeout" })
      expect((yield* ChatsStub.callsTo("postChatsRoomMessagesPins")).length).toBe(2)
    }).pipe(
      Effect.provide(
        ChatsStub.layer({
          ...roomsAreOpen,
          postChatsRoomMessagesPins: ChatsStub.sequence([new ChatsError.GatewayTimeout(), Effect.void])
        })
      )
    )
  )

  it.effect("refuses an empty message before anything is posted, as the live client does", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(announce({ ...incident, firstMessage: "" }))
      expect(error._tag).toBe("InvalidRequest")
      expect(error.message).toContain("message: must not be empty")
    }).pipe(Effect.provide(ChatsStub.layer(roomsAreOpen)))
  )

  it.effect("takes whatever the service may answer", () =>
    Effect.gen(function* () {
      // every endpoint answers from its schema; the seed makes the run repeatable
      for (let n = 0; n < 20; n++) {
        const result = yield* announce(incident)
        const pinned = (yield* ChatsStub.callsTo("postChatsRoomMessagesPins")).at(-1)
        expect(result).toEqual({ reached: "room", jid: pinned?.input.roomJid })
      }
    }).pipe(Effect.provide(ChatsStub.layerArbitrary({ seed: 4711 })))
  )
})
