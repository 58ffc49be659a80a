/**
 * Every option that is a number or a duration, in code and in the environment, is checked once: a value
 * out of its range is refused by name, a defect from code and a `ConfigError` from the environment.
 */
import { readdirSync, readFileSync } from "node:fs"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Socket from "@effect/platform/Socket"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { describe, expect, it } from "@effect/vitest"
import { WorkflowEngine } from "@effect/workflow"
import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import {
  Broadcast,
  ChatsClient,
  Conversation,
  Credentials,
  Directory,
  DirectoryApi,
  FlowControl,
  History,
  Live,
  MessageId,
  MessageLoader,
  Region,
  RetryBudget,
  RetryPolicy,
  RoomJid,
  Rooms,
  Tenants
} from "effect-genesys-chats"
import { ChatsStub, Emulator, Faults } from "effect-genesys-chats/testing"
import * as Durable from "effect-genesys-chats/workflow"
import ts from "typescript"
import { run } from "./utils/workflow.js"

const room = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))

const Stub = ChatsStub.layer({
  getChatsRoomMessages: () => Effect.succeed({ entities: [] }),
  postChatsRoomMessages: () => Effect.succeed({ id: MessageId.make("m") }),
  postChatsRooms: () => Effect.succeed({ jid: room.jid })
})

type Use<A> = (value: A) => Effect.Effect<unknown, unknown, ChatsClient.ChatsClient>

interface Option<A> {
  /** As an error names it. */
  readonly name: string
  /** The property in the sources, where it is one that can be left out. */
  readonly source?: string
  readonly use: Use<A>
  readonly accepts: ReadonlyArray<A>
  readonly refuses: ReadonlyArray<A>
}

/** What a number out of its range can be; `infinite` says that `Infinity` is in it. */
const number = (
  name: string,
  range: { readonly least: number; readonly most?: number; readonly infinite?: boolean; readonly fractions?: boolean },
  use: Use<number>,
  source?: string
): Option<number> => ({
  name,
  use,
  ...(source === undefined ? {} : { source }),
  accepts: [range.least, range.most ?? range.least + 1, ...(range.infinite ? [Infinity] : [])],
  refuses: [
    Number.NaN,
    -Infinity,
    ...(range.least === Number.MIN_SAFE_INTEGER ? [] : [range.least - 1]),
    ...(range.fractions ? [] : [Math.floor(Math.max(range.least, 0)) + 0.5]),
    ...(range.most === undefined ? [] : [range.most + 1]),
    ...(range.infinite ? [] : [Infinity])
  ]
})

const duration = (
  name: string,
  range: { readonly least: number; readonly infinite?: boolean },
  use: Use<Duration.DurationInput>,
  source?: string
): Option<Duration.DurationInput> => ({
  name,
  use,
  ...(source === undefined ? {} : { source }),
  accepts: [range.least, "2 minutes", "120000000000 nanos", [120, 0], ...(range.infinite ? [Infinity] : [])],
  refuses: [
    Number.NaN,
    [Number.NaN, 0],
    [0, Number.NaN],
    [-1, 0],
    -1n,
    -1,
    "-1 seconds",
    -Infinity,
    "soon" as "1 second",
    ...(range.least === 0 ? [] : [range.least - 1]),
    ...(range.infinite ? [] : [Infinity])
  ]
})

const seeds = { least: Number.MIN_SAFE_INTEGER }

/** A stream that does not end, until it has nothing to do but wait. */
const begin = <E, R>(stream: Stream.Stream<unknown, E, R>) =>
  Effect.raceFirst(Stream.runDrain(stream), Effect.repeatN(Effect.yieldNow(), 50))

const load = (options: MessageLoader.Options) => MessageLoader.make(options)
const cached = (cache: MessageLoader.Options["cache"]) => MessageLoader.make({ cache })
const faults = (make: () => Faults.Fault | Faults.Faults) => Effect.sync(make)
/** Nothing is connected as long as nobody listens. */
const noSockets = Layer.succeed(Socket.WebSocketConstructor, () => {
  throw new Error("no sockets here")
})
const live = (options: Live.Options) => Effect.scoped(Effect.provide(Live.make(options), noSockets))
const client = (options: ChatsClient.Options) =>
  Effect.scoped(
    Layer.build(
      ChatsClient.layerWith(options).pipe(
        Layer.provide([Credentials.layerToken(Redacted.make("t")), Region.layer("eu-west-1"), FetchHttpClient.layer])
      )
    )
  )
