/**
 * A backend that knows addresses and a group: it opens a room with the people, mentions one of
 * them, tells the group, and shows what is in the inbox of the user as whom it acts.
 *
 * `npx tsx examples/open-by-email.ts` runs against an emulator in memory.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import {
  ChatsClient,
  Conversation,
  Credentials,
  Directory,
  Email,
  type GroupId,
  Inbox,
  Mentions,
  Region,
  Rooms
} from "effect-genesys-chats"
import { Emulator } from "effect-genesys-chats/testing"

const openFor = (addresses: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const users = addresses.map((address) => Email.make(address))
    const { room } = yield* Rooms.open({ subject: "Incident 4711", users, firstMessage: "We are on it" })
    const [first] = users
    if (first === undefined) return room
    // looked up for the room, and so not asked for again
    const user = yield* Directory.user(first)
    yield* Conversation.send(room, Mentions.message(`@${user.name}, who has the logs?`, [user]))
    return room
  })

/** The room of a group comes with it; where it does not, it is in the inbox of a member. */
const roomOf = (groupId: GroupId) =>
  Effect.flatMap(Directory.group(groupId), (group) =>
    Option.match(Directory.roomOf(group), {
      onNone: () => Effect.map(Inbox.roomOfGroup(groupId), Conversation.room),
      onSome: Effect.succeed
    })
  )

const program = (groupId: GroupId) =>
  Effect.gen(function* () {
    const room = yield* openFor(["alice@acme.example", "Bob@ACME.example"])
    const { length } = yield* Conversation.participants(room)
    yield* Console.log(`Opened a room with ${length} participants`)

    yield* Conversation.send(yield* roomOf(groupId), "Payments are down, see the incident room")

    yield* Stream.runForEach(Inbox.stream(), ({ dateLastMessage, name }) =>
      Console.log(`In the inbox: ${name}${dateLastMessage === undefined ? "" : ", with messages"}`)
    )

    yield* openFor(["alice@acme.example", "mallory@acme.example"]).pipe(
      Effect.asVoid,
      Effect.catchTag("UserNotFound", (error) => Console.log(`No room was opened: ${error.message}`))
    )
  })

/** Acts as a user: an inbox is that of the user whose token it is. */
const main = Effect.gen(function* () {
  const emulator = yield* Emulator.make()
  const me = yield* emulator.addUser({ name: "Incident Desk" })
  const alice = yield* emulator.addUser({ name: "Alice" })
  yield* emulator.addUser({ name: "Bob" })
  const group = yield* emulator.addGroup({ name: "Payments", members: [me.id, alice.id] })
  const client = ChatsClient.layer.pipe(
    Layer.provide(Credentials.layerToken(yield* emulator.issueToken(me.id))),
    Layer.provide(Region.layerCustom({ apiUrl: emulator.url, loginUrl: emulator.url })),
    Layer.provide(Emulator.layerFrom(emulator))
  )
  yield* Effect.provide(program(group.id), client)
})

await Effect.runPromise(main)
