import * as SqlClient from "@effect/sql/SqlClient"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { describe, expect, it } from "@effect/vitest"
import { WorkflowEngine } from "@effect/workflow"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as TestClock from "effect/TestClock"
import {
  Broadcast,
  Chats,
  ChatsError,
  Conversation,
  MessageId,
  RetryPolicy,
  RoomJid,
  UserId
} from "effect-genesys-chats"
import { ChatsStub, Emulator } from "effect-genesys-chats/testing"
import * as Durable from "effect-genesys-chats/workflow"
import { run } from "../utils/workflow.js"

const roomJid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
const room = Conversation.room(roomJid)
const quick = { settle: 0 } as const

interface Posted {
  readonly id: string
  readonly text: string
}

/** A room: each request to post ends as `answers` says, one after the other; `shown` is what its history holds. */
const roomOf = (answers: ReadonlyArray<"ok" | "lost" | "taken in" | "refused">, shown: Array<Posted> = []) => {
  let posts = 0
  const layer = ChatsStub.layer({
    postChatsRoomMessages: ({ message }) =>
      Effect.suspend(
        (): Effect.Effect<{ readonly id: MessageId }, ChatsError.Forbidden | ChatsError.GatewayTimeout> => {
          const answer = answers[posts++] ?? "ok"
          const id = MessageId.make(`m${posts}`)
          if (answer === "ok" || answer === "taken in") shown.push({ id, text: message })
          if (answer === "refused") return Effect.fail(new ChatsError.Forbidden({}))
          return answer === "ok" ? Effect.succeed({ id }) : Effect.fail(new ChatsError.GatewayTimeout({}))
        }
      ),
    getChatsRoomMessages: () =>
      Effect.succeed({
        entities: shown.toReversed().map(({ id, text }) => ({
          id: MessageId.make(id),
          dateCreated: DateTime.unsafeNow(),
          toJid: roomJid,
          jid: "alice" as never,
          body: text,
          thread: { id: "t" as never }
        }))
      })
  })
  return { layer, shown, posts: () => posts }
}

describe("a message", () => {
  const cases = [
    { answers: ["ok"], posts: 1, outcome: "m1" },
    { answers: ["taken in"], posts: 1, outcome: "m1" },
    { answers: ["lost"], posts: 2, outcome: "m2" },
    { answers: ["lost", "taken in"], posts: 2, outcome: "m2" },
    { answers: ["refused"], posts: 1, outcome: "Forbidden" },
    { answers: ["lost", "lost", "lost"], posts: 3, outcome: "GatewayTimeout" }
  ] as const
  for (const { answers, outcome, posts } of cases) {
    it.live(`whose requests are ${answers.join(", ")} is posted ${posts} times, and ends as ${outcome}`, () =>
      Effect.gen(function* () {
        const service = roomOf(answers)
        const sent = yield* Effect.either(run(Durable.send("alarm", room, "Down", quick), service.layer))
        expect(sent._tag === "Right" ? sent.right.id : sent.left._tag).toBe(outcome)
        expect(service.posts()).toBe(posts)
      })
    )
  }

  it.live("that may not be there twice ends unsure where its history does not show it", () =>
    Effect.gen(function* () {
      const service = roomOf(["lost"])
      const program = Durable.send("alarm", room, "Down", { ...quick, ifUnsure: "fail" })
      const error = yield* Effect.flip(run(program, service.layer))
      expect(error).toMatchObject({ _tag: "Unsure", step: "alarm", error: { _tag: "GatewayTimeout" } })
      expect(service.posts()).toBe(1)
    })
  )

  it.live("of which one request was lost and the next is refused may be there", () =>
    Effect.gen(function* () {
      const service = roomOf(["lost", "refused"])
      const error = yield* Effect.flip(run(Durable.send("alarm", room, "Down", quick), service.layer))
      expect(error).toMatchObject({ _tag: "Forbidden", status: 403 })
      expect(ChatsError.isChatsError(error) && ChatsError.outcome(error)).toBe("Unknown")
      expect(service.posts()).toBe(2)
    })
  )

  it.live("of a text that another step has is another message", () =>
    Effect.gen(function* () {
      const service = roomOf(["ok", "taken in", "lost"])
      const ids = yield* run(
        Effect.forEach(["one", "two", "three"], (name) => Durable.send(name, room, "Down", quick)),
        service.layer
      )
      expect(ids.map(({ id }) => id)).toEqual(["m1", "m2", "m4"])
      expect(service.shown).toHaveLength(3)
    })
  )

  it.live("whose message another step in doubt has taken for its own is posted once more", () =>
    Effect.gen(function* () {
      const service = roomOf(["ok", "ok"])
      const claimed = Layer.effect(
        Durable.Store,
        Effect.tap(Durable.Store, (store) => store.claim("another step", ["m1"]))
      ).pipe(Layer.provide(Durable.layerMemory))
      const { id } = yield* run(Durable.send("alarm", room, "Down", quick), service.layer, claimed)
      expect(id).toBe("m2")
      // or that one's is there for it
      const both = roomOf(["ok"], [{ id: "theirs", text: "Down" }])
      expect(yield* run(Durable.send("alarm", room, "Down", quick), both.layer, claimed)).toEqual({ id: "theirs" })
      expect(both.posts()).toBe(1)
      const carefully = Durable.send("alarm", room, "Down", { ...quick, ifUnsure: "fail" })
      const once = roomOf(["ok"])
      expect(yield* Effect.flip(run(carefully, once.layer, claimed))).toMatchObject({ _tag: "Unsure" })
      expect(once.posts()).toBe(1)
    })
  )
})

