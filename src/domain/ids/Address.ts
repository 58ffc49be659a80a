/**
 * Strings that look like e-mail addresses: a type only.
 *
 * @since 0.1.0
 */
import type { Email } from "./Email.js"

/**
 * A string that looks like an address: the compiler sees the `@`. `Directory` and `Rooms` take such a literal in
 * place of an {@link Email}; if it is not an address after all, it is refused with `InvalidRequest` before anything
 * is sent.
 *
 * @since 0.1.0
 * @category ids
 */
export type Address = `${string}@${string}`
