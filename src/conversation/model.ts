/**
 * What a conversation is.
 *
 * @since 0.1.0
 */
import { dual } from "effect/Function"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { RoomJid, UserId } from "../domain/Ids.js"
import { pipeable } from "../internal/effect/pipeable.js"
import { lazySchema } from "../internal/lazySchema.js"

/**
 * What every conversation carries, whichever copy of the package it was made by.
 *
 * @since 0.1.0
 * @category type ids
 */
export const TypeId: unique symbol = Symbol.for("effect-genesys-chats/Conversation")
/**
 * @since 0.1.0
 * @category type ids
 */
export type TypeId = typeof TypeId

/**
 * A room, by its JID. Two rooms with one JID are equal.
 *
 * @example
 * ```ts
 * import { Conversation, RoomJid } from "effect-genesys-chats"
 *
 * const room = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))
 * ```
 * @since 0.1.0
 * @category models
 */
export class Room extends pipeable(
  lazySchema(() => Schema.TaggedClass<Room>("effect-genesys-chats/Conversation/Room")("Room", { jid: RoomJid }))
) {
  get [TypeId](): TypeId {
    return TypeId
  }
}

/**
 * The 1on1 of the caller with a user, by the user's id. Two 1on1s with one user are
 * equal.
 *
 * @example
 * ```ts
 * import { Conversation, UserId } from "effect-genesys-chats"
 *
 * const alice = Conversation.user(UserId.make("7f0e"))
 * ```
 * @since 0.1.0
 * @category models
 */
export class User extends pipeable(
  lazySchema(() => Schema.TaggedClass<User>("effect-genesys-chats/Conversation/User")("User", { userId: UserId }))
) {
  get [TypeId](): TypeId {
    return TypeId
  }
}

/**
 * A room or a 1on1, as a schema: `{ "_tag": "Room", "jid": … }` or
 * `{ "_tag": "User", "userId": … }` in JSON.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import { Conversation } from "effect-genesys-chats"
 *
 * const fromJson = Schema.decodeUnknown(Schema.parseJson(Conversation.Conversation))
 * ```
 * @since 0.1.0
 * @category schemas
 */
export const Conversation = lazySchema(() => Schema.Union(Room, User))
/**
 * @since 0.1.0
 * @category models
 */
export type Conversation = Room | User

/**
 * The conversation in a room.
 *
 * @example
 * ```ts
 * import { Conversation, RoomJid } from "effect-genesys-chats"
 *
 * const room = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))
 * const program = room.pipe(Conversation.send("We are on it"))
 * ```
 * @since 0.1.0
 * @category constructors
 */
// not validated again: an id that the service sent is checked when it is sent back
export const room = (jid: RoomJid): Room => new Room({ jid }, { disableValidation: true })

/**
 * The 1on1 conversation with a user.
 *
 * @example
 * ```ts
 * import { Conversation, UserId } from "effect-genesys-chats"
 *
 * const alice = Conversation.user(UserId.make("7f0e"))
 * const program = alice.pipe(Conversation.send("Your turn"))
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const user = (userId: UserId): User => new User({ userId }, { disableValidation: true })

/**
 * Whether a value is a conversation, made by this copy of the package or by another one.
 *
 * @example
 * ```ts
 * import { Conversation } from "effect-genesys-chats"
 *
 * const conversations = (values: ReadonlyArray<unknown>) => values.filter(Conversation.isConversation)
 * ```
 * @since 0.1.0
 * @category guards
 */
export const isConversation = (u: unknown): u is Conversation => Predicate.hasProperty(u, TypeId)

/**
 * One thing for a room, another for a 1on1.
 *
 * @example
 * ```ts
 * import { Conversation, RoomJid } from "effect-genesys-chats"
 *
 * const label = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com")).pipe(
 *   Conversation.match({ onRoom: ({ jid }) => `room ${jid}`, onUser: ({ userId }) => `user ${userId}` })
 * )
 * ```
 * @since 0.1.0
 * @category pattern matching
 */
export const match: {
  /** One thing for a room, another for a 1on1. */
  <A, B>(cases: {
    readonly onRoom: (room: Room) => A
    readonly onUser: (user: User) => B
  }): (self: Conversation) => A | B
  /** One thing for a room, another for a 1on1. */
  <A, B>(
    self: Conversation,
    cases: {
      readonly onRoom: (room: Room) => A
      readonly onUser: (user: User) => B
    }
  ): A | B
} = dual(
  2,
  <A, B>(
    self: Conversation,
    cases: {
      readonly onRoom: (room: Room) => A
      readonly onUser: (user: User) => B
    }
  ): A | B => (self._tag === "Room" ? cases.onRoom(self) : cases.onUser(self))
)