it.live("two steps of one name are refused at once, and an endpoint's value and errors are kept as they are", () =>
  Effect.gen(function* () {
    const service = roomOf([])
    const twice = Effect.zipRight(Durable.send("alarm", room, "one", quick), Durable.send("alarm", room, "two", quick))
    const cause = yield* Effect.flip(Effect.sandbox(run(twice, service.layer)))
    expect(Cause.pretty(cause)).toContain('the workflow Body has two steps of the name "alarm"')
    expect(service.posts()).toBe(1)
    const layer = ChatsStub.layer({ getChatsRoom: () => Effect.fail(new ChatsError.NotFound({ message: "gone" })) })
    const error = yield* Effect.flip(run(Durable.activity("look", Chats.getChatsRoom, { roomJid }), layer))
    expect(error).toMatchObject({ _tag: "NotFound", message: "gone" })
  })
)

it.live("what a step writes down beside its result is no other step's name either", () =>
  Effect.gen(function* () {
    const service = roomOf([])
    const both = Effect.zipRight(
      Durable.send("alarm", room, "one", quick),
      Durable.activity("alarm/begin", Chats.getChatsRoom, { roomJid })
    )
    const cause = yield* Effect.flip(Effect.sandbox(run(both, service.layer)))
    expect(Cause.pretty(cause)).toContain('two steps of the name "alarm/begin"')
    const atOnce = Effect.all([Durable.send("a", room, "1", quick), Durable.send("a", room, "2", quick)], {
      concurrency: 2
    })
    expect(Cause.pretty(yield* Effect.flip(Effect.sandbox(run(atOnce, service.layer))))).toContain('of the name "a"')
    const endless = Durable.send("x".repeat(2_001), room, "one", quick)
    expect(Cause.pretty(yield* Effect.flip(Effect.sandbox(run(endless, service.layer))))).toContain("at most 2000")
  })
)

it.live("a room is opened for people who are given by address, who are looked up before it is created", () =>
  Effect.gen(function* () {
    const emulator = yield* Emulator.Emulator
    const alice = yield* emulator.addUser({ name: "Alice", email: "alice@acme.example" })
    const bob = yield* emulator.addUser({ name: "Bob" })
    const client = Emulator.layerClientFrom(emulator)
    const opened = yield* run(
      Durable.openRoom("room", {
        subject: "Incident",
        users: ["alice@acme.example", bob.jid, alice.id],
        owners: [bob.jid],
        firstMessage: "Down",
        pin: true
      }),
      client
    )
    expect(opened.firstMessageId).toBeDefined()
    const present = yield* Effect.provide(Conversation.participants(opened.room), client)
    expect(present.map(({ user }) => user?.id)).toEqual(expect.arrayContaining([alice.id, bob.id]))
    const creations = Effect.map(
      emulator.requests,
      (requests) => requests.filter(({ operation }) => operation === "postChatsRooms").length
    )
    const before = yield* creations
    const missing = Durable.openRoom("room", { subject: "Incident", users: [alice.id, "nobody@acme.example"] })
    expect(yield* Effect.flip(run(missing, client))).toMatchObject({
      _tag: "UserNotFound",
      value: "nobody@acme.example"
    })
    expect(yield* creations).toBe(before)
  }).pipe(Effect.provide(Emulator.layer({ rateLimit: "unlimited" })))
)