const credentials = (options: Omit<Parameters<typeof Credentials.make<never>>[0], "acquire">) =>
  Effect.scoped(Credentials.make({ acquire: Effect.never, ...options }))
const flow = (options: FlowControl.Options) => Effect.scoped(FlowControl.make(options))
/** Workflows, their steps and what is stored for them, in memory. */
const durably = <A, E>(
  effect: Effect.Effect<A, E, ChatsClient.ChatsClient | Durable.Store | WorkflowEngine.WorkflowEngine>
) =>
  Effect.provide(
    effect,
    Durable.broadcastLayer.pipe(
      Layer.provideMerge(Layer.merge(WorkflowEngine.layerMemory, Durable.layerMemory)),
      Layer.provide(Stub)
    )
  )
const sendDurably = (options: Durable.SendOptions) => run(Durable.send("s", room, "m", options), Stub)
const followDurably = (options: Durable.FollowOptions) =>
  durably(begin(Stream.fromEffect(Durable.follow("f", room, () => Effect.void, options))))
const outbox = (options: Durable.OutboxOptions) =>
  Effect.scoped(
    Layer.build(
      Durable.outboxLayer(options).pipe(
        Layer.provide(Layer.provideMerge(Durable.layer, SqliteClient.layer({ filename: ":memory:" }))),
        Layer.provide([WorkflowEngine.layerMemory, Stub])
      )
    )
  )
const control = (use: (emulator: Emulator.Service) => Effect.Effect<unknown>) => Effect.flatMap(Emulator.make({}), use)

