/**
 * Texts that are written like e-mail addresses. A type alone.
 *
 * @since 0.1.0
 */
import type { Email } from "./Email.js"

/**
 * A text that is written like an address: the compiler sees the `@`. `Directory` and `Rooms` take it as it
 * stands, where a literal is as good as an {@link Email}; what is none all the same is refused with
 * `InvalidRequest` before anything is sent.
 *
 * @since 0.1.0
 * @category ids
 */
export type Address = `${string}@${string}`
