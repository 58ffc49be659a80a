/**
 * The JIDs of users. `import * as UserJid` of this path has `make` and the schema; the root of the package exports the schema alone.
 *
 * @since 0.1.0
 */
import type * as Brand from "effect/Brand"
import { id } from "./id.js"

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
 * Turns a string into a `UserJid`. Throws if it is empty or cannot stand in a URL.
 *
 * @example
 * ```ts
 * import * as UserJid from "effect-genesys-chats/UserJid"
 *
 * const jid: UserJid.UserJid = UserJid.make("5f0e7c2b9a1d4e6f8a3b2c1d@acme.orgspan.com")
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const make = (value: string): UserJid => UserJid.make(value)
