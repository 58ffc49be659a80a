/**
 * Neither what is sent nor what the service says is in a span, a log line or a metric: whatever the endpoint,
 * the status and the body, by itself and in every pipeline. What is looked for is a mark in all of it.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
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
import { labelsOfMetrics, type Telemetry, telemetryOf } from "./utils/telemetry.js"
import { inVirtualTime } from "./utils/virtualTime.js"

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

const expectNone = (kinds: Readonly<Record<string, ReadonlyArray<string>>>) => {
  for (const [kind, texts] of Object.entries(kinds)) {
    const leaky = texts.find((text) => text.toLowerCase().includes(mark)) ?? ""
    const at = leaky.toLowerCase().indexOf(mark)
    expect(at < 0 ? "" : `in ${kind}: …${leaky.slice(Math.max(0, at - 300), at + 80)}…`).toBe("")
  }
}

/** A log line is one line, and drives no terminal. */
const expectLines = ({ logs }: Telemetry) => {
  for (const line of logs.filter((text) => !text.startsWith("{"))) expect(line).not.toMatch(/[\p{Cc}\u2028]/u)
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
  ...[...statuses, 302, 418, 502].map(
    (status) => [`${status}, JSON`, () => json(status, told(status), headers)] as const
  ),
  ...[404, 502, 503].map(
    (status) =>
      [
        `${status}, a page`,
        ({ url }: Received) => reply(status, `<html>${url.href} ${marked("")}</html>`, headers)
      ] as const
  ),
  ["200, wrong types", () => json(200, wrong, headers)],
  ["200, a list", () => json(200, [mark], headers)],
  ["200, a page", () => reply(200, `<html>${mark}`, headers)],
  ["a failure that tells", ({ url }) => Effect.fail(failure("ECONNRESET", { message: url.href, request: mark }))],
  ["a code that tells", () => Effect.fail(failure(`E${mark} ${mark}`))],
  ["a transport that dies", ({ url }) => Effect.die(new Error(url.href))]
]

const policy = RetryPolicy.make({ maxRetries: 1 })

/** Programs side by side, with the waits of their retries. */
const observed = <E>(programs: ReadonlyArray<Effect.Effect<unknown, E>>): Effect.Effect<Telemetry> =>
  Effect.gen(function* () {
    const all = Effect.forEach(programs, (program) => Effect.exit(Effect.timeoutOption(program, "1 minute")), {
      concurrency: "unbounded"
    })
    const telemetry = yield* inVirtualTime(telemetryOf(all))
    expect(telemetry.spans.length).toBeGreaterThan(programs.length)
    expectNone({ ...telemetry })
    expectLines(telemetry)
    return telemetry
  })

afterAll(() => expectNone({ metrics: labelsOfMetrics() }))

describe("a call leaves no mark", () => {
  const marked = samples.map((sample) => ({ ...sample, input: withMarks(sample.input) as object }))
  for (const [n, [what, answer]] of answers.entries()) {
    // a status is read alike for all endpoints: each has a third of those in JSON, and all of what comes otherwise
    const some = what.endsWith("JSON") ? marked.filter((_, i) => (n + i) % 3 === 0) : marked
    it.effect(what, () => {
      const client = clientOver(scripted(answer), { policy, org: "leaks" })
      return Effect.provide(
        Effect.flatMap(Effect.context<ChatsClient.ChatsClient>(), (context) =>
          observed(some.map(({ endpoint, input }) => Effect.provide(call(endpoint, input), context)))
        ),
        client
      )
    })
  }

  it.effect("that is not sent, for its input is wrong", () => {
    const client = clientOver(scripted(() => reply(204)))
    return observed(
      samples
        .filter(({ input }) => Object.keys(input).length > 0)
        .map(({ endpoint, input }) => {
          const broken = Object.fromEntries(Object.keys(input).map((key) => [key, { [mark]: `${mark}\n` }]))
          return Effect.provide(call(endpoint, broken), client)
        })
    )
  })
})

/**
 * Effect runs a stream in a fiber of its own, and logs at debug level that it failed, with the error itself. That is
 * for whoever runs the stream to turn off; what fibers a pipeline has within must not need it.
 */
