/**
 * The ids of groups. `import * as GroupId` of this path has `make` and the schema; the root of the package exports the schema alone.
 *
 * @since 0.1.0
 */
import type * as Brand from "effect/Brand"
import { id } from "./id.js"

/**
 * The id (a UUID) of a group. It is also the `id` of the group's room, which is not a room JID.
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
 * Turns a string into a `GroupId`. Throws if it is empty or cannot stand in a URL.
 *
 * @example
 * ```ts
 * import * as GroupId from "effect-genesys-chats/GroupId"
 *
 * const id: GroupId.GroupId = GroupId.make("c1d2e3f4-52a7-4d52-8a0e-4c1f0f7f0a10")
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const make = (value: string): GroupId => GroupId.make(value)
