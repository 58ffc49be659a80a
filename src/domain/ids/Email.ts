/**
 * The e-mail addresses of users. `import * as Email` of this path has `make` and the schema; the root of the package exports the schema alone.
 *
 * @since 0.1.0
 */
import type * as Brand from "effect/Brand"
import { isJid } from "../isJid.js"
import { id } from "./id.js"

/**
 * The e-mail address of a user: one `@` with something on either side, and no blanks. Case does not count when
 * addresses are compared. A JID looks similar but is not an address, and is refused: its host ends in
 * `.orgspan.com`.
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
 * Turns a string into an `Email`. Throws if it is not one.
 *
 * @example
 * ```ts
 * import * as Email from "effect-genesys-chats/Email"
 *
 * const email: Email.Email = Email.make("alice@acme.example")
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const make = (value: string): Email => Email.make(value)
