/** `followAll` by the emulator's own list of conversations, and 1on1s by badges. */

import * as HttpBody from "@effect/platform/HttpBody"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { Credentials, Region } from "effect-genesys-chats"
import * as ChatsClient from "../../src/ChatsClient.js"
import * as Conversation from "../../src/conversation/Conversation.js"
import * as History from "../../src/history/History.js"
import * as Live from "../../src/live/Live.js"
import * as Emulator from "../../src/testing/emulator/Emulator.js"
import * as Faults from "../../src/testing/faults/Faults.js"
import { inVirtualTime } from "../utils/virtualTime.js"
import { postAs } from "./utils.js"

/** What of the requests is not posting. */
const asked = Effect.flatMap(Emulator.Emulator, ({ requests }) =>
  Effect.map(requests, (all) => all.filter(({ method }) => method === "GET"))
)

describe("followAll without Live", () => {
  it("asks the list for many rooms, page by page, in bad weather too", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const author = (yield* emulator.addUser({ name: "Alice" })).id
      const post = yield* postAs(author)
      const participants = [emulator.bot.id, author]
      const rooms = yield* Effect.forEach(Array.from({ length: 30 }), (_, i) =>
        emulator.addRoom({ subject: `Room ${i}`, participants })
      )
      yield* post(rooms[0]!, "before")
      const elsewhere = yield* emulator.addRoom({ subject: "not the bot's", participants: [author] })
      const seen: Array<string> = []
      yield* History.followAll([...rooms, elsewhere].map(Conversation.room)).pipe(
        Stream.runForEach(({ message }) => Effect.sync(() => void seen.push(message.body))),
        Effect.catchAll((error) => Effect.sync(() => void seen.push(error._tag))),
        Effect.forkScoped
      )
      yield* Effect.sleep("2 minutes")
      expect(seen).toEqual(["Forbidden"])
      seen.length = 0
      yield* Effect.forkScoped(
        Stream.runForEach(History.followAll(rooms.map(Conversation.room)), ({ message }) =>
          Effect.sync(() => void seen.push(message.body))
        )
      )
      yield* Effect.sleep("2 minutes")
      yield* emulator.clearRequests
      const wanted: Array<string> = []
      for (let i = 0; i < 15; i++) {
        yield* post(rooms[(i * 7) % 30]!, `message ${i}`)
        wanted.push(`message ${i}`)
        yield* Effect.sleep("20 seconds")
      }
      expect([...seen].sort()).toEqual([...wanted].sort())
      expect((yield* asked).length / 5).toBeLessThan(80)
    }).pipe(
      Effect.scoped,
      Effect.provide(
        Emulator.layerClient({
          rateLimit: "unlimited",
          faults: Faults.random({ seed: 3, rate: 0.1, faults: [Faults.status(503), Faults.reset()] })
        })
      ),
      inVirtualTime,
      Effect.runPromise
    ))
})

describe("a 1on1 with Live", () => {
  const asAlice = Effect.gen(function* () {
    const emulator = yield* Emulator.Emulator
    const alice = yield* emulator.addUser({ name: "Alice" })
    const bob = yield* emulator.addUser({ name: "Bob" })
    const token = yield* emulator.issueToken(alice.id, { expiresIn: "100 days" })
    const client = ChatsClient.layer.pipe(
      Layer.provide(
        Layer.succeed(Credentials.Credentials, {
          token: Effect.succeed(token),
          invalidate: () => Effect.succeed(false)
        })
      ),
      Layer.provide(Region.layer("eu-central-1"))
    )
    return { alice, bob, client, emulator }
  })

  for (const badges of [true, false]) {
    it(badges ? "is heard by badges, and asked for seldom" : "is polled where no badges can be heard", () =>
      Effect.gen(function* () {
        const { alice, bob, client, emulator } = yield* asAlice
        yield* emulator.channels.setEvents({ badges })
        const seen: Array<string> = []
        const program = Effect.gen(function* () {
          yield* Effect.forkScoped(
            Stream.runForEach(History.follow(Conversation.user(bob.id)), ({ body }) =>
              Effect.sync(() => void seen.push(body))
            )
          )
          yield* Effect.sleep("10 minutes")
          yield* emulator.clearRequests
          yield* Effect.sleep("1 hour")
          const quiet = (yield* asked).length
          expect(badges ? quiet <= 13 : quiet > 150).toBe(true)
          const bobs = yield* emulator.issueToken(bob.id)
          yield* emulator.httpClient.post(`${emulator.url}/api/v2/chats/users/${alice.id}/messages`, {
            headers: { authorization: `Bearer ${Redacted.value(bobs)}` },
            body: HttpBody.unsafeJson({ message: "psst" })
          })
          yield* Effect.sleep(badges ? "1 second" : "30 seconds")
          expect(seen).toEqual(["psst"])
        })
        yield* program.pipe(
          Effect.provide(Live.layer().pipe(Layer.provide(Emulator.layerWebSocket), Layer.provideMerge(client)))
        )
      }).pipe(
        Effect.scoped,
        Effect.provide(Emulator.layer({ rateLimit: "unlimited", events: { messages: false } })),
        inVirtualTime,
        Effect.runPromise
      )
    )
  }
})
