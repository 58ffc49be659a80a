/**
 * The ids of users. `import * as UserId` of this path has `make` and the schema; the root of the package exports the schema alone.
 *
 * @since 0.1.0
 */
import type * as Brand from "effect/Brand"
import { id } from "./id.js"

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
 * Turns a string into a `UserId`. Throws if it is empty or cannot stand in a URL.
 *
 * @example
 * ```ts
 * import * as UserId from "effect-genesys-chats/UserId"
 *
 * const id: UserId.UserId = UserId.make("b2bb6a0c-3b5b-4f5f-9a3f-2d1f6a2f7c11")
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const make = (value: string): UserId => UserId.make(value)