const drained = <A, E, R>(stream: Stream.Stream<A, E, R>) =>
  Effect.withUnhandledErrorLogLevel(Stream.runDrain(stream), Option.none())

const pipelines: ReadonlyArray<Effect.Effect<unknown, unknown, ChatsClient.ChatsClient>> = [
  Rooms.open({
    subject: mark,
    users: [userId, `bob@${mark}.example`],
    owners: [userId],
    firstMessage: mark,
    pin: true
  }),
  Effect.scoped(Rooms.scoped({ subject: mark, users: [userId, otherId], firstMessage: mark })),
  Rooms.close(room, { keep: [userId] }),
  drained(Stream.take(History.stream(room), 500)),
  drained(Stream.take(History.stream(room, { order: "ascending" }), 500)),
  drained(History.thread(ThreadId.make(mark))),
  drained(Stream.take(History.follow(room), 3)),
  drained(Stream.take(History.followAll([room, Conversation.user(userId)]), 3)),
  Broadcast.send([room, Conversation.user(userId), Conversation.user(otherId)], mark),
  Effect.forEach([messageId, MessageId.make(`${mark}-2`)], (id) => Effect.exit(MessageLoader.get(room, id)), {
    batching: true
  }),
  Directory.user(`bob@${mark}.example`),
  Directory.userById(userId),
  Directory.userByJid(UserJid.make(`${mark}@acme.orgspan.com`)),
  Directory.me,
  Directory.group(GroupId.make(mark)),
  drained(Inbox.stream()),
  Inbox.roomOfGroup(GroupId.make(mark)),
  Conversation.participants(room),
  Conversation.pins(room),
  ChatsClient.check([])
]

describe("pipelines leave no mark", () => {
  for (const [n, [what, answer]] of answers.entries()) {
    const some = what.endsWith("JSON") ? pipelines.filter((_, i) => (n + i) % 2 === 0) : pipelines
    it.effect(what, () => {
      const client = clientOver(scripted(answer), { policy, org: "leaks" })
      return Effect.provide(
        Effect.flatMap(Effect.context<ChatsClient.ChatsClient>(), (context) =>
          observed(some.map((program) => Effect.provide(program, context)))
        ),
        client
      )
    })
  }

  it.effect("nor where all goes well, or half well", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.make({
        orgName: mark,
        rateLimit: "unlimited",
        faults: Faults.random({
          seed: 7,
          rate: 0.2,
          faults: [Faults.status(404), Faults.status(403), Faults.status(503)]
        })
      })
      const { id } = yield* emulator.addUser({ name: mark })
      const jid = yield* emulator.addRoom({ subject: mark, participants: [id] })
      yield* emulator.seedMessages(jid, 120, { message: () => mark })
      const here = Conversation.room(jid)
      const client = ChatsClient.layer.pipe(
        Layer.provide(Credentials.layerToken(yield* emulator.issueToken(id))),
        Layer.provide(FlowControl.layerNone),
        Layer.provide(Layer.succeed(Region.Region, { apiUrl: emulator.url, loginUrl: emulator.url })),
        Layer.provide(Emulator.layerFrom(emulator))
      )
      const programs: ReadonlyArray<Effect.Effect<unknown, unknown, ChatsClient.ChatsClient>> = [
        Rooms.open({ subject: mark, users: [id], firstMessage: mark, pin: true }),
        drained(History.stream(here)),
        Broadcast.send([here, here], mark),
        drained(Inbox.stream()),
        Directory.userById(id)
      ]
      yield* observed([1, 2, 3, 4].flatMap(() => programs.map((program) => Effect.provide(program, client))))
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
        yield* observed([Effect.provide(Conversation.participants(room), client)])
      })
    )
  }
})

describe("what is told of", () => {
  it.effect("an attempt and an operation: which, by which status, how often", () =>
    Effect.gen(function* () {
      const http = scripted(() => json(404, told(404), { "inin-correlation-id": "4b4d-01" }))
      const { spans } = yield* observed([Effect.provide(Conversation.pins(room), clientOver(http))])
      const said = "NotFound: getChatsRoom, 404, correlation id 4b4d-01 (GET /api/v2/chats/rooms/{roomJid}, 1 attempt)"
      expect(spans.filter((text) => text.startsWith(said))).toHaveLength(2)
    })
  )
})
