/**
 * What a pipeline does is one span, above those of its operations: found by name, with numbers and without ids.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import {
  Broadcast,
  Chats,
  ChatsClient,
  Conversation,
  Directory,
  History,
  Inbox,
  MessageLoader,
  Rooms
} from "effect-genesys-chats"
import { Emulator } from "effect-genesys-chats/testing"
import { recordingTracer } from "../utils/tracing.js"

interface Told {
  readonly name: string
  readonly parent: string | undefined
  readonly attributes: Readonly<Record<string, unknown>>
  readonly failed: boolean
}

/** The spans of a program, run as a user against an org with a room of three messages. */
const spansOf = <E>(
  program: (org: {
    readonly room: Conversation.Room
    readonly messageIds: Effect.Effect.Success<ReturnType<Emulator.Service["seedMessages"]>>
    readonly users: readonly [Emulator.User, Emulator.User]
  }) => Effect.Effect<unknown, E, ChatsClient.ChatsClient>,
  options?: Emulator.Options
) =>
  Effect.gen(function* () {
    const { spans, tracer } = yield* recordingTracer
    const emulator = yield* Emulator.Emulator
    const [alice, bob] = [yield* emulator.addUser({ name: "Alice" }), yield* emulator.addUser({ name: "Bob" })]
    const { jid } = yield* Chats.postChatsRooms({ subject: "s", userIds: [alice.id, bob.id] })
    const messageIds = yield* emulator.seedMessages(jid, 3)
    const fiber = yield* program({ room: Conversation.room(jid), messageIds, users: [alice, bob] }).pipe(
      Effect.exit,
      Effect.withSpan("theirs"),
      Effect.withTracer(tracer),
      Effect.fork
    )
    yield* TestClock.adjust("1 minute")
    yield* Fiber.join(fiber)
    return spans.map(
      ({ span }): Told => ({
        name: span.name,
        parent: Option.match(span.parent, {
          onNone: () => undefined,
          onSome: (parent) => (parent._tag === "Span" ? parent.name : undefined)
        }),
        attributes: Object.fromEntries(span.attributes),
        failed: span.status._tag === "Ended" && Exit.isFailure(span.status.exit)
      })
    )
  }).pipe(Effect.provide(Emulator.layerClient(options)))

const named = (spans: ReadonlyArray<Told>, name: string) => spans.filter((span) => span.name === name)
const below = (spans: ReadonlyArray<Told>, parent: string) =>
  spans.filter((span) => span.parent === parent).map(({ name }) => name)

describe("spans of pipelines", () => {
  it.effect("Rooms.open, with its look-ups, and Rooms.close", () =>
    Effect.gen(function* () {
      const spans = yield* spansOf(({ users: [alice] }) =>
        Effect.flatMap(Rooms.open({ subject: "s", users: [alice.email], firstMessage: "m", pin: true }), ({ room }) =>
          Rooms.close(room)
        )
      )
      expect(named(spans, "chats.Rooms.open")).toMatchObject([{ parent: "theirs", failed: false }])
      expect(below(spans, "chats.Rooms.open")).toEqual([
        "chats.Directory.users",
        "chats.postChatsRooms",
        "chats.postChatsRoomMessages",
        "chats.postChatsRoomMessagesPins"
      ])
      expect(named(spans, "chats.Directory.users")[0]?.attributes).toEqual({ "chats.batch.size": 1 })
      expect(below(spans, "chats.Rooms.close")).toContain("chats.getChatsRoomParticipants")
    })
  )

  it.effect("Rooms.open that fails, and Rooms.scoped", () =>
    Effect.gen(function* () {
      const unknown = yield* spansOf(() => Rooms.open({ subject: "s", users: ["nobody@acme.example"] }))
      expect(named(unknown, "chats.Rooms.open")).toMatchObject([{ failed: true }])
      const scoped = yield* spansOf(({ users: [alice] }) =>
        Effect.scoped(Rooms.scoped({ subject: "s", users: [alice.id] }))
      )
      expect(below(scoped, "chats.Rooms.open")).toEqual(["chats.postChatsRooms"])
      expect(named(scoped, "chats.Rooms.close")).toHaveLength(1)
    })
  )

  it.effect("the pages of a history, and the polls of one that is followed", () =>
    Effect.gen(function* () {
      const spans = yield* spansOf(({ room }) => Stream.runDrain(History.stream(room, { pageSize: 2 })))
      const pages = named(spans, "chats.History.page")
      expect(pages.length).toBeGreaterThan(1)
      expect(pages.reduce((sum, { attributes }) => sum + Number(attributes["chats.history.messages"]), 0)).toBe(3)
      expect(new Set(below(spans, "chats.History.page"))).toEqual(new Set(["chats.getChatsRoomMessages"]))
      const polls = yield* spansOf(({ room }) =>
        Effect.timeoutOption(Stream.runDrain(History.follow(room, { every: "10 seconds" })), "30 seconds")
      )
      expect(named(polls, "chats.History.poll").length).toBeGreaterThan(1)
    })
  )

  it.effect("a broadcast, sent or streamed", () =>
    Effect.gen(function* () {
      for (const run of [
        (targets: ReadonlyArray<Conversation.Conversation>) => Broadcast.send(targets, "m"),
        (targets: ReadonlyArray<Conversation.Conversation>) => Stream.runDrain(Broadcast.stream(targets, "m"))
      ]) {
        const spans = yield* spansOf(({ room, users }) => run([room, ...users.map(({ id }) => Conversation.user(id))]))
        expect(named(spans, "chats.Broadcast.send")).toMatchObject([
          { parent: "theirs", attributes: { "chats.broadcast.targets": 3 } }
        ])
        expect(below(spans, "chats.Broadcast.send")).toHaveLength(3)
      }
    })
  )

  it.effect("the batches of a loader, and the pages of the list of conversations", () =>
    Effect.gen(function* () {
      const spans = yield* spansOf(({ messageIds, room }) =>
        Effect.forEach(messageIds, (id) => MessageLoader.get(room, id), { batching: true })
      )
      expect(named(spans, "chats.MessageLoader.batch").map(({ attributes }) => attributes)).toEqual([
        { "chats.batch.size": 3 }
      ])
      expect(below(spans, "chats.MessageLoader.batch")).toEqual(["chats.getChatsRoomMessage"])
      const inbox = yield* spansOf(() => Stream.runDrain(Inbox.stream()), { directory: { chatsPageSize: 1 } })
      expect(below(inbox, "chats.Inbox.page")).toContain("chats.getUsersChatsMe")
      const people = yield* spansOf(({ users: [alice, bob] }) =>
        Effect.forEach([alice, bob], ({ id }) => Directory.userById(id), { batching: true })
      )
      expect(named(people, "chats.Directory.users")).toMatchObject([{ attributes: { "chats.batch.size": 2 } }])
    })
  )

  it.effect("a check", () =>
    Effect.gen(function* () {
      const spans = yield* spansOf(() => ChatsClient.check([Chats.getChatsRoom]))
      expect(below(spans, "chats.check")).toEqual(["chats.getTokensMe", "chats.getAuthorizationSubjectsMe"])
    })
  )

  it.effect("there are none where tracing is off", () =>
    Effect.gen(function* () {
      const spans = yield* spansOf(({ room }) => Effect.withTracerEnabled(Stream.runDrain(History.stream(room)), false))
      expect(spans.map(({ name }) => name)).toEqual(["theirs"])
    })
  )
})
