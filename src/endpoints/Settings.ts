/**
 * Settings of the organisation, of users and of the caller.
 *
 * @since 0.1.0
 */
import { UserId } from "../domain/Ids.js"
import { ChatSettings, ChatSettingsRequest, ChatUserSettings, UserChatSettingsPost, UserSettingsForChat } from "../domain/Settings.js"
import * as Endpoint from "../Endpoint.js"

/**
 * Gets the chat settings of the organisation.
 *
 * @example
 * ```ts
 * import { Chats } from "effect-genesys-chats"
 *
 * const program = Chats.getChatsSettings()
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const getChatsSettings = Endpoint.make("getChatsSettings", {
  method: "GET",
  path: "/api/v2/chats/settings",
  pathParameters: {},
  success: ChatSettings,
  permissions: ["chat:setting:view", "chat:setting:edit"]
})

/**
 * Replaces the chat settings of the organisation. Retention is 10 to 3650 days.
 *
 * @example
 * ```ts
 * import { Chats } from "effect-genesys-chats"
 *
 * const program = Chats.putChatsSettings({ messageRetentionPeriodDays: 365 })
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const putChatsSettings = Endpoint.make("putChatsSettings", {
  method: "PUT",
  path: "/api/v2/chats/settings",
  pathParameters: {},
  body: ChatSettingsRequest,
  success: ChatSettings,
  permissions: ["chat:setting:edit"]
})

/**
 * Changes chat settings of the organisation. Retention is 10 to 3650 days.
 *
 * @example
 * ```ts
 * import { Chats } from "effect-genesys-chats"
 *
 * const program = Chats.patchChatsSettings({ messageRetentionPeriodDays: 365 })
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const patchChatsSettings = Endpoint.make("patchChatsSettings", {
  method: "PATCH",
  path: "/api/v2/chats/settings",
  pathParameters: {},
  body: ChatSettingsRequest,
  success: ChatSettings,
  permissions: ["chat:setting:edit"]
})

/**
 * Gets a user's chat settings.
 *
 * @example
 * ```ts
 * import { Chats, UserId } from "effect-genesys-chats"
 *
 * const program = Chats.getChatsUserSettings({ userId: UserId.make("7f0e") })
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const getChatsUserSettings = Endpoint.make("getChatsUserSettings", {
  method: "GET",
  path: "/api/v2/chats/users/{userId}/settings",
  pathParameters: { userId: UserId },
  success: ChatUserSettings,
  permissions: ["chat:usersettings:view", "chat:setting:view"]
})

/**
 * Changes a user's chat settings.
 *
 * @example
 * ```ts
 * import { Chats, UserId } from "effect-genesys-chats"
 *
 * const program = Chats.patchChatsUserSettings({
 *   userId: UserId.make("7f0e"),
 *   mobile: { notifications: { when: "Always" } }
 * })
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const patchChatsUserSettings = Endpoint.make("patchChatsUserSettings", {
  method: "PATCH",
  path: "/api/v2/chats/users/{userId}/settings",
  pathParameters: { userId: UserId },
  body: ChatUserSettings,
  success: ChatUserSettings,
  permissions: ["chat:usersettings:edit", "chat:setting:edit"]
})

/**
 * Gets the caller's own chat settings. Needs a user's token: client credentials are answered
 * with `BadRequest` (FACTS.md, "OAuth").
 *
 * @example
 * ```ts
 * import { Chats } from "effect-genesys-chats"
 *
 * const program = Chats.getChatsUsersMeSettings()
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const getChatsUsersMeSettings = Endpoint.make("getChatsUsersMeSettings", {
  method: "GET",
  path: "/api/v2/chats/users/me/settings",
  pathParameters: {},
  success: UserSettingsForChat,
  permissions: []
})

/**
 * Creates the caller's own chat settings. Needs a user's token.
 *
 * @example
 * ```ts
 * import { Chats } from "effect-genesys-chats"
 *
 * const program = Chats.postChatsUsersMeSettings({ muted: false })
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const postChatsUsersMeSettings = Endpoint.make("postChatsUsersMeSettings", {
  method: "POST",
  path: "/api/v2/chats/users/me/settings",
  pathParameters: {},
  body: UserChatSettingsPost,
  idempotent: true,
  permissions: []
})

/**
 * Changes the caller's own chat settings. Needs a user's token.
 *
 * @example
 * ```ts
 * import { Chats } from "effect-genesys-chats"
 *
 * const program = Chats.patchChatsUsersMeSettings({
 *   muted: true,
 *   mobile: { notifications: { when: "Always" } }
 * })
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const patchChatsUsersMeSettings = Endpoint.make("patchChatsUsersMeSettings", {
  method: "PATCH",
  path: "/api/v2/chats/users/me/settings",
  pathParameters: {},
  body: UserSettingsForChat,
  success: UserSettingsForChat,
  permissions: []
})

/**
 * Deletes the caller's own chat settings, which then are the defaults. Needs a user's token.
 *
 * @example
 * ```ts
 * import { Chats } from "effect-genesys-chats"
 *
 * const program = Chats.deleteChatsUsersMeSettings()
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const deleteChatsUsersMeSettings = Endpoint.make("deleteChatsUsersMeSettings", {
  method: "DELETE",
  path: "/api/v2/chats/users/me/settings",
  pathParameters: {},
  permissions: []
})
