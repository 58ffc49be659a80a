import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import { ChatsError, Email, RetryPolicy, RoomJid } from "effect-genesys-chats"
import { Emulator, Faults } from "effect-genesys-chats/testing"
import * as Conversation from "../../src/conversation/Conversation.js"
import * as Rooms from "../../src/pipelines/Rooms.js"
import { clientOf } from "./model.js"

const people = (count: number) =>
  Effect.flatMap(Emulator.Emulator, (emulator) =>
    Effect.forEach(Array.from({ length: count }), () => Effect.map(emulator.addUser(), ({ id }) => id))
  )

const participantsOf = (jid: RoomJid) =>
  Effect.flatMap(Emulator.Emulator, (emulator) =>
    Effect.map(emulator.room(jid), (room) => Option.getOrThrow(room).participants.map(({ id }) => id))
  )

/** The JID of the one room that was opened. */
const openedRoom = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  const path = (yield* emulator.requests)
    .map(({ path }) => /rooms\/([^/]+)\//.exec(path)?.[1])
    .find((jid) => jid !== undefined)
  return RoomJid.make(decodeURIComponent(path ?? ""))
})

const operations = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  return (yield* emulator.requests).flatMap(({ operation }) => (operation === undefined ? [] : [operation]))
})

const run = <A, E>(effect: Effect.Effect<A, E, Emulator.Emulator | Layers>) =>
  effect.pipe(
    RetryPolicy.with(RetryPolicy.none),
    Effect.provide(Emulator.layerClient({ rateLimit: "unlimited" })),
    Effect.runPromise
  )
type Layers = Effect.Effect.Context<ReturnType<typeof Rooms.open>>

const furnished = (users: Rooms.Options["users"]): Rooms.Options => ({
  subject: "Incident 4711",
  description: "Payments are down",
  users,
  firstMessage: "We are on it",
  pin: true
})

describe("open", () => {
  it("invites 25 at creation and the others one by one, posts and pins", () =>
    run(
      Effect.gen(function* () {
        const emulator = yield* Emulator.Emulator
        const users = yield* people(60)
        const { firstMessageId, room } = yield* Rooms.open({ ...furnished([...users, ...users]), owners: [users[40]!] })
        const state = Option.getOrThrow(yield* emulator.room(room.jid))
        expect(new Set(state.participants.map(({ id }) => id))).toEqual(new Set([emulator.bot.id, ...users]))
        expect(state.room).toMatchObject({ subject: "Incident 4711", description: "Payments are down" })
        expect(state.room.owners?.map(({ id }) => id)).toEqual([users[40]])
        expect(yield* emulator.pins(room.jid)).toEqual([firstMessageId])
        expect((yield* emulator.messages(room.jid)).map(({ body, id }) => [body, id])).toEqual([
          ["We are on it", firstMessageId]
        ])
        const calls = yield* operations
        expect(calls.filter((name) => name === "postChatsRoomParticipant")).toHaveLength(35)
        expect(calls).toHaveLength(1 + 35 + 1 + 1 + 1 + calls.filter((name) => name === "token").length)
      })
    ))

  it("finds users and owners by address and JID first, each once", () =>
    run(
      Effect.gen(function* () {
        const emulator = yield* Emulator.Emulator
        const [alice, bob, carol] = yield* Effect.all([emulator.addUser(), emulator.addUser(), emulator.addUser()])
        const users = [alice.email, bob.id, carol.jid, alice.id, Email.make(alice.email.toUpperCase())]
        const { room } = yield* Rooms.open({ subject: "By address", users, owners: [alice.email, bob.id] })
        expect(yield* participantsOf(room.jid)).toEqual([emulator.bot.id, alice.id, bob.id, carol.id])
        const owners = Option.getOrThrow(yield* emulator.room(room.jid)).room.owners
        expect(owners?.map(({ id }) => id)).toEqual([alice.id, bob.id])
        const calls = (yield* operations).filter((name) => name !== "token")
        expect(calls.sort()).toEqual(["getUsers", "patchChatsRoom", "postChatsRooms", "postUsersSearch"])
        yield* Effect.scoped(Rooms.scoped({ subject: "Drill", users: [bob.jid] }))
      })
    ))

  for (const [name, missing] of [
    ["users", { users: [Email.make("nobody@acme.example")] }],
    ["owners", { users: [], owners: [Email.make("nobody@acme.example")] }]
  ] as const) {
    it(`creates nothing where one of the ${name} is not there`, () =>
      run(
        Effect.gen(function* () {
          for (const open of [Rooms.open, Rooms.scoped]) {
            const error = yield* Effect.flip(Effect.scoped(open({ subject: "S", ...missing })))
            expect(error).toMatchObject({ _tag: "UserNotFound", by: "email", value: "nobody@acme.example" })
          }
          expect(new Set(yield* operations)).toEqual(new Set(["token", "postUsersSearch"]))
        })
      ))
  }

  it("of few users without more is one request", () =>
    run(
      Effect.gen(function* () {
        const users = yield* people(25)
        const opened = yield* Rooms.open({ subject: "Quiet", users })
        expect(opened.firstMessageId).toBeUndefined()
        expect((yield* operations).filter((name) => name !== "token")).toEqual(["postChatsRooms"])
      })
    ))

  const steps = [
    "postChatsRoomParticipant",
    "patchChatsRoom",
    "postChatsRoomMessages",
    "postChatsRoomMessagesPins"
  ] as const
  for (const step of steps) {
    it(`cleans up when ${step} fails, and fails with its error`, () =>
      run(
        Effect.gen(function* () {
          const emulator = yield* Emulator.Emulator
          const users = yield* people(30)
          yield* emulator.setFaults(Faults.forOperation(step, Faults.always(Faults.status(403))))
          const error = yield* Effect.flip(Rooms.open({ ...furnished(users), owners: [users[0]!] }))
          expect(error).toBeInstanceOf(ChatsError.Forbidden)
          expect(error).toMatchObject({ operation: step })
          const jid = yield* openedRoom
          expect(yield* participantsOf(jid)).toEqual([emulator.bot.id])
          expect(yield* emulator.messages(jid)).toEqual([])
        })
      ))
  }

  it("fails with the step's error where cleaning up fails too", () =>
    run(
      Effect.gen(function* () {
        const emulator = yield* Emulator.Emulator
        const users = yield* people(30)
        yield* emulator.setFaults(
          Faults.script([Faults.pass, Faults.pass, ...Array.from({ length: 100 }, () => Faults.status(500))])
        )
        const error = yield* Effect.flip(Rooms.open(furnished(users)))
        expect(error).toMatchObject({ _tag: "InternalServerError", operation: "postChatsRoomParticipant" })
      })
    ))

  it("cleans up when interrupted, whatever step it is in", () => {
    const calls: Array<string> = []
    const at = (step: string) =>
      clientOf((operation) =>
        Effect.suspend(() => {
          calls.push(operation)
          if (operation === step) return Effect.never
          return Effect.succeed({ jid: RoomJid.make("a@conference.acme.orgspan.com"), id: "5d0f" })
        })
      )
    return run(
      Effect.gen(function* () {
        const users = yield* people(30)
        for (const step of steps) {
          calls.length = 0
          const fiber = yield* Effect.fork(
            Effect.provide(Rooms.open({ ...furnished(users), owners: [users[0]!] }), at(step))
          )
          yield* Effect.sleep("20 millis")
          expect(calls.at(-1)).toBe(step)
          expect(Exit.isInterrupted(yield* Fiber.interrupt(fiber))).toBe(true)
          expect(calls.filter((name) => name === "deleteChatsRoomParticipant")).toHaveLength(30)
          expect(calls.filter((name) => name === "deleteChatsRoomMessage")).toHaveLength(
            step === "postChatsRoomMessagesPins" ? 1 : 0
          )
        }
        calls.length = 0
        const fiber = yield* Effect.fork(Effect.provide(Rooms.open(furnished(users)), at("postChatsRooms")))
        yield* Effect.sleep("20 millis")
        yield* Fiber.interrupt(fiber)
        expect(calls).toEqual(["postChatsRooms"])
      })
    )
  })

  it("gives up cleaning up in time", () =>
    run(
      Effect.gen(function* () {
        const users = yield* people(30)
        const layer = clientOf((operation) =>
          operation === "postChatsRooms"
            ? Effect.succeed({ jid: RoomJid.make("a@conference.acme.orgspan.com") })
            : operation === "deleteChatsRoomParticipant"
              ? Effect.never
              : Effect.fail(ChatsError.Forbidden.make({}))
        )
        const [took, error] = yield* Effect.timed(
          Effect.flip(Effect.provide(Rooms.open({ ...furnished(users), cleanUpWithin: "50 millis" }), layer))
        )
        expect(error).toBeInstanceOf(ChatsError.Forbidden)
        expect(Duration.toMillis(took)).toBeLessThan(2000)
      })
    ))
})

