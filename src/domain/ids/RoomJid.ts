/**
 * The JIDs of rooms. `import * as RoomJid` of this path has `make` and the schema; the root of the package exports the schema alone.
 *
 * @since 0.1.0
 */
import type * as Brand from "effect/Brand"
import { id } from "./id.js"

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
 * Turns a string into a `RoomJid`. Throws if it is empty or cannot stand in a URL.
 *
 * @example
 * ```ts
 * import * as RoomJid from "effect-genesys-chats/RoomJid"
 *
 * const jid: RoomJid.RoomJid = RoomJid.make("adhoc-0b6f@conference.acme.orgspan.com")
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const make = (value: string): RoomJid => RoomJid.make(value)
