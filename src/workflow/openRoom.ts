import * as Activity from "@effect/workflow/Activity"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Chats from "../Chats.js"
import * as ChatsError from "../ChatsError.js"
import * as Conversation from "../conversation/Conversation.js"
import * as DirectoryApi from "../DirectoryApi.js"
import * as Endpoint from "../declaration.js"
import { type MessageId, UserId } from "../domain/Ids.js"
import { received } from "../domain/received.js"
import { typed } from "../internal/effect/schema.js"
import * as Directory from "../pipelines/Directory.js"
import type { Person } from "../pipelines/Rooms.js"
import type { Store } from "./Store.js"
import { SendError, type SendOptions, send } from "./send.js"
import { activity, named, type Running } from "./step.js"

/**
 * The room to open.
 *
 * @since 0.1.0
 * @category models
 */
export interface RoomOptions extends SendOptions {
  readonly subject: string
  readonly description?: string | undefined
  /** Whom to invite, each once: ids, e-mail addresses and JIDs in any mix, as for `Rooms.open`. */
  readonly users: Iterable<Person>
  /** Who owns the room. Default: as the service does. */
  readonly owners?: Iterable<Person> | undefined
  /** Posted when all users are in. */
  readonly firstMessage?: Conversation.Message | undefined
  /** Whether the first message is pinned. Default false. */
  readonly pin?: boolean | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Opened {
  readonly room: Conversation.Room
  readonly firstMessageId: MessageId | undefined
}

/**
 * What {@link openRoom} can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type OpenError =
  | Directory.UserError
  | Endpoint.Endpoint.Error<typeof Chats.postChatsRooms>
  | Endpoint.Endpoint.Error<typeof Chats.postChatsRoomParticipant>
  | Endpoint.Endpoint.Error<typeof Chats.patchChatsRoom>
  | Endpoint.Endpoint.Error<typeof Chats.postChatsRoomMessagesPins>
  | SendError

/**
 * The schema of what {@link openRoom} can fail with, for a workflow's `error`.
 *
 * @example
 * ```ts
 * import { Workflow } from "@effect/workflow"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 * import { Email } from "effect-genesys-chats"
 * import * as Durable from "effect-genesys-chats/workflow"
 *
 * const Open = Workflow.make({
 *   name: "Open",
 *   payload: { subject: Schema.String, users: Schema.Array(Email) },
 *   idempotencyKey: ({ subject }) => subject,
 *   error: Durable.OpenError
 * })
 * const OpenLive = Open.toLayer((room) => Effect.asVoid(Durable.openRoom("room", room)))
 * ```
 * @since 0.1.0
 * @category errors
 */
export const OpenError: Schema.Schema<OpenError, unknown> = /*#__PURE__*/ Schema.suspend(() =>
  typed<OpenError, unknown>(
    Schema.Union(
      UserError,
      Endpoint.errorSchema(Chats.postChatsRooms),
      Endpoint.errorSchema(Chats.postChatsRoomParticipant),
      Endpoint.errorSchema(Chats.patchChatsRoom),
      Endpoint.errorSchema(Chats.postChatsRoomMessagesPins),
      SendError
    ).ast
  )
)

/**
 * Opens a room in steps of a workflow. Users who are given by e-mail address or JID are looked up first, once: where
 * one of them is not in the directory, no room is created. The room is created empty, and its users are invited one
 * by one: a creation whose reply is lost, or after which the process is killed, is done again, and leaves an empty
 * room that nobody sees. An invitation can be repeated; the first message is sent as {@link send} does. A step that
 * fails undoes nothing.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Email, UserId } from "effect-genesys-chats"
 * import * as Durable from "effect-genesys-chats/workflow"
 *
 * const program = Effect.gen(function* () {
 *   const users = [UserId.make("7f0e"), Email.make("bob@acme.example")]
 *   const { room } = yield* Durable.openRoom("room", { subject: "Incident 4711", users })
 *   yield* Durable.send("alarm", room, "Checkout is down")
 * })
 * ```
 * @since 0.1.0
 * @category steps
 */
export const openRoom = (
  name: string,
  options: RoomOptions
): Effect.Effect<Opened, OpenError, Endpoint.ChatsClient | Store | Running> =>
  Effect.gen(function* () {
    const { description, firstMessage, pin, subject } = options
    const { owners, users } = yield* people(name, options)
    const { jid } = yield* named(
      name,
      Activity.make({
        name,
        success: Endpoint.successSchema(Chats.postChatsRooms),
        error: Endpoint.errorSchema(Chats.postChatsRooms),
        execute: Effect.retry(Chats.postChatsRooms({ subject, description }), {
          times: 2,
          while: (error) => ChatsError.outcome(error) === "Unknown"
        })
      })
    )
    const room = Conversation.room(jid)
    yield* Effect.forEach(
      users,
      (userId) => activity(`${name}/invite/${userId}`, Chats.postChatsRoomParticipant, { roomJid: jid, userId }),
      { concurrency: 4, discard: true }
    )
    if (owners !== undefined) {
      yield* activity(`${name}/owners`, Chats.patchChatsRoom, { roomJid: jid, ownerIds: owners })
    }
    if (firstMessage === undefined) return { room, firstMessageId: undefined }
    const { id } = yield* send(`${name}/message`, room, firstMessage, options)
    if (pin === true) {
      yield* activity(`${name}/pin`, Chats.postChatsRoomMessagesPins, { roomJid: jid, pinnedMessageIds: [id] })
    }
    return { room, firstMessageId: id }
  })

/** Everybody's id: who an address belongs to may change, and the room is for those whom it was opened for. */
const people = (
  name: string,
  { owners, users }: RoomOptions
): Effect.Effect<typeof People.Type, Directory.UserError, Endpoint.ChatsClient | Running> => {
  const [all, owning] = [[...users], owners && [...owners]]
  const found = Effect.all(
    { users: Directory.userIds(all), ...(owning === undefined ? {} : { owners: Directory.userIds(owning) }) },
    { batching: true }
  )
  const step = `${name}/people`
  return named(step, Activity.make({ name: step, success: People, error: UserError, execute: found }))
}

const People = /*#__PURE__*/ Schema.suspend(() =>
  Schema.Struct({ users: Schema.Array(received(UserId)), owners: Schema.optional(Schema.Array(received(UserId))) })
)

const UserError = /*#__PURE__*/ Schema.suspend(() =>
  typed<Directory.UserError, unknown>(
    Schema.Union(
      Endpoint.errorSchema(DirectoryApi.getUsers),
      Endpoint.errorSchema(DirectoryApi.getUsersMe),
      Endpoint.errorSchema(DirectoryApi.postUsersSearch),
      Directory.UserNotFound,
      Directory.AmbiguousUser
    ).ast
  )
)
