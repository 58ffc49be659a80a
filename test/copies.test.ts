/**
 * Two copies of the package in one program, as package managers may install them: guards know what the
 * other copy made, and so do the functions that take it.
 */
import { cpSync, mkdirSync, rmSync } from "node:fs"
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Ours from "effect-genesys-chats"
import { ChatsStub } from "effect-genesys-chats/testing"

// within node_modules, so that the copy finds the same Effect
const folder = `node_modules/.cache/copy-${process.pid}`
let theirs: typeof Ours

beforeAll(async () => {
  mkdirSync(folder, { recursive: true })
  cpSync("src", `${folder}/src`, { recursive: true })
  theirs = await import(/* @vite-ignore */ `../${folder}/src/index.ts`)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const jid = Ours.RoomJid.make("adhoc-1@conference.acme.orgspan.com")

describe("another copy", () => {
  it("is another one", () => {
    expect(theirs.ChatsError.NotFound).not.toBe(Ours.ChatsError.NotFound)
    expect(new theirs.ChatsError.NotFound()).not.toBeInstanceOf(Ours.ChatsError.NotFound)
  })

  it("makes errors that are errors here, with the same outcome", () => {
    const made = [
      ...Object.values(theirs.ChatsError.byStatus).map((Class) => new Class()),
      new theirs.ChatsError.UnexpectedStatus({ status: 418 }),
      new theirs.ChatsError.InvalidRequest({ issues: [] }),
      new theirs.ChatsError.TransportError({ reason: "Reset", mayHaveArrived: true }),
      new theirs.ChatsError.DecodeError({ status: 200, issues: [] }),
      new theirs.ChatsError.CredentialsError({ reason: "InvalidClient" })
    ]
    for (const error of made) {
      expect(Ours.ChatsError.isChatsError(error)).toBe(true)
      expect(Ours.ChatsError.isStatusError(error)).toBe(theirs.ChatsError.isStatusError(error))
      expect(Ours.ChatsError.outcome(error)).toBe(theirs.ChatsError.outcome(error))
      // sent as JSON, or to a worker, through the schema
      const encoded = Schema.encodeSync(Ours.ChatsError.ChatsError)(error)
      for (const sent of [JSON.parse(JSON.stringify(encoded)), structuredClone(encoded)]) {
        const received = Schema.decodeUnknownSync(Ours.ChatsError.ChatsError)(sent)
        expect(Ours.ChatsError.isChatsError(received)).toBe(true)
        expect(Ours.ChatsError.outcome(received)).toBe(Ours.ChatsError.outcome(error))
      }
    }
  })

  it("makes conversations and endpoints that are such here", () => {
    for (const conversation of [theirs.Conversation.room(jid), theirs.Conversation.user(Ours.UserId.make("u"))]) {
      expect(Ours.Conversation.isConversation(conversation)).toBe(true)
      const json = JSON.stringify(Schema.encodeSync(Ours.Conversation.Conversation)(conversation))
      const received = Schema.decodeUnknownSync(Schema.parseJson(Ours.Conversation.Conversation))(json)
      expect(Ours.Conversation.isConversation(received)).toBe(true)
      expect(Equal.equals(received, conversation)).toBe(true)
    }
    expect(Object.values(theirs.Chats).every(Ours.Endpoint.isEndpoint)).toBe(true)
  })

  it.effect("can be called with what this one made, and the other way round", () =>
    Effect.gen(function* () {
      const room = theirs.Conversation.room(jid)
      yield* Ours.Conversation.send(room, "first")
      yield* room.pipe(Ours.Conversation.send("last"))
      yield* Stream.runDrain(Ours.History.stream(room))
      yield* Stream.runDrain(room.pipe(Ours.History.stream()))
      const report = yield* Ours.Broadcast.send([room, Ours.Conversation.room(jid)], "once")
      expect(report.results.map(({ _tag }) => _tag)).toEqual(["Sent"])
      yield* Effect.provideService(
        theirs.Chats.getChatsSettings(),
        theirs.ChatsClient.ChatsClient,
        yield* Ours.ChatsClient.ChatsClient
      )
      expect((yield* ChatsStub.calls).map(({ operation }) => operation)).toEqual([
        "postChatsRoomMessages",
        "postChatsRoomMessages",
        "getChatsRoomMessages",
        "getChatsRoomMessages",
        "postChatsRoomMessages",
        "getChatsSettings"
      ])
    }).pipe(
      Effect.provide(
        ChatsStub.layer({
          postChatsRoomMessages: () => Effect.succeed({ id: Ours.MessageId.make("m") }),
          getChatsRoomMessages: () => Effect.succeed({ entities: [] }),
          getChatsSettings: () => Effect.succeed({})
        })
      )
    )
  )
})

describe("an endpoint without input", () => {
  it.effect("ignores what a pipe or a callback passes on", () =>
    Effect.gen(function* () {
      const none = Object.values(Ours.Chats).filter(({ body, pathParameters, query }) =>
        [body?.fields ?? {}, pathParameters, query].every((fields) => Object.keys(fields).length === 0)
      )
      expect(none.map(({ operation }) => operation)).toContain("getChatsSettings")
      yield* Effect.void.pipe(Effect.flatMap(Ours.Chats.getChatsSettings))
      yield* Effect.forEach([1, null, { limit: 0 }], Ours.Chats.getChatsSettings)
      const client = yield* Ours.ChatsClient.ChatsClient
      yield* client.execute(Ours.Chats.getChatsSettings, undefined as never)
      expect((yield* ChatsStub.calls).slice(0, 4).map(({ input }) => input)).toEqual([{}, {}, {}, {}])
    }).pipe(Effect.provide(ChatsStub.layer({ getChatsSettings: () => Effect.succeed({}) })))
  )
})