it.scopedLive("a tail goes on where it was, though a message was dated ahead of the others", () =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const shown: Array<{ readonly id: string; readonly at: number }> = []
    const layer = ChatsStub.layer({
      getChatsRoomMessages: ({ after, before }) =>
        Effect.succeed({
          entities: shown
            .filter(({ at }) => at >= (after?.epochMillis ?? 0) && at <= (before?.epochMillis ?? Infinity))
            .toSorted((one, other) => other.at - one.at)
            .map(({ at, id }) => ({
              id: MessageId.make(id),
              dateCreated: DateTime.unsafeMake(at),
              toJid: roomJid,
              jid: "alice" as never,
              body: id,
              thread: { id: "t" as never }
            }))
        })
    })
    const heard: Array<string> = []
    const store = yield* Layer.build(Durable.layerMemory)
    const listen = Effect.timeoutOption(
      Durable.follow("bot", room, ({ id }) => Effect.sync(() => void heard.push(id)), {
        every: "10 millis",
        since: DateTime.unsafeMake(now - 1000)
      }),
      "1 second"
    ).pipe(Effect.provide(Layer.merge(layer, Layer.succeedContext(store))))
    shown.push({ id: "ahead", at: now + 3_600_000 })
    yield* listen
    expect(heard).toEqual(["ahead"])
    shown.push({ id: "later", at: yield* Clock.currentTimeMillis })
    yield* Effect.repeat(listen, { until: () => heard.length > 1, times: 10 })
    expect(heard).toEqual(["ahead", "later"])
  })
)

it.effect("where what is stored cannot be read, a tail and an export say so, rather than to begin anew", () =>
  Effect.gen(function* () {
    const store = yield* Durable.Store
    const none = () => Effect.void
    yield* store.setCursor("follow/bot", '{"newest":')
    const error = yield* Effect.flip(Durable.follow("bot", room, none))
    expect(error).toMatchObject({ _tag: "InvalidRequest", message: "what is stored as follow/bot cannot be read" })
    yield* store.setCursor("export/audit", '{"date":"yesterday","ids":[]}')
    expect(yield* Effect.flip(Durable.exportHistory("audit", room, none))).toMatchObject({ _tag: "InvalidRequest" })
  }).pipe(Effect.provide(Layer.merge(Durable.layerMemory, roomOf([]).layer)))
)

const database = Layer.orDie(SqliteClient.layer({ filename: ":memory:" }))
const engine = WorkflowEngine.layerMemory.pipe(
  Layer.provideMerge(Layer.orDie(Durable.layer)),
  Layer.provideMerge(database)
)
const outbox = Layer.provideMerge(Durable.outboxLayer({ every: "20 millis" }), engine)
const live = Layer.provideMerge(Durable.broadcastLayer, outbox).pipe(
  Layer.provideMerge(Emulator.layerClient({ rateLimit: "unlimited" }))
)

