/** `Live` over real sockets, as on Node 20: `ws` by `NodeSocket.layerWebSocketConstructor`. */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { Chats, ChatsClient, Credentials, Region } from "effect-genesys-chats"
import * as Conversation from "../../src/conversation/Conversation.js"
import * as Live from "../../src/live/Live.js"
import * as Emulator from "../../src/testing/emulator/Emulator.js"
import { post, tag } from "./utils.js"

const client = Layer.unwrapEffect(
  Effect.map(Emulator.Emulator, ({ clientId, clientSecret, url }) =>
    ChatsClient.layer.pipe(
      Layer.provide(Credentials.layerClientCredentials({ clientId, clientSecret })),
      Layer.provide(Layer.succeed(Region.Region, { apiUrl: url, loginUrl: url })),
      Layer.provide(FetchHttpClient.layer)
    )
  )
)

const onServer = (options?: Live.Options) =>
  Live.layer({ backoff: 10, ...options }).pipe(
    Layer.provide(NodeSocket.layerWebSocketConstructor),
    Layer.provideMerge(client),
    Layer.provideMerge(Emulator.layerServer({ rateLimit: "unlimited" }))
  )

const setUp = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  const { jid } = yield* Chats.postChatsRooms({ subject: "Incident" })
  const seen: Array<string> = []
  const until = (wanted: () => boolean): Effect.Effect<void> =>
    Effect.suspend(() => (wanted() ? Effect.void : Effect.zipRight(Effect.sleep("5 millis"), until(wanted))))
  yield* Live.messages(Conversation.room(jid)).pipe(
    Stream.runForEach((item) => Effect.sync(() => void seen.push(tag(item)))),
    Effect.forkScoped
  )
  yield* until(() => seen.includes("Gap Connected"))
  return { emulator, jid, seen, until }
})

it.scopedLive("hears over a socket, and comes back when it is killed, closed or told so", () =>
  Effect.gen(function* () {
    const { emulator, jid, seen, until } = yield* setUp
    const { channels } = emulator
    for (const end of [
      channels.terminate,
      channels.close(1011),
      channels.close(1000),
      channels.announceClosing,
      channels.forget
    ]) {
      seen.length = 0
      yield* end
      yield* until(() => seen.includes("Gap Connected"))
      yield* post(jid, "still here")
      yield* until(() => seen.includes("Message"))
    }
    expect(yield* channels.sockets).toBe(1)
  }).pipe(Effect.provide(onServer()))
)

it.scopedLive("gives up a connection that stalls", () =>
  Effect.gen(function* () {
    const { emulator, seen, until } = yield* setUp
    yield* emulator.channels.setEvents({ heartbeats: false })
    yield* until(() => seen.includes("Gap Disconnected"))
    yield* until(() => seen.filter((item) => item === "Gap Connected").length > 1)
  }).pipe(Effect.provide(onServer({ silence: "1 second", pingTimeout: "100 millis" })))
)

it.scopedLive("takes wrong JSON, binary frames and 10,000 events in a burst, and loses none without a gap", () =>
  Effect.gen(function* () {
    const { emulator, jid, seen, until } = yield* setUp
    const uuid = /^adhoc-([^@]+)@/.exec(jid)?.[1]
    const topicName = `v2.detail.events.collaboratechat.adhoc.${uuid}.messages`
    for (const frame of ["{", new Uint8Array([0xff, 0]), "x".repeat(2_000_000)]) yield* emulator.channels.send(frame)
    yield* until(() => seen.includes("Gap Unreadable"))
    seen.length = 0
    for (let i = 0; i < 10_000; i++) {
      yield* emulator.channels.send(JSON.stringify({ topicName, eventBody: { messageId: String(i) } }))
    }
    yield* until(() => seen.length >= 10_000 || seen.includes("Gap Overflow"))
    yield* post(jid, "still here")
    yield* until(() => seen.at(-1) === "Message")
  }).pipe(Effect.provide(onServer({ bufferSize: 20_000 })))
)

it.scopedLive("keeps up with 100,000 events over a socket, a thousand at a time, in bounded memory", () =>
  Effect.gen(function* () {
    const { emulator, jid, seen, until } = yield* setUp
    const uuid = /^adhoc-([^@]+)@/.exec(jid)?.[1]
    const topicName = `v2.detail.events.collaboratechat.adhoc.${uuid}.messages`
    let counted = 0
    for (let burst = 0; burst < 100; burst++) {
      for (let i = 0; i < 1000; i++) {
        yield* emulator.channels.send(JSON.stringify({ topicName, eventBody: { messageId: `${burst} ${i}` } }))
      }
      // as soon as all of it has come: nothing is dropped, so nothing but what was sent is there
      yield* until(() => seen.length >= 1000)
      counted += seen.filter((item) => item === "Message").length
      expect(seen).not.toContain("Gap Overflow")
      seen.length = 0
    }
    expect(counted).toBeGreaterThanOrEqual(99_999)
  }).pipe(Effect.provide(onServer({ bufferSize: 2000 })))
)
