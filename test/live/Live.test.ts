import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import * as Conversation from "../../src/conversation/Conversation.js"
import { connectUri } from "../../src/live/connectUri.js"
import * as Live from "../../src/live/Live.js"
import * as Faults from "../../src/testing/faults/Faults.js"
import { inVirtualTime } from "../utils/virtualTime.js"
import { collecting, newRoom, onEmulator, post, settle, tag } from "./utils.js"

describe("messages and badges", () => {
  it.scoped("come as they happen, decoded", () =>
    Effect.gen(function* () {
      const { alice, emulator, jid } = yield* newRoom
      const group = yield* emulator.addGroupRoom({ name: "Ops", participants: [emulator.bot.id, alice.id] })
      const messages = yield* collecting(Live.messages(Conversation.room(jid)))
      const inGroup = yield* collecting(Live.messages(Conversation.room(group.jid)))
      const badges = yield* collecting(Live.badges(alice.id))
      const { id } = yield* post(jid, "We are on it")
      yield* post(group.jid, "We too")
      yield* settle
      expect(messages.seen.map(tag)).toEqual(["Gap Connected", "Message"])
      expect(messages.seen[1]).toMatchObject({
        message: { messageId: id, actionType: "Create", body: "We are on it", mentions: [] }
      })
      expect(inGroup.seen.map(tag)).toEqual(["Gap Connected", "Message"])
      expect(badges.seen.map(tag)).toEqual(["Gap Connected", "Badge", "Badge"])
      expect(badges.seen[1]).toMatchObject({ badge: { entity: { jabberId: jid }, unreadCount: 1 } })
      expect(yield* emulator.channels.sockets).toBe(1)
    }).pipe(Effect.provide(onEmulator()))
  )

  it.scoped("are a typed error where the org has no such topic on a socket", () =>
    Effect.gen(function* () {
      const { alice, jid } = yield* newRoom
      const room = yield* Effect.flip(Stream.runDrain(Live.messages(Conversation.room(jid))))
      expect(room).toMatchObject({ _tag: "TopicUnavailable", transports: ["ProcessAutomation"] })
      const user = yield* Effect.flip(Stream.runDrain(Live.messages(Conversation.user(alice.id))))
      expect(user._tag).toBe("TopicUnavailable")
    }).pipe(Effect.provide(onEmulator({}, { events: { messages: false } })))
  )
})

describe("subscriptions", () => {
  it.scoped("share a topic, go out in batches, and end when nobody listens", () =>
    Effect.gen(function* () {
      const { emulator } = yield* newRoom
      yield* emulator.clearRequests
      const many = Array.from({ length: 300 }, (_, i) => `v2.users.${i % 150}.presence`)
      const fibers = yield* Effect.forEach(
        many,
        (topic) => collecting(Stream.take(Live.events(topic), 2)).pipe(Effect.map(({ fiber }) => fiber)),
        {
          concurrency: "unbounded"
        }
      )
      yield* settle
      const requests = yield* emulator.requests
      expect(requests.filter(({ path }) => path.endsWith("/subscriptions")).length).toBeLessThanOrEqual(2)
      expect(yield* emulator.channels.topics).toHaveLength(150)
      yield* Fiber.interruptAll(fibers)
      yield* TestClock.adjust("1 minute")
      yield* settle
      expect(yield* emulator.channels.topics).toHaveLength(0)
    }).pipe(Effect.provide(onEmulator()))
  )

  it.scoped("spread over channels, and are refused where all are full", () =>
    Effect.gen(function* () {
      const { emulator } = yield* newRoom
      yield* Effect.forEach(Array.from({ length: 6 }), (_, i) => collecting(Live.events(`v2.users.${i}.presence`)), {
        concurrency: "unbounded"
      })
      yield* settle
      expect(yield* emulator.channels.sockets).toBe(3)
      const error = yield* Effect.flip(Stream.runDrain(Live.events("v2.users.6.presence")))
      expect(error).toMatchObject({ _tag: "ChannelFailed", reason: "Full" })
    }).pipe(Effect.provide(onEmulator({ topicsPerChannel: 2, maxChannels: 3 })))
  )

  it.scoped("that are forbidden fail by topic, and cost no other", () =>
    Effect.gen(function* () {
      const { emulator } = yield* newRoom
      const allowed = yield* collecting(Live.events("v2.users.1.presence"))
      const forbidden = yield* Effect.fork(Stream.runDrain(Live.events("v2.users.2.presence")))
      const long = yield* Effect.flip(Stream.runDrain(Live.events("v".repeat(201))))
      expect(long._tag).toBe("TopicRejected")
      yield* settle
      const error = yield* Effect.flip(Fiber.join(forbidden))
      expect(error).toMatchObject({
        _tag: "TopicRejected",
        topic: "v2.users.2.presence",
        missingPermissions: ["user:presence:view"]
      })
      yield* emulator.channels.send(JSON.stringify({ topicName: "v2.users.1.presence", eventBody: { a: 1 } }))
      yield* settle
      expect(allowed.seen.map(tag)).toEqual(["Gap Connected", "Other"])
    }).pipe(Effect.provide(onEmulator({}, { events: { forbidden: { "v2.users.2.presence": "user:presence:view" } } })))
  )
})

