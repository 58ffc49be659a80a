/**
 * Neither what is sent nor what the service says is in a span, a log line or a metric: whatever the endpoint,
 * the status and the body, by itself and in every pipeline. What is looked for is a mark in all of it.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import {
  Broadcast,
  ChatsClient,
  Conversation,
  Credentials,
  Directory,
  FlowControl,
  GroupId,
  History,
  Inbox,
  MessageId,
  MessageLoader,
  Region,
  RetryPolicy,
  RoomJid,
  Rooms,
  ThreadId,
  UserId,
  UserJid
} from "effect-genesys-chats"
import { Emulator, Faults } from "effect-genesys-chats/testing"
import { statuses } from "./utils/facts.js"
import { type Answer, clientOver, failure, json, type Received, reply, scripted } from "./utils/http.js"
import { call, samples } from "./utils/samples.js"
import { type Telemetry, telemetryOf } from "./utils/telemetry.js"

const mark = "zq7leak"
const marked = (text: string) => `${text} ${mark}\r\n\u001b[31m\u2028level=fatal`

const roomJid = RoomJid.make(`adhoc-${mark}@conference.acme.orgspan.com`)
const userId = UserId.make(`${mark}-user`)
const otherId = UserId.make(`${mark}-other`)
const messageId = MessageId.make(`${mark}-message`)
const room = Conversation.room(roomJid)

/** The same input with a mark in every text. */
const withMarks = (value: unknown): unknown => {
  if (typeof value === "string") return value === "Always" || value === "OnlyWhenInactive" ? value : `${mark}${value}`
  if (Array.isArray(value)) return value.map(withMarks)
  if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withMarks(field)]))
  }
  return value
}

const expectNone = ({ logs, metrics, spans }: Telemetry, what: string) => {
  for (const [kind, texts] of Object.entries({ logs, metrics, spans })) {
    for (const text of texts) {
      const at = text.toLowerCase().indexOf(mark)
      expect(at < 0 ? "" : `${what}, in ${kind}: …${text.slice(Math.max(0, at - 200), at + 80)}…`).toBe("")
    }
  }
  // a log line is one line, and drives no terminal
  for (const line of logs) expect(line.startsWith("{\n") ? "" : line).not.toMatch(/[\n\r\u001b\u2028]/)
}

const told = (status: number) => ({
  message: marked(`Unable to find ${roomJid}`),
  code: marked("code"),
  status,
  contextId: marked("context"),
  entityId: roomJid,
  entityName: marked("entity"),
  messageWithParams: marked("{entityId}"),
  messageParams: { [marked("key")]: [marked("value")] },
  details: [{ errorCode: marked("code"), fieldName: marked("field"), entityId: mark }],
  errors: [{ message: marked("inner") }]
})

const headers = { "inin-correlation-id": `${mark}@corr`, "x-else": mark, "retry-after": "1" }

/** What is no value of any schema: wrong types, and keys that quote. */
const wrong = {
  id: [mark],
  jid: { [mark]: mark },
  dateCreated: marked("date"),
  messageRetentionPeriodDays: mark,
  reactionsEnabled: mark,
  participants: [{ jid: [mark] }],
  pinnedMessages: mark,
  entities: [
    { id: mark, dateCreated: mark },
    { id: `${mark}-2`, dateCreated: "2026-01-01T00:00:00Z", body: 5, mentions: { [`${mark}.x`]: [] } },
    { user: { id: [mark] }, [mark]: mark }
  ],
  results: [{ id: [mark] }],
  muted: mark,
  mobile: mark,
  nextUri: mark
}

const answers: ReadonlyArray<readonly [what: string, answer: (request: Received) => Answer]> = [
  ...[...statuses, 302, 418, 502].flatMap(
    (status): ReadonlyArray<readonly [string, (request: Received) => Answer]> => [
      [`${status}, JSON`, () => json(status, told(status), headers)],
      [`${status}, a page`, ({ url }) => reply(status, `<html>${url.href} ${marked("")}</html>`, headers)]
    ]
  ),
  ["200, wrong types", () => json(200, wrong, headers)],
  ["200, a list", () => json(200, [mark], headers)],
  ["200, a page", () => reply(200, `<html>${mark}`, headers)],
  ["a failure that tells", ({ url }) => Effect.fail(failure("ECONNRESET", { message: url.href, request: mark }))],
  ["a code that tells", () => Effect.fail(failure(`E${mark} ${mark}`))],
  ["a transport that dies", ({ url }) => Effect.die(new Error(url.href))]
]

/** With the waits of its retries. */
const observed = <E>(program: Effect.Effect<unknown, E>): Effect.Effect<Telemetry> =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(telemetryOf(Effect.timeoutOption(program, "5 minutes")))
    yield* TestClock.adjust("6 minutes")
    return yield* Fiber.join(fiber)
  })

const policy = RetryPolicy.make({ maxRetries: 1 })

describe("a call leaves no mark", () => {
  for (const [what, answer] of answers) {
    it.effect(what, () =>
      Effect.gen(function* () {
        const client = clientOver(scripted(answer), { policy, org: "leaks" })
        for (const { endpoint, input, name } of samples) {
          expectNone(yield* observed(Effect.provide(call(endpoint, withMarks(input) as object), client)), name)
        }
      })
    )
  }

  it.effect("that is not sent, for its input is wrong", () =>
    Effect.gen(function* () {
      const client = clientOver(
        scripted(() => reply(204)),
        { policy }
      )
      for (const { endpoint, input, name } of samples) {
        const broken = Object.fromEntries(Object.keys(input).map((key) => [key, { [mark]: marked("") }]))
        expectNone(yield* observed(Effect.provide(call(endpoint, broken), client)), name)
      }
    })
  )
})