describe("over a database", () => {
  it.effect("a claim is kept, however far ahead the clock of another process is", () =>
    Effect.gen(function* () {
      const claim = (owner: string) =>
        Effect.provide(
          Effect.flatMap(Durable.Store, (store) => store.claim(owner, ["m1"])),
          Layer.fresh(Durable.layer)
        )
      expect(yield* claim("one")).toEqual(Option.some("m1"))
      yield* TestClock.adjust("40 days")
      expect(yield* claim("two")).toEqual(Option.none())
    }).pipe(Effect.provide(database))
  )

  it.live("a message of the outbox is sent if its transaction commits, and only then, in order and once", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const { id } = yield* emulator.addUser({ name: "Alice" })
      const { jid } = yield* Chats.postChatsRooms({ subject: "Orders", userIds: [id] })
      const orders = Conversation.room(jid)
      const sql = yield* SqlClient.SqlClient
      yield* sql.withTransaction(
        Effect.gen(function* () {
          yield* Durable.enqueue(orders, "shipped", { id: "1" })
          yield* Durable.enqueue(orders, "shipped again", { id: "1" })
          yield* Durable.enqueue(orders, { message: "paid" }, { id: "2" })
        })
      )
      yield* Effect.flip(
        sql.withTransaction(Effect.zipRight(Durable.enqueue(orders, "cancelled", { id: "3" }), Effect.fail("no")))
      )
      yield* Durable.enqueue(Conversation.room(roomJid), "nobody is there", { id: "4" })
      // what is no message costs itself alone
      yield* sql`INSERT INTO genesys_chats_outbox (id, conversation, message, state) VALUES ('5', 'nobody', '{', 'waiting')`
      const settled = (id: string) =>
        Effect.repeat(Effect.delay(Durable.outboxStatus(id), "10 millis"), {
          until: Option.exists(({ _tag }) => _tag !== "Waiting")
        })
      expect(yield* settled("2")).toMatchObject({ value: { _tag: "Sent" } })
      expect(yield* settled("4")).toMatchObject({ value: { _tag: "Failed" } })
      expect(yield* settled("5")).toMatchObject({ value: { _tag: "Failed", error: { _tag: "InvalidRequest" } } })
      expect(yield* Durable.outboxStatus("3")).toEqual(Option.none())
      expect((yield* emulator.messages(jid)).map(({ body }) => body)).toEqual(["shipped", "paid"])
    }).pipe(Effect.provide(live))
  )

  it.live("a message of the outbox waits for a service that is away, and holds up no other conversation's", () =>
    Effect.gen(function* () {
      const other = Conversation.user(UserId.make("7f0e"))
      const failures = [
        new ChatsError.TransportError({ reason: "Refused", mayHaveArrived: false }),
        new ChatsError.CredentialsError({ reason: "InvalidClient", message: "unknown client" })
      ]
      const posted: Array<string> = []
      const post = (text: string) => Effect.sync(() => ({ id: MessageId.make(`m${posted.push(text)}`) }))
      const stub = ChatsStub.layer({
        postChatsRoomMessages: ({ message }) =>
          Effect.suspend(() => {
            const failure = failures.shift()
            return failure === undefined ? post(message) : Effect.fail(failure)
          }),
        postChatsUserMessages: ({ message }) => post(message)
      })
      yield* Effect.gen(function* () {
        yield* Durable.enqueue(room, "one", { id: "1" })
        yield* Durable.enqueue(room, "two", { id: "2" })
        yield* Durable.enqueue(other, "meanwhile", { id: "3" })
        yield* Effect.repeat(Effect.delay(Durable.outboxStatus("2"), "10 millis"), {
          until: Option.exists(({ _tag }) => _tag !== "Waiting")
        })
      }).pipe(Effect.provide(Layer.provideMerge(outbox, stub)))
      expect(posted).toEqual(["meanwhile", "one", "two"])
    })
  )

  it.live(
    "a broadcast of several hundred gives one report, and the same one again",
    () =>
      Effect.gen(function* () {
        const emulator = yield* Emulator.Emulator
        const { id } = yield* emulator.addUser({ name: "Alice" })
        const known = Conversation.user(id)
        const targets = [known, ...Array.from({ length: 301 }, (_, i) => Conversation.user(UserId.make(`nobody-${i}`)))]
        const broadcast = Durable.broadcast({ id: "b", targets, message: "Hi", concurrency: 50 })
        const report = yield* broadcast
        expect(Broadcast.counts(report)).toEqual({ Sent: 1, Rejected: 301, Unknown: 0, NotSent: 0 })
        expect(yield* broadcast).toEqual(report)
        const { length } = (yield* emulator.requests).filter(({ operation }) => operation === "postChatsUserMessages")
        expect(length).toBe(302)
      }).pipe(RetryPolicy.with(RetryPolicy.none), Effect.provide(live)),
    180_000
  )

  it.live("a tail and an export go on where they were stopped", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const { id } = yield* emulator.addUser({ name: "Alice" })
      const { jid } = yield* Chats.postChatsRooms({ subject: "Audit", userIds: [id] })
      const audit = Conversation.room(jid)
      yield* emulator.seedMessages(jid, 25, { interval: "0 millis" })
      const written: Array<string> = []
      const write = (stopAt: number) => (messages: ReadonlyArray<{ readonly id: string }>) =>
        Effect.suspend(() => {
          if (written.length >= stopAt) return Effect.fail("stopped")
          written.push(...messages.map((message) => message.id))
          return Effect.void
        })
      expect(yield* Effect.flip(Durable.exportHistory("audit", audit, write(10), { batch: 5 }))).toBe("stopped")
      expect(yield* Durable.exportHistory("audit", audit, write(100), { batch: 5 })).toBe(15)
      expect(yield* Durable.exportHistory("audit", audit, write(100))).toBe(0)
      expect(new Set(written).size).toBe(25)

      const heard: Array<string> = []
      const hear = (until: string) =>
        Effect.flip(
          Durable.follow(
            "bot",
            audit,
            ({ body }) =>
              Effect.suspend(() => {
                if (body === until) return Effect.fail("stopped" as const)
                heard.push(body)
                return Effect.void
              }),
            { every: "20 millis" }
          )
        )
      const first = yield* Effect.fork(hear("two"))
      yield* Effect.sleep("300 millis")
      yield* Conversation.send(audit, "one")
      yield* Conversation.send(audit, "two")
      expect(yield* first).toBe("stopped")
      yield* Conversation.send(audit, "three")
      yield* Conversation.send(audit, "end")
      expect(yield* hear("end")).toBe("stopped")
      expect(heard).toEqual(["one", "two", "three"])
    }).pipe(Effect.provide(live))
  )
})