const numbers: ReadonlyArray<Option<number>> = [
  number(
    "Broadcast.send: concurrency",
    { least: 1, infinite: true },
    (concurrency) =>
      Effect.map(Broadcast.send([room], "m", { concurrency }), (report) =>
        expect(Broadcast.counts(report)).toMatchObject({ Sent: 1, Unknown: 0 })
      ),
    "pipelines/Broadcast.ts#concurrency"
  ),
  number("Broadcast.stream: concurrency", { least: 1, infinite: true }, (concurrency) =>
    Stream.runDrain(Broadcast.stream([room], "m", { concurrency }))
  ),
  number("MessageLoader.make: max", { least: 1 }, (max) => load({ max }), "pipelines/MessageLoader.ts#max"),
  number(
    "MessageLoader.make: concurrency",
    { least: 1, infinite: true },
    (concurrency) => load({ concurrency }),
    "pipelines/MessageLoader.ts#concurrency"
  ),
  number(
    "MessageLoader.make: cache.capacity",
    { least: 1, infinite: true },
    (capacity) => cached({ capacity, timeToLive: "1 minute" }),
    "pipelines/MessageLoader.ts#cache"
  ),
  number(
    "History.stream: pageSize",
    { least: 1 },
    (pageSize) => Stream.runDrain(History.stream(room, { pageSize })),
    "history/History.ts#pageSize"
  ),
  number(
    "History.stream: prefetch",
    { least: 0 },
    (prefetch) => Stream.runDrain(History.stream(room, { prefetch })),
    "history/History.ts#prefetch"
  ),
  number("History.follow: pageSize", { least: 1 }, (pageSize) => begin(History.follow(room, { pageSize }))),
  number(
    "RetryBudget.make: capacity",
    { least: 0, infinite: true },
    (capacity) => RetryBudget.make({ capacity }),
    "limits/RetryBudget.ts#capacity"
  ),
  number(
    "RetryBudget.make: refund",
    { least: 0, fractions: true },
    (refund) => RetryBudget.make({ refund }),
    "limits/RetryBudget.ts#refund"
  ),
  number(
    "Directory.make: max",
    { least: 1, most: 500 },
    (max) => Directory.make({ max }),
    "pipelines/directory/service.ts#max"
  ),
  number(
    "Directory.make: concurrency",
    { least: 1, infinite: true },
    (concurrency) => Directory.make({ concurrency }),
    "pipelines/directory/service.ts#concurrency"
  ),
  number(
    "Directory.make: cache.capacity",
    { least: 1, infinite: true },
    (capacity) => Directory.make({ cache: { capacity, timeToLive: "1 minute" } }),
    "pipelines/directory/service.ts#cache"
  ),
  number(
    "ChatsClient.make: maxReplyBytes",
    { least: 1 },
    (maxReplyBytes) => client({ maxReplyBytes }),
    "ChatsClient.ts#maxReplyBytes"
  ),
  number(
    "Credentials.make: retries",
    { least: 0, infinite: true },
    (retries) => credentials({ retries }),
    "credentials/Credentials.ts#retries"
  ),
  number(
    "FlowControl.make: maxConcurrency",
    { least: 1, infinite: true },
    (maxConcurrency) => flow({ maxConcurrency }),
    "limits/FlowControl.ts#maxConcurrency"
  ),
  number(
    "FlowControl.make: maxQueue",
    { least: 0, infinite: true },
    (maxQueue) => flow({ maxQueue }),
    "limits/FlowControl.ts#maxQueue"
  ),
  number(
    "FlowControl.make: requestsPerMinute",
    { least: 1, most: 1_000_000, infinite: true },
    (requestsPerMinute) => flow({ requestsPerMinute }),
    "limits/FlowControl.ts#requestsPerMinute"
  ),
  number(
    "FlowControl.make: lease",
    { least: 1, most: 1_000 },
    (lease) => flow({ lease }),
    "limits/FlowControl.ts#lease"
  ),
  number(
    "FlowControl.storeMemory: allowed",
    { least: 1 },
    (allowed) => Effect.scoped(Layer.build(FlowControl.storeMemory({ allowed }))),
    "limits/storeSettings.ts#allowed"
  ),
  number(
    "RetryPolicy.make: maxRetries",
    { least: 0, infinite: true },
    (maxRetries) => Effect.sync(() => RetryPolicy.make({ maxRetries })),
    "limits/RetryPolicy.ts#maxRetries"
  ),
  number(
    "Durable.broadcast: concurrency",
    { least: 1, most: 100 },
    (concurrency) => durably(Durable.broadcast({ id: "b", targets: [room], message: "m", concurrency })),
    "workflow/broadcast.ts#concurrency"
  ),
  number(
    "Durable.exportHistory: batch",
    { least: 1 },
    (batch) => durably(Durable.exportHistory("e", room, () => Effect.void, { batch })),
    "workflow/follow.ts#batch"
  ),
  // a policy that was not made by `make`
  number("RetryPolicy.with: maxRetries", { least: 0, infinite: true }, (maxRetries) =>
    Effect.suspend(() => RetryPolicy.with(Effect.void, { ...RetryPolicy.standard, maxRetries }))
  ),
  number("RetryPolicy.layer: maxRetries", { least: 0, infinite: true }, (maxRetries) =>
    Effect.scoped(Layer.build(RetryPolicy.layer({ ...RetryPolicy.standard, maxRetries })))
  ),
  number("Faults.status: status", { least: 200, most: 599 }, (status) => faults(() => Faults.status(status))),
  number(
    "Faults.status: retryAfter",
    { least: 0 },
    (retryAfter) => faults(() => Faults.status(429, { retryAfter })),
    "testing/faults/Faults.ts#retryAfter"
  ),
  number(
    "Faults.reset: bytes",
    { least: 0 },
    (bytes) => faults(() => Faults.reset("body", { bytes })),
    "testing/faults/Faults.ts#bytes"
  ),
  number("Faults.stall: bytes", { least: 0 }, (bytes) => faults(() => Faults.stall("body", { bytes }))),
  number("Faults.truncate: bytes", { least: 0 }, (bytes) => faults(() => Faults.truncate(bytes))),
  number("Faults.random: seed", seeds, (seed) => faults(() => Faults.random({ seed, rate: 0, faults: [] }))),
  number("Faults.random: rate", { least: 0, most: 1, fractions: true }, (rate) =>
    faults(() => Faults.random({ seed: 1, rate, faults: [Faults.reset()] }))
  ),
  {
    ...number("Faults.random: weight", { least: 1, fractions: true }, (weight) =>
      faults(() => Faults.random({ seed: 1, rate: 1, faults: [{ fault: Faults.reset(), weight }] }))
    ),
    refuses: [0, -1, Number.NaN, Infinity]
  },
  number("Emulator: seed", seeds, (seed) => Emulator.make({ seed }), "testing/emulator/options.ts#seed"),
  number(
    "Emulator: maxMessageIds",
    { least: 1, infinite: true },
    (maxMessageIds) => Emulator.make({ maxMessageIds }),
    "testing/emulator/options.ts#maxMessageIds"
  ),
  number(
    "Emulator: requestLogCapacity",
    { least: 0, infinite: true },
    (requestLogCapacity) => Emulator.make({ requestLogCapacity }),
    "testing/emulator/options.ts#requestLogCapacity"
  ),
  number(
    "Emulator: requestLogBytes",
    { least: 0, infinite: true },
    (requestLogBytes) => Emulator.make({ requestLogBytes }),
    "testing/emulator/options.ts#requestLogBytes"
  ),
  number(
    "Emulator: history.defaultLimit",
    { least: 1 },
    (defaultLimit) => Emulator.make({ history: { defaultLimit } }),
    "testing/emulator/options.ts#defaultLimit"
  ),
  number(
    "Emulator: history.maxLimit",
    { least: 1, infinite: true },
    (maxLimit) => Emulator.make({ history: { maxLimit } }),
    "testing/emulator/options.ts#maxLimit"
  ),
  ...(
    [
      ["maxChannels", 1, 20],
      ["topicsPerChannel", 1, 1000],
      ["bufferSize", 2, 1_000_000],
      ["maxFrameLength", 1024, 100_000_000]
    ] as const
  ).map(([option, least, most]) =>
    number(`Live.layer: ${option}`, { least, most }, (value) => live({ [option]: value }), `live/options.ts#${option}`)
  ),
  ...(["drop", "double"] as const).map((option) =>
    number(
      `Emulator: events.${option}`,
      { least: 0, most: 1, fractions: true },
      (value) => Emulator.make({ events: { [option]: value } }),
      `testing/emulator/channels/options.ts#${option}`
    )
  ),
  ...(["drop", "double"] as const).map((option) =>
    number(`Emulator.setEvents: ${option}`, { least: 0, most: 1, fractions: true }, (value) =>
      control((emulator) => emulator.channels.setEvents({ [option]: value }))
    )
  ),
  number(
    "Emulator: directory.chatsPageSize",
    { least: 1 },
    (chatsPageSize) => Emulator.make({ directory: { chatsPageSize } }),
    "testing/emulator/options.ts#chatsPageSize"
  ),
  number(
    "Emulator: directory.maxUserIds",
    { least: 1, infinite: true },
    (maxUserIds) => Emulator.make({ directory: { maxUserIds } }),
    "testing/emulator/options.ts#maxUserIds"
  ),
  number("Emulator: rateLimit.requests", { least: 0 }, (requests) => Emulator.make({ rateLimit: { requests } })),
  number("Emulator: tokenRateLimit.requests", { least: 0 }, (requests) =>
    Emulator.make({ tokenRateLimit: { requests } })
  ),
  number("Emulator.setRateLimit.requests", { least: 0 }, (requests) =>
    control((emulator) => emulator.setRateLimit({ requests }))
  ),
  {
    ...number(
      "Emulator.layerServer: port",
      { least: 0, most: 65_535 },
      (port) => Effect.scoped(Layer.build(Emulator.layerServer({ port }))),
      "testing/emulator/start.ts#port"
    ),
    // the others may be taken
    accepts: [0]
  },
  number("Emulator.seedMessages: count", { least: 0 }, (count) =>
    control((emulator) =>
      Effect.flatMap(emulator.addUser(), (alice) => emulator.seedMessages([alice.id, emulator.bot.id], count))
    )
  )
]

