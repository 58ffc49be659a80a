/**
 * A room that is heard over a WebSocket, whose connection is lost once: no message is, and few requests are made.
 *
 * `npx tsx examples/guides/live.ts` runs `support/listener.ts` against an emulator on a loopback socket.
 */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"

import * as Logger from "effect/Logger"
import { Conversation, type RoomJid } from "effect-genesys-chats"
import { Emulator } from "effect-genesys-chats/testing"
import { listen, Main } from "./support/listener.js"
import { environmentOf } from "./support/process.js"

const program = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  const alice = yield* emulator.addUser({ name: "Alice" })
  const roomJid = yield* emulator.addRoom({ subject: "Incident 4711", participants: [alice.id, emulator.bot.id] })
  const heard: Array<unknown> = []
  const noting = Logger.add(Logger.make(({ message }) => void heard.push(message)))

  const listening = yield* Effect.fork(
    listen(roomJid).pipe(
      Effect.provide(Main),
      Effect.provide(noting),
      Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(environmentOf(emulator)))))
    )
  )
  const subscribed = Effect.map(emulator.channels.topics, ({ length }) => length > 0)
  yield* Effect.repeat(Effect.delay(subscribed, "20 millis"), { until: (is) => is })
  yield* post(roomJid, "Checkout is down")
  yield* Effect.sleep("500 millis")
  yield* emulator.channels.terminate
  yield* Console.log("the connection is lost")
  yield* post(roomJid, "Looking into it")
  yield* post(roomJid, "Found it")
  yield* post(roomJid, "over and out")
  yield* listening
  const requests = (yield* emulator.requests).filter(({ operation }) => operation === "getChatsRoomMessages").length
  yield* Console.log(`${requests} requests for the history; heard:\n  ${heard.flat().join("\n  ")}`)
  if (heard.length !== 4) return yield* Effect.dieMessage("a message was lost, or came twice")
})

/** As the bot itself, through a client of its own. */
const post = (roomJid: RoomJid, text: string) =>
  Effect.flatMap(Emulator.Emulator, (emulator) =>
    Effect.provide(Conversation.send(Conversation.room(roomJid), text), Emulator.layerClientFrom(emulator))
  )

await program.pipe(Effect.provide(Emulator.layerServer()), Effect.runPromise)