describe("a connection", () => {
  const presence = "v2.users.1.presence"

  it.scoped("that is lost is made again, and the gap is told", () =>
    Effect.gen(function* () {
      const { emulator } = yield* newRoom
      const { seen } = yield* collecting(Live.events(presence))
      for (const end of [
        emulator.channels.terminate,
        emulator.channels.close(1001),
        emulator.channels.close(1000),
        emulator.channels.forget
      ]) {
        seen.length = 0
        yield* end
        yield* TestClock.adjust("3 minutes")
        yield* settle
        expect(seen.map(tag)).toEqual(["Gap Disconnected", "Gap Connected"])
        yield* emulator.channels.send(JSON.stringify({ topicName: presence, eventBody: {} }))
        yield* settle
        expect(seen.map(tag)).toEqual(["Gap Disconnected", "Gap Connected", "Other"])
      }
    }).pipe(Effect.provide(onEmulator()))
  )

  it.scoped("that will be closed is replaced at once, on the same channel", () =>
    Effect.gen(function* () {
      const { emulator } = yield* newRoom
      const { seen } = yield* collecting(Live.events(presence))
      yield* emulator.clearRequests
      yield* emulator.channels.announceClosing
      yield* settle
      expect(seen.map(tag)).toEqual(["Gap Connected", "Gap Disconnected", "Gap Connected"])
      expect(yield* emulator.requests).toHaveLength(0)
      expect(yield* emulator.channels.sockets).toBe(1)
    }).pipe(Effect.provide(onEmulator()))
  )

  it.scoped("lives on heartbeats, and is given up without them", () =>
    Effect.gen(function* () {
      const { emulator } = yield* newRoom
      const { seen } = yield* collecting(Live.events(presence))
      yield* TestClock.adjust("1 hour")
      yield* settle
      expect(seen.map(tag)).toEqual(["Gap Connected"])
      yield* emulator.channels.setEvents({ heartbeats: false })
      yield* TestClock.adjust("30 seconds")
      yield* settle
      expect(seen).toHaveLength(1)
      yield* TestClock.adjust("50 seconds")
      yield* settle
      expect(seen.map(tag).slice(0, 3)).toEqual(["Gap Connected", "Gap Disconnected", "Gap Connected"])
    }).pipe(Effect.provide(onEmulator()))
  )

  it("outlives the 24 hours of its channel", () =>
    Effect.gen(function* () {
      const { emulator } = yield* newRoom
      const seen: Array<string> = []
      yield* Effect.forkScoped(
        Stream.runForEach(Live.events(presence), (item) => Effect.sync(() => void seen.push(tag(item))))
      )
      yield* Effect.sleep("72 hours")
      expect(seen).not.toContain("Gap Disconnected")
      const opened = (yield* emulator.requests).filter(
        ({ method, path }) => method === "POST" && path.endsWith("/channels")
      )
      expect(opened).toHaveLength(1)
      const before = seen.length
      yield* emulator.channels.send(JSON.stringify({ topicName: presence, eventBody: {} }))
      yield* Effect.sleep("1 second")
      expect(seen.slice(before)).toEqual(["Other"])
    }).pipe(Effect.scoped, Effect.provide(onEmulator()), inVirtualTime, Effect.runPromise))

  const rubbish: ReadonlyArray<string | Uint8Array> = [
    "{",
    "null",
    "[]",
    "42",
    "{}",
    JSON.stringify({ topicName: 5 }),
    JSON.stringify({ topicName: "v2.users.unknown.presence", eventBody: {} }),
    JSON.stringify({ topicName: "__proto__", eventBody: {} }),
    JSON.stringify({ result: "400", status: "error" }),
    new Uint8Array([0xff, 0xfe, 0]),
    "[".repeat(100_000),
    "x".repeat(2_000_000)
  ]
  it.scoped("survives whatever is sent on it", () =>
    Effect.gen(function* () {
      const { emulator } = yield* newRoom
      const { fiber, seen } = yield* collecting(Live.events(presence))
      for (const frame of rubbish) yield* emulator.channels.send(frame)
      yield* emulator.channels.send(JSON.stringify({ topicName: presence, eventBody: {} }))
      yield* settle
      expect(seen.map(tag).at(-1)).toBe("Other")
      expect(new Set(seen.map(tag))).toEqual(new Set(["Gap Connected", "Gap Unreadable", "Other"]))
      expect(fiber.unsafePoll()).toBe(null)
    }).pipe(Effect.provide(onEmulator()))
  )

  it.scoped("tells a consumer that is too slow that it missed something, and keeps to its bound", () =>
    Effect.gen(function* () {
      const { emulator } = yield* newRoom
      const seen: Array<string> = []
      yield* Live.events(presence).pipe(
        Stream.runForEach((item) =>
          Effect.zipRight(
            Effect.sleep("1 second"),
            Effect.sync(() => void seen.push(tag(item)))
          )
        ),
        Effect.forkScoped
      )
      yield* settle
      yield* TestClock.adjust("5 seconds")
      for (let i = 0; i < 1000; i++) {
        yield* emulator.channels.send(JSON.stringify({ topicName: presence, eventBody: { i } }))
      }
      yield* settle
      yield* TestClock.adjust("10 minutes")
      expect(seen.length).toBeLessThan(40)
      expect(seen).toContain("Gap Overflow")
      expect(seen.at(-1)).toBe("Other")
    }).pipe(Effect.provide(onEmulator({ bufferSize: 16 })))
  )
})

