/**
 * The ids of threads. `import * as ThreadId` of this path has `make` and the schema; the root of the package exports the schema alone.
 *
 * @since 0.1.0
 */
import type * as Brand from "effect/Brand"
import { id } from "./id.js"

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
 * Turns a string into a `ThreadId`. Throws if it is empty or cannot stand in a URL.
 *
 * @example
 * ```ts
 * import * as ThreadId from "effect-genesys-chats/ThreadId"
 *
 * const id: ThreadId.ThreadId = ThreadId.make("0f1d7c9a-7c5e-4c38-8d45-6b7e2a1b9c22")
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const make = (value: string): ThreadId => ThreadId.make(value)
