/**
 * Rooms, 1on1s and participants.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { lazySchema } from "../internal/lazySchema.js"
import { openEnum, optional } from "../internal/schema.js"
import { RoomJid, UserId, UserJid } from "./Ids.js"
import { PinnedMessageIds } from "./Message.js"
import { MessageRef, UserRef, UserReference } from "./Refs.js"
import { received } from "./received.js"

/**
 * The kind of a room. Open: the service adds values.
 *
 * @example
 * ```ts
 * import type { Domain } from "effect-genesys-chats"
 *
 * const value: Domain.RoomType = "adhoc"
 * ```
 * @since 0.1.0
 * @category responses
 */
export const RoomType = openEnum("RoomType", "adhoc", "acd", "group", "oneOnOne", "supervisorAssistance")
/**
 * @since 0.1.0
 * @category responses
 */
export type RoomType = typeof RoomType.Type

/**
 * A room. `jid` addresses it; `id` is the same JID for an adhoc room but the
 * *group's* id for a group room, and so is a plain string.
 *
 * @example
 * ```ts
 * import { type Domain, RoomJid } from "effect-genesys-chats"
 *
 * const value: Domain.Room = { jid: RoomJid.make("adhoc-1@conference.acme.orgspan.com"), subject: "Incident 4711", roomType: "adhoc" }
 * ```
 * @since 0.1.0
 * @category responses
 */
export const Room = lazySchema(() =>
  Schema.Struct({
    id: optional(Schema.String),
    name: optional(Schema.String),
    dateCreated: optional(Schema.DateTimeUtc),
    roomType: optional(RoomType),
    description: optional(Schema.String),
    subject: optional(Schema.String),
    participantLimit: optional(Schema.Int),
    owners: optional(Schema.Array(UserReference)),
    pinnedMessages: optional(Schema.Array(MessageRef)),
    jid: optional(received(RoomJid)),
    selfUri: optional(Schema.String)
  }).annotations({ identifier: "Room" })
)
/**
 * @since 0.1.0
 * @category responses
 */
export interface Room extends Schema.Schema.Type<typeof Room> {}

/**
 * A room to create: at most 25 `userIds` are invited at once.
 *
 * @example
 * ```ts
 * import { type Domain, UserId } from "effect-genesys-chats"
 *
 * const value: Domain.CreateRoomRequest = { subject: "Incident 4711", userIds: [UserId.make("7f0e")] }
 * ```
 * @since 0.1.0
 * @category requests
 */
export const CreateRoomRequest = lazySchema(() =>
  Schema.Struct({
    description: optional(Schema.String),
    subject: Schema.String,
    userIds: optional(
      Schema.Array(UserId).pipe(Schema.maxItems(25, { message: () => "must hold at most 25 users at room creation" }))
    )
  }).annotations({ identifier: "CreateRoomRequest" })
)
/**
 * @since 0.1.0
 * @category requests
 */
export interface CreateRoomRequest extends Schema.Schema.Type<typeof CreateRoomRequest> {}

/**
 * The JID of a room that was created.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import { Domain } from "effect-genesys-chats"
 *
 * const decoded = Schema.decodeSync(Domain.CreateRoomResponse)({ jid: "adhoc-1@conference.acme.orgspan.com" })
 * ```
 * @since 0.1.0
 * @category responses
 */
export const CreateRoomResponse = lazySchema(() =>
  Schema.Struct({
    jid: received(RoomJid)
  }).annotations({ identifier: "CreateRoomResponse" })
)
/**
 * @since 0.1.0
 * @category responses
 */
export interface CreateRoomResponse extends Schema.Schema.Type<typeof CreateRoomResponse> {}

/**
 * What to change of a room; a key that is left out stays as it is. At most 5
 * `pinnedMessageIds`.
 *
 * @example
 * ```ts
 * import type { Domain } from "effect-genesys-chats"
 *
 * const value: Domain.RoomUpdateRequest = { subject: "Incident 4711 (closed)" }
 * ```
 * @since 0.1.0
 * @category requests
 */
export const RoomUpdateRequest = lazySchema(() =>
  Schema.Struct({
    description: optional(Schema.String),
    subject: optional(Schema.String),
    pinnedMessageIds: optional(PinnedMessageIds),
    ownerIds: optional(Schema.Array(UserId))
  }).annotations({ identifier: "RoomUpdateRequest" })
)
/**
 * @since 0.1.0
 * @category requests
 */
export interface RoomUpdateRequest extends Schema.Schema.Type<typeof RoomUpdateRequest> {}

/**
 * A participant, by its JID.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import { Domain } from "effect-genesys-chats"
 *
 * const decoded = Schema.decodeSync(Domain.RoomParticipant)({ participantJid: "user@acme.orgspan.com" })
 * ```
 * @since 0.1.0
 * @category responses
 */
export const RoomParticipant = lazySchema(() =>
  Schema.Struct({
    participantJid: received(UserJid)
  }).annotations({ identifier: "RoomParticipant" })
)
/**
 * @since 0.1.0
 * @category responses
 */
export interface RoomParticipant extends Schema.Schema.Type<typeof RoomParticipant> {}

/**
 * A participant in a list of them.
 *
 * @example
 * ```ts
 * import { type Domain, UserId } from "effect-genesys-chats"
 *
 * const value: Domain.RoomParticipantResponse = { user: { id: UserId.make("7f0e") } }
 * ```
 * @since 0.1.0
 * @category responses
 */
export const RoomParticipantResponse = lazySchema(() =>
  Schema.Struct({
    jid: optional(received(UserJid)),
    user: optional(UserRef)
  }).annotations({ identifier: "RoomParticipantResponse" })
)
/**
 * @since 0.1.0
 * @category responses
 */
export interface RoomParticipantResponse extends Schema.Schema.Type<typeof RoomParticipantResponse> {}

/**
 * The participants of a room.
 *
 * @example
 * ```ts
 * import type { Domain } from "effect-genesys-chats"
 *
 * const ids = ({ participants = [] }: Domain.RoomParticipantsResponse) => participants.map(({ user }) => user?.id)
 * ```
 * @since 0.1.0
 * @category responses
 */
export const RoomParticipantsResponse = lazySchema(() =>
  Schema.Struct({
    participants: optional(Schema.Array(RoomParticipantResponse))
  }).annotations({ identifier: "RoomParticipantsResponse" })
)
/**
 * @since 0.1.0
 * @category responses
 */
export interface RoomParticipantsResponse extends Schema.Schema.Type<typeof RoomParticipantsResponse> {}

/**
 * A 1on1 conversation with a user.
 *
 * @example
 * ```ts
 * import { type Domain, MessageId } from "effect-genesys-chats"
 *
 * const value: Domain.OneOnOne = { pinnedMessages: [{ id: MessageId.make("5d0f") }] }
 * ```
 * @since 0.1.0
 * @category responses
 */
export const OneOnOne = lazySchema(() =>
  Schema.Struct({
    pinnedMessages: optional(Schema.Array(MessageRef))
  }).annotations({ identifier: "OneOnOne" })
)
/**
 * @since 0.1.0
 * @category responses
 */
export interface OneOnOne extends Schema.Schema.Type<typeof OneOnOne> {}