/** Durations of `Live`, in milliseconds. */
const ofLive: ReadonlyArray<readonly [option: keyof Live.Options, least: number, most: number]> = [
  ["silence", 1000, 10 * 60_000],
  ["pingTimeout", 100, 5 * 60_000],
  ["openTimeout", 100, 5 * 60_000],
  ["backoff", 1, 60_000],
  ["maxBackoff", 1, 60 * 60_000],
  ["renewAfter", 1000, 24 * 60 * 60_000],
  ["batchWindow", 0, 10_000],
  ["linger", 0, 60 * 60_000]
]

const durations: ReadonlyArray<Option<Duration.DurationInput>> = [
  ...ofLive.map(([option, least, most]) => ({
    ...duration(`Live.layer: ${option}`, { least }, (value) => live({ [option]: value }), `live/options.ts#${option}`),
    accepts: [least, most]
  })),
  duration("Directory.make: cache.timeToLive", { least: 1, infinite: true }, (timeToLive) =>
    Directory.make({ cache: { capacity: 1, timeToLive } })
  ),
  duration(
    "Credentials.make: timeout",
    { least: 1000, infinite: true },
    (timeout) => credentials({ timeout }),
    "credentials/Credentials.ts#timeout"
  ),
  duration(
    "Credentials.make: attemptTimeout",
    { least: 1000, infinite: true },
    (attemptTimeout) => credentials({ attemptTimeout }),
    "credentials/Credentials.ts#attemptTimeout"
  ),
  duration("Credentials.clientCredentials: attemptTimeout", { least: 1000, infinite: true }, (attemptTimeout) =>
    Effect.scoped(
      Layer.build(
        Credentials.layerClientCredentials({ clientId: "i", clientSecret: Redacted.make("s"), attemptTimeout }).pipe(
          Layer.provide([Region.layer("eu-west-1"), FetchHttpClient.layer])
        )
      )
    )
  ),
  duration(
    "FlowControl.make: maxClosure",
    { least: 1 },
    (maxClosure) => flow({ maxClosure }),
    "limits/FlowControl.ts#maxClosure"
  ),
  {
    ...duration(
      "FlowControl.make: storeTimeout",
      { least: 1 },
      (storeTimeout) => flow({ storeTimeout }),
      "limits/FlowControl.ts#storeTimeout"
    ),
    accepts: [1, "1 minute"]
  },
  duration(
    "FlowControl.storeMemory: window",
    { least: 1 },
    (window) => Effect.scoped(Layer.build(FlowControl.storeMemory({ window }))),
    "limits/storeSettings.ts#window"
  ),
  {
    ...duration(
      "FlowControl.storeMemory: probe",
      { least: 1 },
      (probe) => Effect.scoped(Layer.build(FlowControl.storeMemory({ probe }))),
      "limits/storeSettings.ts#probe"
    ),
    accepts: [1, "1 minute"]
  },
  duration(
    "RetryPolicy.make: deadline",
    { least: 1, infinite: true },
    (deadline) => Effect.sync(() => RetryPolicy.make({ deadline })),
    "limits/RetryPolicy.ts#deadline"
  ),
  duration(
    "RetryPolicy.make: patience",
    { least: 0, infinite: true },
    (patience) => Effect.sync(() => RetryPolicy.make({ patience })),
    "limits/RetryPolicy.ts#patience"
  ),
  duration(
    "RetryPolicy.backoff: base",
    { least: 1 },
    (base) => Effect.sync(() => RetryPolicy.backoff({ base })),
    "limits/RetryPolicy.ts#base"
  ),
  duration(
    "RetryPolicy.backoff: cap",
    { least: 1, infinite: true },
    (cap) => Effect.sync(() => RetryPolicy.backoff({ cap })),
    "limits/RetryPolicy.ts#cap"
  ),
  duration(
    "RetryPolicy.backoff: floor",
    { least: 0 },
    (floor) => Effect.sync(() => RetryPolicy.backoff({ floor })),
    "limits/RetryPolicy.ts#floor"
  ),
  duration("MessageLoader.make: cache.timeToLive", { least: 1, infinite: true }, (timeToLive) =>
    cached({ capacity: 1, timeToLive })
  ),
  duration(
    "History.follow: every",
    { least: 1 },
    (every) => begin(History.follow(room, { every })),
    "history/History.ts#every"
  ),
  {
    ...duration(
      "History.follow: slowest",
      { least: 1000 },
      (slowest) => begin(History.follow(room, { every: "1 second", slowest })),
      "history/History.ts#slowest"
    )
  },
  duration(
    "History.follow: lookBack",
    { least: 0 },
    (lookBack) => begin(History.follow(room, { lookBack })),
    "history/History.ts#lookBack"
  ),
  duration(
    "ChatsClient.check: deadline",
    { least: 1 },
    (deadline) =>
      Effect.provide(
        ChatsClient.check([], { deadline }),
        ChatsStub.layer(
          {},
          ChatsStub.on(DirectoryApi.getTokensMe, () => Effect.succeed({}))
        )
      ),
    "readiness/check.ts#deadline"
  ),
  duration(
    "Rooms.open: cleanUpWithin",
    { least: 0, infinite: true },
    (cleanUpWithin) => Rooms.open({ subject: "s", users: [], cleanUpWithin }),
    "pipelines/Rooms.ts#cleanUpWithin"
  ),
  duration(
    "Tenants.make: idleTimeToLive",
    { least: 0, infinite: true },
    (idleTimeToLive) =>
      Effect.scoped(Tenants.make({ lookup: (key) => new Tenants.UnknownTenant({ key }), idleTimeToLive })).pipe(
        Effect.provide(Emulator.layer())
      ),
    "tenants/Tenants.ts#idleTimeToLive"
  ),
  duration("Durable.send: settle", { least: 0 }, (settle) => sendDurably({ settle }), "workflow/send.ts#settle"),
  duration(
    "Durable.send: clockSkew",
    { least: 0 },
    (clockSkew) => sendDurably({ clockSkew }),
    "workflow/send.ts#clockSkew"
  ),
  duration("Durable.follow: every", { least: 1 }, (every) => followDurably({ every }), "workflow/follow.ts#every"),
  duration(
    "Durable.follow: slowest",
    { least: 1000 },
    (slowest) => followDurably({ every: "1 second", slowest }),
    "workflow/follow.ts#slowest"
  ),
  duration(
    "Durable.follow: lookBack",
    { least: 0 },
    (lookBack) => followDurably({ lookBack }),
    "workflow/follow.ts#lookBack"
  ),
  duration("Durable.outboxLayer: every", { least: 1 }, (every) => outbox({ every }), "workflow/outbox.ts#every"),
  duration("Faults.slowBody: interval", { least: 0 }, (interval) => faults(() => Faults.slowBody(interval))),
  duration("Faults.delay: duration", { least: 0 }, (duration) => faults(() => Faults.delay(duration))),
  duration(
    "Emulator: tokenLifetime",
    { least: 0 },
    (tokenLifetime) => Emulator.make({ tokenLifetime }),
    "testing/emulator/options.ts#tokenLifetime"
  ),
  duration(
    "Emulator: editWindow",
    { least: 0, infinite: true },
    (editWindow) => Emulator.make({ editWindow }),
    "testing/emulator/options.ts#editWindow"
  ),
  duration(
    "Emulator: rateLimit.window",
    { least: 1 },
    (window) => Emulator.make({ rateLimit: { requests: 1, window } }),
    "testing/emulator/options.ts#window"
  ),
  duration("Emulator.adjustClock: duration", { least: 0 }, (by) => control((emulator) => emulator.adjustClock(by))),
  duration(
    "Emulator.issueToken: expiresIn",
    { least: 0 },
    (expiresIn) => control((emulator) => emulator.issueToken(emulator.bot.id, { expiresIn })),
    "testing/emulator/service.ts#expiresIn"
  ),
  duration(
    "Emulator.seedMessages: interval",
    { least: 0 },
    (interval) =>
      control((emulator) =>
        Effect.flatMap(emulator.addUser(), (alice) =>
          emulator.seedMessages([alice.id, emulator.bot.id], 1, { interval })
        )
      ),
    "testing/emulator/service.ts#interval"
  )
]