it("refuses options out of range", () => {
  for (const options of [{ maxChannels: 21 }, { topicsPerChannel: 0 }, { silence: -1 }, { bufferSize: Number.NaN }]) {
    const exit = Effect.runSyncExit(
      Effect.scoped(Live.make(options)).pipe(Effect.provide(onEmulator())) as Effect.Effect<unknown>
    )
    expect(Exit.isFailure(exit)).toBe(true)
  }
})

describe("who else listens", () => {
  it.scoped("has what it waits for, though who asked first has left", () =>
    Effect.gen(function* () {
      const { emulator, jid } = yield* newRoom
      yield* emulator.setFaults(Faults.script([Faults.delay("1 second")]))
      const first = yield* Effect.fork(Stream.runDrain(Live.messages(Conversation.room(jid))))
      yield* Effect.yieldNow()
      yield* TestClock.adjust("100 millis")
      const second = yield* collecting(Live.messages(Conversation.room(jid)))
      yield* Fiber.interrupt(first)
      yield* TestClock.adjust("2 seconds")
      yield* settle
      expect(second.seen.map(tag)).toEqual(["Gap Connected"])
    }).pipe(Effect.provide(onEmulator()))
  )

  it.scoped("keeps its events when others come and go at any moment", () =>
    Effect.gen(function* () {
      const { emulator } = yield* newRoom
      const topic = "v2.users.1.presence"
      const kept = yield* collecting(Live.events(topic))
      for (let i = 0; i < 60; i++) {
        const fiber = yield* Effect.fork(Stream.runDrain(Live.events(i % 2 === 0 ? topic : `v2.users.${i}.presence`)))
        yield* TestClock.adjust(`${i % 13} millis`)
        yield* Fiber.interrupt(fiber)
      }
      yield* TestClock.adjust("2 minutes")
      yield* settle
      expect(yield* emulator.channels.topics).toEqual([topic])
      yield* emulator.channels.send(JSON.stringify({ topicName: topic, eventBody: {} }))
      yield* settle
      expect(kept.seen.map(tag)).toEqual(["Gap Connected", "Other"])
    }).pipe(Effect.provide(onEmulator()))
  )
})

describe("an address to connect to", () => {
  const taken = ["wss://streaming.mypurecloud.de/channels/1", "wss://gateway.acme.example/c", "ws://127.0.0.1:1/c"]
  const refused = [
    "http://streaming.mypurecloud.de/c",
    "https://streaming.mypurecloud.de/c",
    "ws://streaming.mypurecloud.de/c",
    "ws://127.0.0.1.evil.example/c",
    "ws://localhost.evil.example/c",
    "wss://user:secret@evil.example/c",
    "wss://evil.example/c#fragment",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "//evil.example",
    ""
  ]
  it("is encrypted, or on this machine", () => {
    expect(taken.filter((uri) => Option.isNone(connectUri(uri)))).toEqual([])
    expect(refused.filter((uri) => Option.isSome(connectUri(uri)))).toEqual([])
  })
})