const pipelines: ReadonlyArray<
  readonly [name: string, program: Effect.Effect<unknown, unknown, ChatsClient.ChatsClient>]
> = [
  [
    "Rooms.open",
    Rooms.open({ subject: mark, users: [userId, `bob@${mark}.example`], owners: [userId], firstMessage: mark, pin: true })
  ],
  ["Rooms.scoped", Effect.scoped(Rooms.scoped({ subject: mark, users: [userId, otherId], firstMessage: mark }))],
  ["Rooms.close", Rooms.close(room, { keep: [userId] })],
  ["History.stream", Stream.runDrain(Stream.take(History.stream(room), 500))],
  ["History.stream, ascending", Stream.runDrain(Stream.take(History.stream(room, { order: "ascending" }), 500))],
  ["History.thread", Stream.runDrain(History.thread(ThreadId.make(mark)))],
  ["History.follow", Stream.runDrain(Stream.take(History.follow(room), 3))],
  ["History.followAll", Stream.runDrain(Stream.take(History.followAll([room, Conversation.user(userId)]), 3))],
  ["Broadcast.send", Broadcast.send([room, Conversation.user(userId), Conversation.user(otherId)], mark)],
  [
    "MessageLoader.get",
    Effect.forEach([messageId, MessageId.make(`${mark}-2`)], (id) => Effect.exit(MessageLoader.get(room, id)), {
      batching: true
    })
  ],
  ["Directory.user", Directory.user(`bob@${mark}.example`)],
  ["Directory.userById", Directory.userById(userId)],
  ["Directory.userByJid", Directory.userByJid(UserJid.make(`${mark}@acme.orgspan.com`))],
  ["Directory.me", Directory.me],
  ["Directory.group", Directory.group(GroupId.make(mark))],
  ["Inbox.stream", Stream.runDrain(Inbox.stream())],
  ["Inbox.roomOfGroup", Inbox.roomOfGroup(GroupId.make(mark))],
  ["Conversation.participants", Conversation.participants(room)],
  ["Conversation.pins", Conversation.pins(room)],
  ["ChatsClient.check", ChatsClient.check([])]
]

describe("a pipeline leaves no mark", () => {
  for (const [name, program] of pipelines) {
    it.effect(name, () =>
      Effect.gen(function* () {
        for (const [what, answer] of answers) {
          const client = clientOver(scripted(answer), { policy, org: "leaks" })
          expectNone(yield* observed(Effect.provide(program, client)), what)
        }
      })
    )
  }

  it.effect("nor where it goes well, or half well", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.make({
        orgName: mark,
        rateLimit: "unlimited",
        faults: Faults.random({ seed: 7, rate: 0.3, faults: [Faults.status(404), Faults.status(403), Faults.status(503)] })
      })
      const { id } = yield* emulator.addUser({ name: mark })
      const jid = yield* emulator.addRoom({ subject: mark, participants: [id] })
      yield* emulator.seedMessages(jid, 120, { message: () => mark })
      const here = Conversation.room(jid)
      const token = yield* emulator.issueToken(id)
      const client = ChatsClient.layer.pipe(
        Layer.provide(Credentials.layerToken(token)),
        Layer.provide(FlowControl.layerNone),
        Layer.provide(Layer.succeed(Region.Region, { apiUrl: emulator.url, loginUrl: emulator.url })),
        Layer.provide(Emulator.layerFrom(emulator))
      )
      const programs = [
        Rooms.open({ subject: mark, users: [id], firstMessage: mark, pin: true }),
        Stream.runDrain(History.stream(here)),
        Broadcast.send([here, here], mark),
        Stream.runDrain(Inbox.stream()),
        Directory.userById(id)
      ]
      for (const program of programs) {
        for (let i = 0; i < 10; i++) expectNone(yield* observed(Effect.provide(program, client)), "emulator")
      }
    })
  )
})

describe("a login leaves no mark", () => {
  for (const [what, answer] of answers) {
    it.effect(what, () =>
      Effect.gen(function* () {
        const error = (request: Received) => {
          const given = answer(request)
          return given instanceof Response && given.headers.get("content-type") === "application/json"
            ? json(given.status, { error: mark, error_description: marked(""), access_token: [mark] }, headers)
            : given
        }
        const client = ChatsClient.layer.pipe(
          Layer.provide(Credentials.layerClientCredentials({ clientId: mark, clientSecret: Redacted.make(mark) })),
          Layer.provide(Region.layer("eu-central-1")),
          Layer.provide(scripted(error).layer)
        )
        expectNone(yield* observed(Effect.provide(Conversation.participants(room), client)), what)
      })
    )
  }
})

describe("what is told of", () => {
  it.effect("an attempt and an operation: which, by which status, how often", () =>
    Effect.gen(function* () {
      const http = scripted(() => json(404, told(404), { "inin-correlation-id": "4b4d-01" }))
      const { spans } = yield* observed(Effect.provide(Conversation.pins(room), clientOver(http)))
      const said =
        "NotFound: getChatsRoom, 404, correlation id 4b4d-01 (GET /api/v2/chats/rooms/{roomJid}, 1 attempt)"
      expect(spans.filter((text) => text.startsWith(said))).toHaveLength(2)
    })
  )
})
