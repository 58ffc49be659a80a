/**
 * The last day of a room as NDJSON, one message a line, oldest first: pages come as they are
 * written, so that a room of a million messages takes no more memory than one of ten.
 *
 * `npx tsx examples/daily-digest.ts > digest.ndjson` runs against an emulator on a loopback
 * socket; with `GENESYS_CLOUD_*` in the environment (see support/environment.ts) against that
 * org, where `GENESYS_CLOUD_ROOM` names the room.
 */
import * as NodeSink from "@effect/platform-node/NodeSink"
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Data from "effect/Data"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Conversation, Domain, History, RoomJid, Rooms } from "effect-genesys-chats"
import * as Environment from "./support/environment.js"

class OutputFailed extends Data.TaggedError("OutputFailed")<{ readonly cause: unknown }> {}

const toLine = Schema.encode(Schema.parseJson(Domain.ChatMessageResponse))

/** The messages of the 24 hours up to `until`, a line of JSON each. */
const digest = (room: Conversation.Room, until: DateTime.Utc) =>
  History.stream(room, { after: DateTime.subtract(until, { hours: 24 }), before: until, order: "ascending" }).pipe(
    Stream.mapEffect((message) => toLine(message)),
    Stream.map((line) => `${line}\n`)
  )

const busyRoom = Effect.gen(function* () {
  const { users } = yield* Environment.Org
  const { room } = yield* Rooms.open({ subject: "Incident 4711", users, firstMessage: "Payments are down" })
  for (let minute = 1; minute <= 20; minute++) yield* Conversation.send(room, `Minute ${minute}: still looking`)
  yield* Conversation.send(room, "Found it: a certificate expired")
  return room
})

const program = Effect.gen(function* () {
  const jid = yield* Config.option(Config.string("GENESYS_CLOUD_ROOM"))
  const room = yield* Option.match(jid, {
    onNone: () => busyRoom,
    onSome: (jid) => Effect.succeed(Conversation.room(RoomJid.make(jid)))
  })
  // a clock that is a little behind the service's does not cut off the newest
  const until = DateTime.unsafeMake((yield* Clock.currentTimeMillis) + 60_000)
  let lines = 0
  yield* digest(room, until).pipe(
    Stream.tap(() => Effect.sync(() => lines++)),
    Stream.run(
      NodeSink.fromWritable(
        () => process.stdout,
        (cause) => new OutputFailed({ cause }),
        { endOnDone: false }
      )
    )
  )
  yield* Console.error(`${lines} messages`)
})

await program.pipe(
  Effect.provide(Environment.layer()),
  Effect.tapErrorCause((cause) => Effect.logError(cause)),
  Effect.runPromise
)
