import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Chats, ChatsError, MessageId, type RoomJid, UserId } from "effect-genesys-chats"
import { successReply } from "../utils/facts.js"
import { clientOver, scripted } from "../utils/http.js"
import { call, inputs, messageId, type Name, roomJid, samples, userId } from "../utils/samples.js"

/** Sends, and says what came of it: the issues where nothing was sent, else the request. */
const send = (name: Name, input: object) =>
  Effect.gen(function* () {
    const http = scripted(() => successReply(name))
    const result = yield* call(Chats[name], input).pipe(Effect.provide(clientOver(http)), Effect.either)
    if (result._tag === "Right") return { sent: http.requests[0], error: undefined }
    expect(http.requests).toEqual([])
    return { sent: undefined, error: result.left }
  })

const refused = (name: Name, input: object) =>
  Effect.map(send(name, input), ({ error }) => {
    if (error?._tag !== "InvalidRequest") throw new Error(`${name} was not refused but: ${error?._tag ?? "sent"}`)
    expect(error).toMatchObject({
      operation: name,
      method: Chats[name].method,
      path: Chats[name].path,
      attempts: 0
    })
    expect(ChatsError.outcome(error)).toBe("NotSent")
    for (const issue of error.issues) {
      expect(error.message).toContain(issue.path)
      expect(error.message).toContain(issue.message)
    }
    return error.issues
  })

const sent = (name: Name, input: object) =>
  Effect.map(send(name, input), ({ error, sent }) => {
    if (sent === undefined) throw new Error(`${name} was not sent: ${error?.message}`)
    return {
      search: sent.url.search,
      body: sent.body === "" ? undefined : JSON.parse(sent.body),
      path: sent.url.pathname
    }
  })

const ids = (n: number) => Array.from({ length: n }, (_, i) => MessageId.make(`m${i}`))
const users = (n: number) => Array.from({ length: n }, (_, i) => UserId.make(`u${i}`))

const pinning: ReadonlyArray<readonly [Name, object]> = [
  ["postChatsRoomMessagesPins", { roomJid }],
  ["postChatsUserMessagesPins", { userId }],
  ["patchChatsRoom", { roomJid }]
]
const histories: ReadonlyArray<readonly [Name, object]> = [
  ["getChatsRoomMessages", { roomJid }],
  ["getChatsUserMessages", { userId }],
  ["getChatsThreadMessages", { threadId: "t" }]
]
const sending: ReadonlyArray<readonly [Name, object]> = [
  ["postChatsRoomMessages", { roomJid }],
  ["postChatsUserMessages", { userId }],
  ["patchChatsRoomMessage", { roomJid, messageId }],
  ["patchChatsUserMessage", { userId, messageId }]
]
const byIds: ReadonlyArray<readonly [Name, object]> = [
  ["getChatsRoomMessage", { roomJid }],
  ["getChatsUserMessage", { userId }]
]

