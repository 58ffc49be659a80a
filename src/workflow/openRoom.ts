import * as Activity from "@effect/workflow/Activity"
import * as Effect from "effect/Effect"
import * as Chats from "../Chats.js"
import * as ChatsError from "../ChatsError.js"
import * as Conversation from "../conversation/Conversation.js"
import * as Endpoint from "../declaration.js"
import type { MessageId, UserId } from "../domain/Ids.js"
import type { Store } from "./Store.js"
import { type SendError, type SendOptions, send } from "./send.js"
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
  /** Whom to invite, each once. */
  readonly users: Iterable<UserId>
  /** Who owns the room. Default: as the service does. */
  readonly owners?: Iterable<UserId> | undefined
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
  | Endpoint.Endpoint.Error<typeof Chats.postChatsRooms>
  | Endpoint.Endpoint.Error<typeof Chats.postChatsRoomParticipant>
  | Endpoint.Endpoint.Error<typeof Chats.patchChatsRoom>
  | Endpoint.Endpoint.Error<typeof Chats.postChatsRoomMessagesPins>
  | SendError

/**
 * Opens a room in steps of a workflow. It is created empty, and its users are invited one by one: a creation whose
 * reply is lost, or after which the process is killed, is done again, and leaves an empty room that nobody sees. An
 * invitation can be repeated; the first message is sent as {@link send} does. A step that fails undoes nothing.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { UserId } from "effect-genesys-chats"
 * import * as Durable from "effect-genesys-chats/workflow"
 *
 * const program = Effect.gen(function* () {
 *   const { room } = yield* Durable.openRoom("room", { subject: "Incident 4711", users: [UserId.make("7f0e")] })
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
    const { description, firstMessage, owners, pin, subject, users } = options
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
      new Set(users),
      (userId) => activity(`${name}/invite/${userId}`, Chats.postChatsRoomParticipant, { roomJid: jid, userId }),
      { concurrency: 4, discard: true }
    )
    if (owners !== undefined) {
      yield* activity(`${name}/owners`, Chats.patchChatsRoom, { roomJid: jid, ownerIds: [...owners] })
    }
    if (firstMessage === undefined) return { room, firstMessageId: undefined }
    const { id } = yield* send(`${name}/message`, room, firstMessage, options)
    if (pin === true) {
      yield* activity(`${name}/pin`, Chats.postChatsRoomMessagesPins, { roomJid: jid, pinnedMessageIds: [id] })
    }
    return { room, firstMessageId: id }
  })
