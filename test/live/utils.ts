import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import { Chats, type RoomJid, type UserId } from "effect-genesys-chats"
import * as Live from "../../src/live/Live.js"
import * as Emulator from "../../src/testing/emulator/Emulator.js"

/** `Live` whole on an emulator in memory. */
export const onEmulator = (options?: Live.Options, emulator?: Emulator.Options) =>
  Live.layer(options).pipe(
    Layer.provide(Emulator.layerWebSocket),
    Layer.provideMerge(Emulator.layerClient({ rateLimit: "unlimited", ...emulator }))
  )

/** What a stream has given so far. */
export const collecting = <A, E, R>(stream: Stream.Stream<A, E, R>) =>
  Effect.gen(function* () {
    const seen: Array<A> = []
    const fiber = yield* Effect.forkScoped(Stream.runForEach(stream, (item) => Effect.sync(() => void seen.push(item))))
    yield* settle
    return { seen, fiber }
  })

/** Lets what is under way come to rest, in the time that a batch and a connection take. */
export const settle = Effect.forEach(
  Array.from({ length: 10 }),
  () =>
    Effect.zipRight(
      TestClock.adjust("20 millis"),
      Effect.promise(() => new Promise((done) => setImmediate(done)))
    ),
  { discard: true }
)

export const tag = (item: { readonly _tag: string; readonly reason?: string }): string =>
  item._tag === "Gap" ? `Gap ${item.reason}` : item._tag

/** A room that the bot is in too, so that it can post. */
export const newRoom = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  const alice = yield* emulator.addUser({ name: "Alice" })
  const { jid } = yield* Chats.postChatsRooms({ subject: "Incident", userIds: [alice.id] })
  return { jid, alice, emulator }
})

export const post = (roomJid: RoomJid, message: string) => Chats.postChatsRoomMessages({ roomJid, message })

/** Posts as another user, by a token of theirs, past the client under test. Gives the message's id. */
export const postAs = (userId: UserId) =>
  Effect.gen(function* () {
    const emulator = yield* Emulator.Emulator
    const token = yield* emulator.issueToken(userId, { expiresIn: "1000 days" })
    return (roomJid: RoomJid, message: string): Effect.Effect<string> =>
      HttpClientRequest.post(`${emulator.url}/api/v2/chats/rooms/${encodeURIComponent(roomJid)}/messages`).pipe(
        HttpClientRequest.bearerToken(token),
        HttpClientRequest.bodyUnsafeJson({ message }),
        emulator.httpClient.execute,
        Effect.flatMap(HttpClientResponse.schemaBodyJson(Schema.Struct({ id: Schema.String }))),
        Effect.map(({ id }) => id),
        Effect.retry({ times: 100 }),
        Effect.scoped,
        Effect.orDie
      )
  })