const check = <A>({ accepts, name, refuses, use }: Option<A>) =>
  it.effect(name, () =>
    Effect.gen(function* () {
      for (const value of refuses) {
        const exit = yield* Effect.exit(use(value))
        const [error] = Exit.isFailure(exit) ? Cause.defects(exit.cause) : []
        const message = error instanceof Error ? `${error.name}: ${error.message}` : `${String(value)} is accepted`
        expect(message).toMatch(/^InvalidOption: /)
        expect(message.split(name)).toHaveLength(2)
        expect(message).toContain(" must be ")
        expect(message).toContain(`but is ${typeof value === "string" ? JSON.stringify(value) : String(value)}`)
      }
      for (const value of accepts)
        expect([value, yield* Effect.exit(use(value))]).toMatchObject([value, { _tag: "Success" }])
    }).pipe(Effect.provide(Stub))
  )

describe("in code", () => {
  for (const option of numbers) check(option)
  for (const option of durations) check(option)
})

describe("the table", () => {
  const sources = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))
  const ofNumbers = /\bnumber\b|\bDurationInput\b/

  /** Properties that can be left out and are numbers or durations, or hold some. */
  const optionsOf = (file: string): ReadonlyArray<string> => {
    const found: Array<string> = []
    const text = readFileSync(`src/${file}`, "utf8")
    if (!text.includes("?:") || !ofNumbers.test(text)) return found
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest)
    const visit = (node: ts.Node): void => {
      if (ts.isPropertySignature(node) && node.questionToken !== undefined) {
        const type = node.type?.getText(source) ?? ""
        if (ofNumbers.test(type) && !type.includes("=>")) {
          found.push(`${file}#${node.name.getText(source)}`)
          return
        }
      }
      ts.forEachChild(node, visit)
    }
    visit(source)
    return found
  }

  it("lacks no option that the sources have", () => {
    // the input of an endpoint is held to its schema, and what an error or a reply says is no option
    const internal =
      /^(internal|codec|transport\/undici|endpoints|errors)\/|^history\/(stream|follow|source)\.ts|^pipelines\/loader\/split\.ts|^limits\/(permit|RateWindow)\.ts/
    const options = sources.filter((file) => !internal.test(file)).flatMap(optionsOf)
    const known = [...numbers, ...durations].flatMap(({ source }) => source ?? [])
    expect([...new Set(options)].filter((option) => !known.includes(option))).toEqual([])
    expect(known.filter((option) => !options.includes(option))).toEqual([])
  })
})

