/**
 * Copies the messages of a room to another, oldest first, and goes on where it stopped, however it was stopped: what
 * is about to be copied is written to a file before it is, and that it was copied afterwards. A copy that was on its
 * way in a crash is looked for in the new room, and only posted if it is not there.
 *
 * `npx tsx examples/migrate-room.ts` runs against an emulator on a loopback socket; with
 * `GENESYS_CLOUD_*` in the environment (see support/environment.ts) against that org. `MIGRATION_JOURNAL` names the
 * file from which to go on; without it the program makes two rooms, stops itself once, and goes on.
 */
import { appendFileSync, mkdtempSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Conversation, type Domain, History, MessageId, RetryPolicy, RoomJid, Rooms } from "effect-genesys-chats"
import * as Environment from "./support/environment.js"

/** A line of the journal. */
const Line = Schema.parseJson(
  Schema.Union(
    Schema.TaggedStruct("Rooms", { from: RoomJid, to: RoomJid }),
    Schema.TaggedStruct("Copying", { id: MessageId, at: Schema.DateTimeUtc }),
    Schema.TaggedStruct("Copied", { id: MessageId, date: Schema.DateTimeUtc, as: MessageId })
  )
)
type Line = typeof Line.Type

interface Migration {
  readonly from: Conversation.Room
  readonly to: Conversation.Room
  readonly checkpoint: History.Checkpoint | undefined
  /** What was on its way when the program stopped. */
  readonly inDoubt: Extract<Line, { readonly _tag: "Copying" }> | undefined
  /** The ids that the copies have. */
  readonly copies: ReadonlySet<string>
}

// on the disk, not just on its way there
const write = (file: string, line: Line) =>
  Effect.sync(() => appendFileSync(file, `\n${Schema.encodeSync(Line)(line)}`, { flush: true }))

const read = (file: string): Effect.Effect<Option.Option<Migration>> =>
  Effect.sync(() => {
    // the last line may have been cut off: then what it says had not begun
    const lines = readFileSync(file, { encoding: "utf8", flag: "a+" })
      .split("\n")
      .flatMap((text) => Option.toArray(Schema.decodeOption(Line)(text)))
    return lines.reduce<Option.Option<Migration>>((state, line) => {
      if (line._tag === "Rooms") {
        const [from, to] = [Conversation.room(line.from), Conversation.room(line.to)]
        return Option.some({ from, to, checkpoint: undefined, inDoubt: undefined, copies: new Set() })
      }
      return Option.map(state, (migration) =>
        line._tag === "Copying"
          ? { ...migration, inDoubt: line }
          : {
              ...migration,
              inDoubt: undefined,
              checkpoint: History.checkpoint(migration.checkpoint, { id: line.id, dateCreated: line.date }),
              copies: new Set([...migration.copies, line.as])
            }
      )
    }, Option.none())
  })

const textOf = ({ body, dateCreated, jid, user }: Domain.ChatMessageResponse): string =>
  `[${DateTime.formatIso(dateCreated)}, ${user?.id ?? jid}] ${body}`

/** The copy that was on its way, where it has arrived. */
const findCopy = ({ copies, inDoubt, to }: Migration, message: Domain.ChatMessageResponse) =>
  inDoubt?.id !== message.id
    ? Effect.succeedNone
    : History.stream(to, { after: DateTime.subtract(inDoubt.at, { minutes: 1 }) }).pipe(
        Stream.filter(({ body, id }) => body === textOf(message) && !copies.has(id)),
        Stream.runHead,
        Effect.delay("1 second"),
        Effect.tap((found) =>
          Console.log(`${message.id} was on its way: ${Option.isSome(found) ? "it is there" : "it is posted now"}`)
        )
      )

/** Gives the number of messages that are copied so far, after each. */
const migrate = (file: string) =>
  Stream.unwrap(
    Effect.map(Effect.flatten(read(file)), (migration) => {
      let { size } = migration.copies
      return History.stream(migration.from, { order: "ascending", from: migration.checkpoint }).pipe(
        Stream.mapEffect((message) =>
          Effect.gen(function* () {
            const found = yield* findCopy(migration, message)
            if (Option.isNone(found)) yield* write(file, { _tag: "Copying", id: message.id, at: yield* DateTime.now })
            const { id } = Option.isSome(found) ? found.value : yield* Conversation.send(migration.to, textOf(message))
            yield* write(file, { _tag: "Copied", id: message.id, date: message.dateCreated, as: id })
            return ++size
          })
        )
      )
    })
  )

const demonstration = Effect.gen(function* () {
  const { name, users } = yield* Environment.Org
  yield* Console.log(`Running against ${name}\n`)
  const { room: from } = yield* Rooms.open({ subject: "Old room", users, firstMessage: "Message 1" })
  for (let i = 2; i <= 24; i++) yield* Conversation.send(from, `Message ${i}`)
  const { room: to } = yield* Rooms.open({ subject: "New room", users })

  const file = join(mkdtempSync(join(tmpdir(), "migration-")), "journal")
  yield* write(file, { _tag: "Rooms", from: from.jid, to: to.jid })
  const before = yield* Stream.runCount(Stream.take(migrate(file), 9))
  yield* Console.log(`Stopped after ${before} messages; the journal is ${file}`)
  const after = yield* Stream.runCount(migrate(file))
  yield* Console.log(`Went on with ${after} more`)
  yield* Console.log(`Nothing left: ${yield* Stream.runCount(migrate(file))}\n`)

  yield* History.stream(to, { order: "ascending" }).pipe(Stream.runForEach(({ body }) => Console.log(`  ${body}`)))
})

const program = Effect.flatMap(Config.option(Config.string("MIGRATION_JOURNAL")), (file) =>
  Option.isNone(file)
    ? demonstration
    : Effect.flatMap(Stream.runCount(migrate(file.value)), (count) => Console.log(`${count} copied, done`))
)

await program.pipe(
  // a copy whose reply was lost ends the run, rather than being posted twice
  RetryPolicy.with(RetryPolicy.atMostOnce),
  Effect.provide(Environment.layer()),
  Effect.tapErrorCause((cause) => Effect.logError(cause)),
  Effect.runPromise
)
