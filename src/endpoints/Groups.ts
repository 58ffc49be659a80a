/**
 * Groups of the organisation.
 *
 * @since 0.1.0
 */

import * as Endpoint from "../declaration.js"
import { Group } from "../domain/Directory.js"
import { GroupId } from "../domain/Ids.js"

/**
 * Gets a group, usually with the JID of its room (`chat.jabberId`).
 *
 * @example
 * ```ts
 * import { DirectoryApi, GroupId } from "effect-genesys-chats"
 *
 * const program = DirectoryApi.getGroup({ groupId: GroupId.make("c1d2") })
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const getGroup: Endpoint.Of<"getGroup", { readonly groupId: GroupId }, Group> = Endpoint.make("getGroup", {
  method: "GET",
  path: "/api/v2/groups/{groupId}",
  pathParameters: { groupId: GroupId },
  success: Group,
  permissions: []
})
