/**
 * The caller's conversations.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Endpoint from "../declaration.js"
import { ChatItemCursorListing } from "../domain/Inbox.js"
import { BooleanFromString } from "../internal/effect/schema.js"
import { optional } from "../internal/schema.js"

/**
 * Which of the caller's conversations to get, and how much of each.
 *
 * @since 0.1.0
 * @category models
 */
export interface InboxQuery {
  readonly excludeClosed?: boolean | undefined
  readonly includePresence?: boolean | undefined
  readonly includeRoomOwners?: boolean | undefined
  /** The cursor of the page before. */
  readonly after?: string | undefined
}

/**
 * Gets a page of the caller's conversations, rooms and 1on1s. `after` is the cursor that the page
 * before it has in its `nextUri`; `Inbox.stream` follows it.
 *
 * The list is the caller's own, so it takes a user's token: what it holds for client credentials
 * is not known.
 *
 * @example
 * ```ts
 * import { Chats } from "effect-genesys-chats"
 *
 * const program = Chats.getUsersChatsMe({ excludeClosed: true })
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const getUsersChatsMe: Endpoint.Of<"getUsersChatsMe", InboxQuery, ChatItemCursorListing> = Endpoint.make(
  "getUsersChatsMe",
  {
    method: "GET",
    path: "/api/v2/users/chats/me",
    pathParameters: {},
    query: {
      excludeClosed: optional(BooleanFromString),
      includePresence: optional(BooleanFromString),
      includeRoomOwners: optional(BooleanFromString),
      after: optional(Schema.String)
    },
    success: ChatItemCursorListing,
    permissions: ["chat:chat:access", "user:chats:view"]
  }
)