describe("scoped and close", () => {
  it("empties the room when the scope closes, of those who came later too", () =>
    run(
      Effect.gen(function* () {
        const [late, ...users] = yield* people(30)
        const jid = yield* Effect.scoped(
          Effect.gen(function* () {
            const { room } = yield* Rooms.scoped(furnished(users))
            yield* Conversation.addParticipant(room, late!)
            expect(yield* participantsOf(room.jid)).toHaveLength(31)
            return room.jid
          })
        )
        expect(yield* participantsOf(jid)).toEqual([(yield* Emulator.Emulator).bot.id])
      })
    ))

  it("removes those who were invited where the participants cannot be listed", () =>
    run(
      Effect.gen(function* () {
        const emulator = yield* Emulator.Emulator
        const users = yield* people(5)
        const jid = yield* Effect.scoped(
          Effect.map(Rooms.scoped({ subject: "Drill", users }), ({ room }) => room.jid).pipe(
            Effect.tap(() =>
              emulator.setFaults(Faults.forOperation("getChatsRoomParticipants", Faults.always(Faults.status(403))))
            )
          )
        )
        expect(yield* participantsOf(jid)).toEqual([emulator.bot.id])
      })
    ))

  it("close removes all but those to keep", () =>
    run(
      Effect.gen(function* () {
        const { bot } = yield* Emulator.Emulator
        const users = yield* people(9)
        const { room } = yield* Rooms.open({ subject: "Drill", users })
        yield* Rooms.close(room, { keep: [bot.id, users[3]!] })
        expect(new Set(yield* participantsOf(room.jid))).toEqual(new Set([bot.id, users[3]]))
      })
    ))

  it("close fails with what the API says", () =>
    run(
      Effect.gen(function* () {
        const room = Conversation.room(RoomJid.make("adhoc-4712@conference.acme.orgspan.com"))
        expect((yield* Effect.flip(Rooms.close(room)))._tag).toMatch(/NotFound|Forbidden/)
      })
    ))
})
