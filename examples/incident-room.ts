/**
 * The main job: open a room for an incident, invite people, post, reply, pin, react, edit, read
 * the history back, and get over what a service does on a bad day.
 *
 * `npm start` runs it against an emulator on a loopback socket, which fails on purpose with a
 * 429, a 503 and a 504. With `GENESYS_CLOUD_REGION`, `GENESYS_CLOUD_CLIENT_ID`,
 * `GENESYS_CLOUD_CLIENT_SECRET` and `GENESYS_CLOUD_USER_IDS` in the environment the same program
 * runs against that org.
 */
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Chats, type ChatsError, RoomJid } from "effect-genesys-chats"
import { Faults } from "effect-genesys-chats/testing"
import * as Environment from "./support/environment.js"
import * as Timeline from "./support/timeline.js"

const explain = <A, R>(effect: Effect.Effect<A, ChatsError.ChatsError, R>) =>
  effect.pipe(
    Effect.catchTags({
      Forbidden: (error) => Console.log(`           (not our room: ${error.message})`),
      NotFound: (error) => Console.log(`           (no such room: ${error.message})`)
    })
  )

const incidentRoom = Effect.gen(function* () {
  const { foreignRoom, name, users } = yield* Environment.Org
  yield* Console.log(`Running against ${name}\n`)

  const { jid: roomJid } = yield* Chats.postChatsRooms({ subject: "Incident 4711", userIds: users.slice(0, 2) })
  yield* Effect.forEach(users.slice(2), (userId) => Chats.postChatsRoomParticipant({ roomJid, userId }))

  const alarm = yield* Chats.postChatsRoomMessages({ roomJid, message: "Payments are down in Frankfurt" })
  const { thread } = yield* Chats.getChatsMessage({ messageId: alarm.id })
  const answer = yield* Chats.postChatsRoomMessages({
    roomJid,
    message: "Looking into it",
    ...(thread.id === undefined ? {} : { threadId: thread.id })
  })
  yield* Chats.postChatsRoomMessagesPins({ roomJid, pinnedMessageIds: [alarm.id] })
  yield* Chats.putChatsMessageReactions({ messageId: alarm.id, reactions: ["👀"] })
  yield* Chats.patchChatsRoomMessage({ roomJid, messageId: answer.id, message: "Found it: a certificate expired" })

  // what the service refuses is handled by its tag
  yield* explain(Chats.postChatsRoomMessages({ roomJid: foreignRoom, message: "May I come in?" }))
  yield* explain(Chats.getChatsRoom({ roomJid: RoomJid.make("adhoc-4712@conference.acme.orgspan.com") }))

  const { entities = [] } = yield* Chats.getChatsRoomMessages({ roomJid, limit: 50 })
  const room = yield* Chats.getChatsRoom({ roomJid })
  yield* Console.log(`\n${room.subject}, ${room.pinnedMessages?.length ?? 0} pinned`)
  for (const message of entities.toSorted(
    (a, b) => DateTime.toEpochMillis(a.dateCreated) - DateTime.toEpochMillis(b.dateCreated)
  )) {
    const marks = [
      ...(message.edited ? ["edited"] : []),
      ...(message.reactions ?? []).map((reaction) => reaction.emoji)
    ]
    yield* Console.log(`  ${DateTime.formatIso(message.dateCreated)}  ${message.body} ${marks.join(" ")}`)
  }
})

const badDay = Faults.combine(
  Faults.forOperation("postChatsRoomParticipant", [Faults.status(429, { retryAfter: 1 })]),
  Faults.forOperation("putChatsMessageReactions", [Faults.status(504)]),
  Faults.forOperation("getChatsRoomMessages", [Faults.html(503)])
)

await incidentRoom.pipe(
  Effect.provide(Layer.provideMerge(Environment.layer({ faults: badDay }), Timeline.layer)),
  Effect.tapErrorCause((cause) => Effect.logError(cause)),
  Effect.runPromise
)
