import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import {
  type Chats,
  type ChatsClient,
  type ChatsError,
  type Endpoint,
  MessageId,
  RoomJid,
  UserId
} from "effect-genesys-chats"
import { Emulator } from "effect-genesys-chats/testing"
import { describe, expect, expectTypeOf, it } from "vitest"
import * as Conversation from "../../src/conversation/Conversation.js"
import * as History from "../../src/history/History.js"
import { type Call, clientOf } from "../pipelines/model.js"

const jid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
const userId = UserId.make("7f0e")
const room = Conversation.room(jid)
const user = Conversation.user(userId)
const id = MessageId.make("5d0f")

type ErrorsOf<T> = Endpoint.Endpoint.Error<T>
type Failure<T> = T extends Effect.Effect<unknown, infer E, unknown> ? E : never
type Tags<E> = E extends { readonly _tag: infer Tag } ? Tag : never

describe("a conversation", () => {
  it("is a value: equal, hashable, serialisable, told apart", () => {
    expect(Equal.equals(room, Conversation.room(jid))).toBe(true)
    expect(Hash.hash(room)).toBe(Hash.hash(Conversation.room(jid)))
    expect(Equal.equals(room, Conversation.room(RoomJid.make("adhoc-2@conference.acme.orgspan.com")))).toBe(false)
    expect(Equal.equals<unknown, unknown>(room, user)).toBe(false)
    const stored = Schema.parseJson(Schema.Array(Conversation.Conversation))
    const json = Schema.encodeSync(stored)([room, user])
    expect(JSON.parse(json)).toEqual([
      { _tag: "Room", jid },
      { _tag: "User", userId }
    ])
    expect(Equal.equals(Schema.decodeSync(stored)(json)[1], user)).toBe(true)
    expect([room, user, jid, { _tag: "Room", jid }].map(Conversation.isConversation)).toEqual([
      true,
      true,
      false,
      false
    ])
    const cases = { onRoom: () => "room", onUser: () => "user" } as const
    expect([Conversation.match(room, cases), user.pipe(Conversation.match(cases))]).toEqual(["room", "user"])
  })

  it("has one set of actions, each first or last, over the endpoints", async () => {
    const calls: Array<Call> = []
    const layer = clientOf((operation, input: Call["input"]) =>
      Effect.sync(() => {
        calls.push({ operation, input })
        return { id, entities: [], participants: [], pinnedMessages: [{ id }, {}] }
      })
    )
    const run = async (effect: Effect.Effect<unknown, unknown, ChatsClient.ChatsClient>) => {
      calls.length = 0
      await Effect.runPromise(Effect.provide(effect, layer))
      return calls.map(({ input, operation }) => [operation, input])
    }
    const thread = "0f1d" as never
    const pairs: ReadonlyArray<
      readonly [
        string,
        (self: Conversation.Conversation) => Effect.Effect<unknown, unknown, ChatsClient.ChatsClient>,
        (self: Conversation.Conversation) => Effect.Effect<unknown, unknown, ChatsClient.ChatsClient>,
        string,
        object
      ]
    > = [
      ["send", (c) => Conversation.send(c, "Hi"), Conversation.send("Hi"), "post*Messages", { message: "Hi" }],
      [
        "send with mentions",
        (c) => Conversation.send(c, { message: "Hi", mentions: [userId] }),
        Conversation.send({ message: "Hi", mentions: [userId] }),
        "post*Messages",
        { message: "Hi", mentions: [userId] }
      ],
      [
        "reply",
        (c) => Conversation.reply(c, thread, "Hi"),
        Conversation.reply(thread, "Hi"),
        "post*Messages",
        { message: "Hi", threadId: thread }
      ],
      [
        "edit",
        (c) => Conversation.edit(c, id, "Hi"),
        Conversation.edit(id, "Hi"),
        "patch*Message",
        { message: "Hi", messageId: id }
      ],
      ["remove", (c) => Conversation.remove(c, id), Conversation.remove(id), "delete*Message", { messageId: id }],
      [
        "pin",
        (c) => Conversation.pin(c, [id]),
        Conversation.pin([id]),
        "post*MessagesPins",
        { pinnedMessageIds: [id] }
      ],
      [
        "unpin",
        (c) => Conversation.unpin(c, id),
        Conversation.unpin(id),
        "delete*MessagesPin",
        { pinnedMessageId: id }
      ],
      ["get", (c) => Conversation.get(c, [id]), Conversation.get([id]), "get*Message", { messageIds: [id] }],
      ["pins", Conversation.pins, Conversation.pins, "get*", {}],
      [
        "history",
        (c) => Stream.runDrain(Conversation.history(c, { pageSize: 9 })),
        (c) => Stream.runDrain(c.pipe(Conversation.history({ pageSize: 9 }))),
        "get*Messages",
        { limit: 9 }
      ]
    ]
    for (const [name, first, last, operation, input] of pairs) {
      for (const action of [first, last]) {
        expect(await run(action(room)), name).toEqual([
          [operation.replace("*", "ChatsRoom"), { ...input, roomJid: jid }]
        ])
        expect(await run(action(user)), name).toEqual([[operation.replace("*", "ChatsUser"), { ...input, userId }]])
      }
    }
    for (const react of [Conversation.react(id, ["👍"]), Conversation.react(["👍"])(id)]) {
      expect(await run(react)).toEqual([["putChatsMessageReactions", { messageId: id, reactions: ["👍"] }]])
    }
    expect(await run(Conversation.participants(room))).toEqual([["getChatsRoomParticipants", { roomJid: jid }]])
    expect(await run(room.pipe(Conversation.addParticipant(userId)))).toEqual([
      ["postChatsRoomParticipant", { roomJid: jid, userId }]
    ])
    expect(await run(Conversation.removeParticipant(room, userId))).toEqual([
      ["deleteChatsRoomParticipant", { roomJid: jid, userId }]
    ])
    const many = Array.from({ length: 120 }, (_, i) => MessageId.make(String(i)))
    expect(await run(Conversation.get(room, [...many, ...many]))).toHaveLength(3)
    expect(await run(Conversation.get(room, []))).toEqual([])
  })

  it("names exactly the errors of its endpoints", () => {
    expectTypeOf<Failure<ReturnType<typeof Conversation.send>>>().toEqualTypeOf<
      ErrorsOf<typeof Chats.postChatsRoomMessages>
    >()
    expectTypeOf<Tags<Conversation.RemoveError>>().toEqualTypeOf<Tags<ErrorsOf<typeof Chats.deleteChatsRoomMessage>>>()
    expectTypeOf<Extract<Conversation.RemoveError, ChatsError.DecodeError>>().toEqualTypeOf<never>()
    expectTypeOf<Tags<Conversation.HistoryError>>().toEqualTypeOf<Tags<ErrorsOf<typeof Chats.getChatsRoomMessages>>>()
    expectTypeOf<Extract<Conversation.FollowError, ChatsError.TooManyRequests>>().toEqualTypeOf<never>()
    expectTypeOf<Extract<Conversation.FollowError, ChatsError.Forbidden>>().toEqualTypeOf<ChatsError.Forbidden>()
    expectTypeOf(Conversation.history(room)).toEqualTypeOf(room.pipe(Conversation.history()))
    expectTypeOf(History.stream(user)).toEqualTypeOf(user.pipe(History.stream()))
    expectTypeOf<History.StreamOptions | undefined>().toEqualTypeOf<Parameters<typeof Conversation.history>[1]>()
    expectTypeOf<History.FollowOptions | undefined>().toEqualTypeOf<Parameters<typeof Conversation.follow>[1]>()
    // @ts-expect-error a 1on1 has no participants
    void (() => Conversation.participants(user))
    // @ts-expect-error nor can a user be added to it
    void (() => user.pipe(Conversation.addParticipant(userId)))
    // @ts-expect-error nor removed
    void (() => Conversation.removeParticipant(user, userId))
    // @ts-expect-error a plain string is no RoomJid
    void (() => Conversation.room("adhoc-1@conference.acme.orgspan.com"))
  })

  it("does in the emulator what its actions say, in a room and in a 1on1", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const alice = yield* emulator.addUser()
      const bob = yield* emulator.addUser()
      const roomJid = yield* emulator.addRoom({ subject: "Incident 4711", participants: [emulator.bot.id, alice.id] })
      const both = [
        [Conversation.room(roomJid), roomJid],
        [Conversation.user(alice.id), [emulator.bot.id, alice.id]]
      ] as const
      for (const [conversation, ref] of both) {
        const first = yield* Conversation.send(conversation, "We are on it")
        const [posted] = yield* Conversation.get(conversation, [first.id])
        const threadId = posted?.thread.id
        if (threadId === undefined) return yield* Effect.dieMessage("no thread")
        const answer = yield* conversation.pipe(Conversation.reply(threadId, "Seen"))
        yield* Conversation.edit(conversation, first.id, "Done")
        yield* Conversation.pin(conversation, [first.id])
        expect(yield* Conversation.pins(conversation)).toEqual([first.id])
        yield* Conversation.react(answer.id, ["👍"])
        const history = yield* Stream.runCollect(Conversation.history(conversation, { order: "ascending" }))
        expect(
          Chunk.toReadonlyArray(history).map(({ body, id, reactions }) => [id, body, reactions?.[0]?.emoji])
        ).toEqual([
          [first.id, "Done", undefined],
          [answer.id, "Seen", "👍"]
        ])
        expect((yield* Conversation.get(conversation, [answer.id, first.id])).map(({ id }) => id)).toEqual([
          answer.id,
          first.id
        ])
        yield* Conversation.unpin(conversation, first.id)
        expect(yield* emulator.pins(ref)).toEqual([])
        yield* Conversation.remove(conversation, first.id)
        expect((yield* emulator.messages(ref)).map(({ id }) => id)).toEqual([answer.id])
      }
      const room = Conversation.room(roomJid)
      yield* Conversation.addParticipant(room, bob.id)
      expect((yield* Conversation.participants(room)).map(({ user }) => user?.id)).toEqual([
        emulator.bot.id,
        alice.id,
        bob.id
      ])
      yield* Conversation.removeParticipant(room, bob.id)
      expect(Option.getOrThrow(yield* emulator.room(roomJid)).participants).toHaveLength(2)
    }).pipe(Effect.provide(Emulator.layerClient()), Effect.runPromise))
})
