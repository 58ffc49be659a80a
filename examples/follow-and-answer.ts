/**
 * A bot that follows a room and answers what begins with a slash, in the thread of the
 * question: it stays with the room through whatever passes, and stops when it is told to.
 *
 * `npx tsx examples/follow-and-answer.ts` runs against an emulator on a loopback socket that
 * is down for a moment; with `GENESYS_CLOUD_*` in the environment (see support/environment.ts)
 * against that org.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { Conversation, type Domain, History, Rooms, ThreadId } from "effect-genesys-chats"
import { Faults } from "effect-genesys-chats/testing"
import * as Environment from "./support/environment.js"

const answers: { readonly [question: string]: string } = {
  "/status": "Payments are down since 09:12, Frankfurt only",
  "/who": "On duty: Alice",
  "/stop": "Good night"
}

const answer = (room: Conversation.Room, { body, thread }: Domain.ChatMessageResponse) => {
  const text = answers[body] ?? `I do not know ${body}`
  return (
    thread.id === undefined ? Conversation.send(room, text) : Conversation.reply(room, ThreadId.make(thread.id), text)
  ).pipe(Effect.zipRight(Console.log(`  ${body} → ${text}`)))
}

const bot = (room: Conversation.Room) =>
  History.follow(room, { every: "200 millis", slowest: "2 seconds" }).pipe(
    Stream.filter(({ body }) => body.startsWith("/")),
    Stream.takeUntil(({ body }) => body === "/stop"),
    Stream.runForEach((question) => answer(room, question))
  )

const program = Effect.gen(function* () {
  const { name, users } = yield* Environment.Org
  yield* Console.log(`Running against ${name}\n`)
  const { room } = yield* Rooms.open({ subject: "Ask the bot", users })
  const running = yield* Effect.fork(bot(room))
  yield* Effect.sleep("500 millis")
  for (const text of ["/status", "no question", "/who", "/weather", "/stop"]) {
    yield* Conversation.send(room, text)
    yield* Effect.sleep("300 millis")
  }
  yield* Fiber.join(running)
})

const aMomentDown = Faults.forOperation("getChatsRoomMessages", [
  Faults.pass,
  Faults.pass,
  Faults.status(503),
  Faults.reset(),
  Faults.status(429, { retryAfter: 1 })
])

await program.pipe(
  Effect.provide(Environment.layer({ faults: aMomentDown })),
  Effect.tapErrorCause((cause) => Effect.logError(cause)),
  Effect.runPromise
)
