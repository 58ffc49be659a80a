/**
 * Branded ids. A raw string becomes an id by `make` (throws on an id that could
 * not stand in a URL) or by decoding it with the schema (typed error).
 *
 * @since 0.1.0
 */

import type * as Brand from "effect/Brand"
import * as Schema from "effect/Schema"
import { lazySchema } from "../internal/lazySchema.js"
import { unsafeInPath } from "../internal/pathSegment.js"
import { isJid } from "./isJid.js"

const id = <const B extends string>(
  brand: B,
  description: string,
  example: string,
  unfit?: (value: string) => string | undefined
) =>
  lazySchema(() =>
    Schema.String.pipe(
      Schema.filter((value) => unsafeInPath(value) ?? unfit?.(value), {
        identifier: brand,
        description,
        examples: [example],
        arbitrary: () => (fc) => fc.uuid().map((uuid) => example.replace(/^[^@]*/, uuid))
      }),
      Schema.brand(brand)
    )
  )

/**
 * The JID of a room: `<24 hex>@conference.<org>.orgspan.com`, or
 * `adhoc-<uuid>@conference.<org>.orgspan.com`.
 * The `id` of a group room is the group's id, not a room JID.
 *
 * @example
 * ```ts
 * import { RoomJid } from "effect-genesys-chats"
 *
 * const jid = RoomJid.make("adhoc-0b6f@conference.acme.orgspan.com")
 * ```
 * @since 0.1.0
 * @category ids
 */
export const RoomJid = id("RoomJid", "the JID of a chat room", "adhoc@conference.acme.orgspan.com")
/**
 * @since 0.1.0
 * @category ids
 */
export type RoomJid = string & Brand.Brand<"RoomJid">

/**
 * The JID of a user, `<24 hex>@<org>.orgspan.com`.
 *
 * @example
 * ```ts
 * import { UserJid } from "effect-genesys-chats"
 *
 * const jid = UserJid.make("5f0e7c2b9a1d4e6f8a3b2c1d@acme.orgspan.com")
 * ```
 * @since 0.1.0
 * @category ids
 */
export const UserJid = id("UserJid", "the JID of a user", "user@acme.orgspan.com")
/**
 * @since 0.1.0
 * @category ids
 */
export type UserJid = string & Brand.Brand<"UserJid">

/**
 * The id (a UUID) of a user.
 *
 * @example
 * ```ts
 * import { UserId } from "effect-genesys-chats"
 *
 * const id = UserId.make("b2bb6a0c-3b5b-4f5f-9a3f-2d1f6a2f7c11")
 * ```
 * @since 0.1.0
 * @category ids
 */
export const UserId = id("UserId", "the id of a user", "b2bb6a0c-3b5b-4f5f-9a3f-2d1f6a2f7c11")
/**
 * @since 0.1.0
 * @category ids
 */
export type UserId = string & Brand.Brand<"UserId">

/**
 * The id (a UUID) of a message.
 *
 * @example
 * ```ts
 * import { MessageId } from "effect-genesys-chats"
 *
 * const id = MessageId.make("5d0f6a5e-52a7-4d52-8a0e-4c1f0f7f0a10")
 * ```
 * @since 0.1.0
 * @category ids
 */
export const MessageId = id("MessageId", "the id of a message", "5d0f6a5e-52a7-4d52-8a0e-4c1f0f7f0a10")
/**
 * @since 0.1.0
 * @category ids
 */
export type MessageId = string & Brand.Brand<"MessageId">

/**
 * The id (a UUID) of a thread.
 *
 * @example
 * ```ts
 * import { ThreadId } from "effect-genesys-chats"
 *
 * const id = ThreadId.make("0f1d7c9a-7c5e-4c38-8d45-6b7e2a1b9c22")
 * ```
 * @since 0.1.0
 * @category ids
 */
export const ThreadId = id("ThreadId", "the id of a thread", "0f1d7c9a-7c5e-4c38-8d45-6b7e2a1b9c22")
/**
 * @since 0.1.0
 * @category ids
 */
export type ThreadId = string & Brand.Brand<"ThreadId">

/**
 * The id (a UUID) of a group. It is the `id` of the group's room too, which is no room JID.
 *
 * @example
 * ```ts
 * import { GroupId } from "effect-genesys-chats"
 *
 * const id = GroupId.make("c1d2e3f4-52a7-4d52-8a0e-4c1f0f7f0a10")
 * ```
 * @since 0.1.0
 * @category ids
 */
export const GroupId = id("GroupId", "the id of a group", "c1d2e3f4-52a7-4d52-8a0e-4c1f0f7f0a10")
/**
 * @since 0.1.0
 * @category ids
 */
export type GroupId = string & Brand.Brand<"GroupId">

/**
 * The e-mail address of a user: one `@` with something on either side, and no blanks. Case does
 * not count where addresses are compared. A JID looks alike but is no address, and is refused:
 * its host ends in `.orgspan.com`.
 *
 * @example
 * ```ts
 * import { Email } from "effect-genesys-chats"
 *
 * const email = Email.make("alice@acme.example")
 * ```
 * @since 0.1.0
 * @category ids
 */
export const Email = id("Email", "the e-mail address of a user", "alice@acme.example", (value) => {
  if (!/^[^\s@]+@[^\s@]+$/.test(value)) return 'must be an e-mail address: one "@", something on either side, no blanks'
  return isJid(value) ? "must be an e-mail address, and is a JID" : undefined
})
/**
 * @since 0.1.0
 * @category ids
 */
export type Email = string & Brand.Brand<"Email">

/**
 * A text that is written like an address: the compiler sees the `@`. `Directory` and `Rooms` take it as it
 * stands, where a literal is as good as an {@link Email}; what is none all the same is refused with
 * `InvalidRequest` before anything is sent.
 *
 * @since 0.1.0
 * @category ids
 */
export type Address = `${string}@${string}`