describe("limits are checked before anything is sent", () => {
  for (const [name, target] of pinning) {
    it.effect(`${name}: at most 5 pins`, () =>
      Effect.gen(function* () {
        expect(yield* refused(name, { ...target, pinnedMessageIds: ids(6) })).toEqual([
          { path: "pinnedMessageIds", message: "must hold at most 5 pinned messages" }
        ])
        for (const n of [0, 1, 5]) {
          expect((yield* sent(name, { ...target, pinnedMessageIds: ids(n) })).body).toEqual({
            pinnedMessageIds: ids(n)
          })
        }
      })
    )
  }

  for (const name of ["putChatsSettings", "patchChatsSettings"] as const) {
    it.effect(`${name}: retention is a whole number from 10 to 3650`, () =>
      Effect.gen(function* () {
        for (const days of [9, 3651, 10.5, 0, -10, Number.NaN, Number.POSITIVE_INFINITY]) {
          const issues = yield* refused(name, { messageRetentionPeriodDays: days })
          expect(issues.map(({ path }) => path)).toEqual(["messageRetentionPeriodDays"])
        }
        expect((yield* refused(name, { messageRetentionPeriodDays: 9 }))[0]?.message).toContain("from 10 to 3650")
        for (const days of [10, 11, 3650]) {
          expect((yield* sent(name, { messageRetentionPeriodDays: days })).body).toEqual({
            messageRetentionPeriodDays: days
          })
        }
      })
    )
  }

  it.effect("postChatsRooms: at most 25 users", () =>
    Effect.gen(function* () {
      expect(yield* refused("postChatsRooms", { subject: "s", userIds: users(26) })).toEqual([
        { path: "userIds", message: "must hold at most 25 users at room creation" }
      ])
      expect((yield* sent("postChatsRooms", { subject: "s", userIds: users(25) })).body.userIds).toHaveLength(25)
    })
  )

  for (const [name, target] of sending) {
    it.effect(`${name}: a message is not empty`, () =>
      Effect.gen(function* () {
        expect(yield* refused(name, { ...target, message: "" })).toEqual([
          { path: "message", message: "must not be empty" }
        ])
        expect((yield* sent(name, { ...target, message: " " })).body).toEqual({ message: " " })
      })
    )
  }

  for (const [name, target] of byIds) {
    it.effect(`${name}: at least one id, and no comma in any`, () =>
      Effect.gen(function* () {
        expect(yield* refused(name, { ...target, messageIds: [] })).toEqual([
          { path: "messageIds", message: "must hold at least one message id" }
        ])
        const issues = yield* refused(name, { ...target, messageIds: ["a", "b,c"] })
        expect(issues).toEqual([{ path: "messageIds.1", message: expect.stringContaining("comma") }])
        expect((yield* sent(name, { ...target, messageIds: ["a", "b"] })).path).toMatch(/\/a%2Cb$/)
      })
    )
  }

  for (const [name, target] of histories) {
    it.effect(`${name}: limit is a whole number from 1`, () =>
      Effect.gen(function* () {
        for (const limit of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
          expect((yield* refused(name, { ...target, limit })).map(({ path }) => path)).toEqual(["limit"])
        }
        for (const limit of [1, 200, 100_000]) {
          expect((yield* sent(name, { ...target, limit })).search).toBe(`?limit=${limit}`)
        }
      })
    )

    it.effect(`${name}: false is sent, what is left out is not`, () =>
      Effect.gen(function* () {
        expect((yield* sent(name, target)).search).toBe("")
        expect((yield* sent(name, { ...target, excludeMetadata: false })).search).toBe("?excludeMetadata=false")
        expect((yield* sent(name, { ...target, excludeMetadata: true })).search).toBe("?excludeMetadata=true")
        const nothing = { limit: undefined, before: undefined, after: undefined, excludeMetadata: undefined }
        expect((yield* sent(name, { ...target, ...nothing })).search).toBe("")
      })
    )
  }
})

describe("booleans in bodies", () => {
  it.effect("are sent also when they are false", () =>
    Effect.gen(function* () {
      expect((yield* sent("putChatsSettings", { reactionsEnabled: false })).body).toEqual({ reactionsEnabled: false })
      expect((yield* sent("postChatsUsersMeSettings", { muted: false })).body).toEqual({ muted: false })
      const mobile = { notifications: { when: "SomethingNew" } }
      expect((yield* sent("patchChatsUsersMeSettings", { muted: false, mobile })).body).toEqual({
        muted: false,
        mobile
      })
      expect((yield* sent("getChatsRoomParticipants", { roomJid, notify: false })).search).toBe("?notify=false")
    })
  )
})

describe("any endpoint", () => {
  for (const { endpoint, input, name } of samples.filter(({ input }) => Object.keys(input).length > 0)) {
    it.effect(`${name} refuses an input of the wrong types, and none at all`, () =>
      Effect.gen(function* () {
        const wrong = Object.fromEntries(Object.keys(input).map((key) => [key, Symbol("no value of any field")]))
        const issues = yield* refused(name, wrong)
        expect(new Set(issues.map(({ path }) => path.split(".")[0]))).toEqual(new Set(Object.keys(input)))
        for (const nothing of [undefined, null, 5, "x", []]) {
          const error = yield* Effect.flip(endpoint(nothing as never)).pipe(
            Effect.provide(clientOver(scripted(() => successReply(name))))
          )
          expect(error).toBeInstanceOf(ChatsError.InvalidRequest)
        }
      })
    )

    it.effect(`${name} does not send what is no field of it`, () =>
      Effect.gen(function* () {
        const request = yield* sent(name, { ...inputs[name], authorization: "x", limits: 5 })
        expect(JSON.stringify(request)).not.toMatch(/authorization|limits/)
      })
    )
  }

  it.effect("leaves out an optional key that is undefined", () =>
    Effect.gen(function* () {
      const input = { roomJid, message: "m", mentions: undefined, threadId: undefined }
      expect((yield* sent("postChatsRoomMessages", input)).body).toEqual({ message: "m" })
      expect((yield* sent("patchChatsRoom", { roomJid, subject: undefined })).body).toEqual({})
    })
  )

  it.effect("quotes only the beginning of a long value", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        Effect.provide(
          Chats.getChatsRoom({ roomJid: `${"x".repeat(100_000)}\n` as RoomJid }),
          clientOver(scripted(() => successReply("getChatsRoom")))
        )
      )
      expect(error.message.length).toBeLessThan(1000)
    })
  )
})
