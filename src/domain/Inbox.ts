/**
 * The conversations of a user: rooms and 1on1s in one list.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { lazySchema } from "../internal/lazySchema.js"
import { anything, optional } from "../internal/schema.js"
import { UserId, UserJid } from "./Ids.js"
import { Room } from "./Room.js"
import { received } from "./received.js"

/**
 * Marks a conversation as one of the user's favorites.
 *
 * @example
 * ```ts
 * import type { Domain } from "effect-genesys-chats"
 *
 * const value: Domain.ChatFavorite = { id: "f1", externalId: "adhoc-1@conference.acme.orgspan.com" }
 * ```
 * @since 0.1.0
 * @category responses
 */
export const ChatFavorite = lazySchema(() =>
  Schema.Struct({
    id: Schema.String,
    externalId: Schema.String
  }).annotations({ identifier: "ChatFavorite" })
)
/**
 * @since 0.1.0
 * @category responses
 */
export interface ChatFavorite extends Schema.Schema.Type<typeof ChatFavorite> {}

/**
 * A picture of a room or a user.
 *
 * @example
 * ```ts
 * import type { Domain } from "effect-genesys-chats"
 *
 * const value: Domain.Image = { resolution: "x96", imageUri: "https://images.example/alice.png" }
 * ```
 * @since 0.1.0
 * @category responses
 */
export const Image = lazySchema(() =>
  Schema.Struct({
    resolution: optional(Schema.String),
    imageUri: optional(Schema.String)
  }).annotations({ identifier: "Image" })
)
/**
 * @since 0.1.0
 * @category responses
 */
export interface Image extends Schema.Schema.Type<typeof Image> {}

/**
 * The other user of a 1on1. `presence` is there where it was asked for; what it and
 * `integrations` hold is not published with the chats API.
 *
 * @example
 * ```ts
 * import { type Domain, UserId } from "effect-genesys-chats"
 *
 * const value: Domain.ChatUserRef = { id: UserId.make("7f0e"), name: "Alice", inactive: false }
 * ```
 * @since 0.1.0
 * @category responses
 */
export const ChatUserRef = lazySchema(() =>
  Schema.Struct({
    id: optional(received(UserId)),
    name: optional(Schema.String),
    selfUri: optional(Schema.String),
    jid: optional(received(UserJid)),
    inactive: optional(Schema.Boolean),
    integrations: optional(Schema.Array(anything)),
    presence: optional(Schema.Record({ key: Schema.String, value: anything }))
  }).annotations({ identifier: "ChatUserRef" })
)
/**
 * @since 0.1.0
 * @category responses
 */
export interface ChatUserRef extends Schema.Schema.Type<typeof ChatUserRef> {}

/**
 * A conversation of the caller: a room (`room`) or a 1on1 (`user`). `open` is false once the
 * caller has closed it. The values of `chatType` are not published.
 *
 * @example
 * ```ts
 * import { type Domain, UserId } from "effect-genesys-chats"
 *
 * const value: Domain.ChatItem = { open: true, chatType: "user", user: { id: UserId.make("7f0e"), name: "Alice" } }
 * ```
 * @since 0.1.0
 * @category responses
 */
export const ChatItem = lazySchema(() =>
  Schema.Struct({
    id: optional(Schema.String),
    name: optional(Schema.String),
    open: Schema.Boolean,
    favorite: optional(ChatFavorite),
    images: optional(Schema.Array(Image)),
    dateLastMessage: optional(Schema.DateTimeUtc),
    dateClosed: optional(Schema.DateTimeUtc),
    user: optional(ChatUserRef),
    room: optional(Room),
    chatType: Schema.String,
    selfUri: optional(Schema.String)
  }).annotations({ identifier: "ChatItem" })
)
/**
 * @since 0.1.0
 * @category responses
 */
export interface ChatItem extends Schema.Schema.Type<typeof ChatItem> {}

/**
 * A page of the caller's conversations. The next page starts at the `after` of `nextUri`; there
 * is no `nextUri` on the last one.
 *
 * @example
 * ```ts
 * import type { Domain } from "effect-genesys-chats"
 *
 * const names = ({ entities = [] }: Domain.ChatItemCursorListing) => entities.map(({ name }) => name)
 * ```
 * @since 0.1.0
 * @category responses
 */
export const ChatItemCursorListing = lazySchema(() =>
  Schema.Struct({
    entities: optional(Schema.Array(ChatItem)),
    nextUri: optional(Schema.String),
    selfUri: optional(Schema.String),
    previousUri: optional(Schema.String)
  }).annotations({ identifier: "ChatItemCursorListing" })
)
/**
 * @since 0.1.0
 * @category responses
 */
export interface ChatItemCursorListing extends Schema.Schema.Type<typeof ChatItemCursorListing> {}