const loader = MessageLoader.layerConfig.pipe(Layer.provide(Stub))

/** The variable, what reads it, and values. */
const variables: ReadonlyArray<
  readonly [
    name: string,
    layer: Layer.Layer<never, unknown>,
    accepts: ReadonlyArray<string>,
    refuses: ReadonlyArray<string>
  ]
> = [
  ["GENESYS_CLOUD_RETRY_BUDGET", Layer.discard(RetryBudget.layerConfig), ["0", "7", "Infinity"], ["-1", "1.5", "NaN"]],
  ["GENESYS_CLOUD_RETRY_REFUND", Layer.discard(RetryBudget.layerConfig), ["0", "0.25"], ["-0.1", "NaN", "Infinity"]],
  ["GENESYS_CLOUD_MAX_RETRIES", Layer.discard(RetryPolicy.layerConfig), ["0", "5"], ["-1", "1.5", "NaN", "0x10"]],
  [
    "GENESYS_CLOUD_DEADLINE",
    Layer.discard(RetryPolicy.layerConfig),
    ["30 seconds", "Infinity"],
    ["-1 seconds", "soon"]
  ],
  ["GENESYS_CLOUD_PATIENCE", Layer.discard(RetryPolicy.layerConfig), ["30 seconds", "Infinity"], ["-1 seconds", "30"]],
  ["GENESYS_CLOUD_SENDS", Layer.discard(RetryPolicy.layerConfig), ["atMostOnce"], ["once", "atmostonce"]],
  [
    "GENESYS_CLOUD_REQUESTS_PER_MINUTE",
    Layer.discard(FlowControl.layerConfig),
    ["1", "300"],
    ["0", "-1", "NaN", "1.5"]
  ],
  ["GENESYS_CLOUD_MAX_CONCURRENCY", Layer.discard(FlowControl.layerConfig), ["1", "16"], ["0", "-1", "NaN", "1.5"]],
  ["GENESYS_CLOUD_MAX_QUEUE", Layer.discard(FlowControl.layerConfig), ["0", "16"], ["-1", "NaN", "1.5"]],
  ["GENESYS_CLOUD_IDS_PER_REQUEST", Layer.discard(loader), ["1", "50"], ["0", "-1", "NaN", "1.5", "Infinity"]],
  ["GENESYS_CLOUD_LOADER_CONCURRENCY", Layer.discard(loader), ["1", "Infinity"], ["0", "-1", "NaN", "1.5"]]
]

describe("in the environment", () => {
  const build = (layer: Layer.Layer<never, unknown>, name: string, value: string) =>
    Effect.scoped(Layer.build(layer)).pipe(Effect.withConfigProvider(ConfigProvider.fromMap(new Map([[name, value]]))))

  for (const [name, layer, accepts, refuses] of variables) {
    it.effect(name, () =>
      Effect.gen(function* () {
        for (const value of [...refuses, "1e1", "0x1", "１", "1,0", `1${"0".repeat(400)}`]) {
          if (accepts.includes("0.25") && value === "1e1") continue
          const error = String(yield* Effect.flip(build(layer, name, value)))
          expect(error.split(name)).toHaveLength(2)
          expect(error).toContain("must be ")
          expect(error).toContain(value)
        }
        // what is empty is missing; blanks and line breaks around a value are no part of it
        for (const value of ["", " ", "\n", ...accepts, ...accepts.map((value) => ` ${value}\n`)]) {
          yield* build(layer, name, value)
        }
      })
    )
  }
})
