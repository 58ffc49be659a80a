/**
 * Copies the messages of a room to another, oldest first, and goes on where it stopped: after
 * each message the place is stored, as it would be in a file or a database.
 *
 * `npx tsx examples/migrate-room.ts` runs against an emulator on a loopback socket; with
 * `GENESYS_CLOUD_*` in the environment (see support/environment.ts) against that org.
 */
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Conversation, type Domain, History, MessageId, RetryPolicy, Rooms } from "effect-genesys-chats"
import * as Environment from "./support/environment.js"

/** The date of the last message that was copied, and which messages of that date were. */
const PlaceFields = Schema.Struct({ date: Schema.DateTimeUtc, ids: Schema.Array(MessageId) })
type Place = typeof PlaceFields.Type
const Place = Schema.parseJson(PlaceFields)

const messagesAfter = (room: Conversation.Room, place: Option.Option<Place>) =>
  Option.match(place, {
    onNone: () => History.stream(room, { order: "ascending" }),
    onSome: ({ date, ids }) =>
      History.stream(room, { order: "ascending", after: date }).pipe(
        Stream.filter((message) => !ids.some((id) => id === message.id))
      )
  })

const next = (place: Option.Option<Place>, { dateCreated, id }: Domain.ChatMessageResponse): Place => ({
  date: dateCreated,
  ids: [
    ...Option.match(place, {
      onNone: () => [],
      onSome: ({ date, ids }) => (DateTime.Equivalence(date, dateCreated) ? ids : [])
    }),
    MessageId.make(id)
  ]
})

const migrate = (from: Conversation.Room, to: Conversation.Room, store: Ref.Ref<Option.Option<string>>) => {
  const placeStored = Effect.flatMap(Ref.get(store), (stored) =>
    Effect.transposeOption(Option.map(stored, Schema.decode(Place)))
  )
  return Stream.unwrap(Effect.map(placeStored, (place) => messagesAfter(from, place))).pipe(
    Stream.mapEffect((message) =>
      Effect.gen(function* () {
        const who = message.user?.id ?? message.jid
        yield* Conversation.send(to, `[${DateTime.formatIso(message.dateCreated)}, ${who}] ${message.body}`)
        const place = next(yield* placeStored, message)
        yield* Ref.set(store, Option.some(yield* Schema.encode(Place)(place)))
      })
    )
  )
}

const program = Effect.gen(function* () {
  const { name, users } = yield* Environment.Org
  yield* Console.log(`Running against ${name}\n`)
  const { room: from } = yield* Rooms.open({ subject: "Old room", users, firstMessage: "Message 1" })
  for (let i = 2; i <= 24; i++) yield* Conversation.send(from, `Message ${i}`)
  const { room: to } = yield* Rooms.open({ subject: "New room", users })

  const store = yield* Ref.make(Option.none<string>())
  const before = yield* Stream.runCount(Stream.take(migrate(from, to, store), 9))
  yield* Console.log(`Stopped after ${before} messages at ${Option.getOrElse(yield* Ref.get(store), () => "none")}`)
  const after = yield* Stream.runCount(migrate(from, to, store))
  yield* Console.log(`Went on with ${after} more`)
  yield* Console.log(`Nothing left: ${yield* Stream.runCount(migrate(from, to, store))}\n`)

  yield* History.stream(to, { order: "ascending" }).pipe(Stream.runForEach(({ body }) => Console.log(`  ${body}`)))
})

await program.pipe(
  // a copy whose reply was lost ends the run, rather than being posted twice
  RetryPolicy.with(RetryPolicy.atMostOnce),
  Effect.provide(Environment.layer()),
  Effect.tapErrorCause((cause) => Effect.logError(cause)),
  Effect.runPromise
)
