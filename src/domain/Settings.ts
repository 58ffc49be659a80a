/**
 * Settings of the organisation and of users.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { lazySchema } from "../internal/lazySchema.js"
import { openEnum, optional } from "../internal/schema.js"

/**
 * The chat settings of the organisation.
 *
 * @example
 * ```ts
 * import type { Domain } from "effect-genesys-chats"
 *
 * const value: Domain.ChatSettings = { messageRetentionPeriodDays: 365, reactionsEnabled: true }
 * ```
 * @since 0.1.0
 * @category responses
 */
export const ChatSettings = lazySchema(() =>
  Schema.Struct({
    messageRetentionPeriodDays: optional(Schema.Int),
    reactionsEnabled: optional(Schema.Boolean)
  }).annotations({ identifier: "ChatSettings" })
)
/**
 * @since 0.1.0
 * @category responses
 */
export interface ChatSettings extends Schema.Schema.Type<typeof ChatSettings> {}

/**
 * The chat settings to set: `messageRetentionPeriodDays` is a whole number of
 * days from 10 to 3650.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import { Domain } from "effect-genesys-chats"
 *
 * const isAllowed = Schema.is(Domain.ChatSettingsRequest)
 * const no = isAllowed({ messageRetentionPeriodDays: 9 })
 * ```
 * @since 0.1.0
 * @category requests
 */
export const ChatSettingsRequest = lazySchema(() =>
  Schema.Struct({
    ...ChatSettings.fields,
    messageRetentionPeriodDays: optional(
      Schema.Int.pipe(Schema.between(10, 3650, { message: () => "must be a whole number of days from 10 to 3650" }))
    )
  }).annotations({ identifier: "ChatSettings" })
)

/**
 * When a mobile device is notified. Open: the service adds values.
 *
 * @example
 * ```ts
 * import type { Domain } from "effect-genesys-chats"
 *
 * const value: Domain.NotifyWhen = "OnlyWhenInactive"
 * ```
 * @since 0.1.0
 * @category responses
 */
export const NotifyWhen = openEnum("NotifyWhen", "Always", "OnlyWhenInactive")
/**
 * @since 0.1.0
 * @category responses
 */
export type NotifyWhen = typeof NotifyWhen.Type

/**
 * How mobile devices are notified.
 *
 * @example
 * ```ts
 * import type { Domain } from "effect-genesys-chats"
 *
 * const value: Domain.MobileNotificationSettings = { when: "Always" }
 * ```
 * @since 0.1.0
 * @category responses
 */
export const MobileNotificationSettings = lazySchema(() =>
  Schema.Struct({
    when: NotifyWhen
  }).annotations({ identifier: "MobileNotificationSettings" })
)
/**
 * @since 0.1.0
 * @category responses
 */
export interface MobileNotificationSettings extends Schema.Schema.Type<typeof MobileNotificationSettings> {}

/**
 * The settings of mobile devices.
 *
 * @example
 * ```ts
 * import type { Domain } from "effect-genesys-chats"
 *
 * const value: Domain.MobileSettings = { notifications: { when: "Always" } }
 * ```
 * @since 0.1.0
 * @category responses
 */
export const MobileSettings = lazySchema(() =>
  Schema.Struct({
    notifications: MobileNotificationSettings
  }).annotations({ identifier: "MobileSettings" })
)
/**
 * @since 0.1.0
 * @category responses
 */
export interface MobileSettings extends Schema.Schema.Type<typeof MobileSettings> {}

/**
 * A user's settings, as an administrator sees them.
 *
 * @example
 * ```ts
 * import type { Domain } from "effect-genesys-chats"
 *
 * const value: Domain.ChatUserSettings = { mobile: { notifications: { when: "Always" } } }
 * ```
 * @since 0.1.0
 * @category responses
 */
export const ChatUserSettings = lazySchema(() =>
  Schema.Struct({
    mobile: MobileSettings
  }).annotations({ identifier: "ChatUserSettings" })
)
/**
 * @since 0.1.0
 * @category responses
 */
export interface ChatUserSettings extends Schema.Schema.Type<typeof ChatUserSettings> {}

/**
 * The caller's own settings.
 *
 * @example
 * ```ts
 * import type { Domain } from "effect-genesys-chats"
 *
 * const value: Domain.UserSettingsForChat = { muted: true, mobile: { notifications: { when: "Always" } } }
 * ```
 * @since 0.1.0
 * @category responses
 */
export const UserSettingsForChat = lazySchema(() =>
  Schema.Struct({
    muted: optional(Schema.Boolean),
    mentionsOnly: optional(Schema.Boolean),
    notifyOnReactions: optional(Schema.Boolean),
    mobile: MobileSettings
  }).annotations({ identifier: "UserSettingsForChat" })
)
/**
 * @since 0.1.0
 * @category responses
 */
export interface UserSettingsForChat extends Schema.Schema.Type<typeof UserSettingsForChat> {}

/**
 * The caller's own settings to create.
 *
 * @example
 * ```ts
 * import type { Domain } from "effect-genesys-chats"
 *
 * const value: Domain.UserChatSettingsPost = { muted: false, mentionsOnly: true }
 * ```
 * @since 0.1.0
 * @category requests
 */
export const UserChatSettingsPost = lazySchema(() =>
  Schema.Struct({
    muted: Schema.Boolean,
    mentionsOnly: optional(Schema.Boolean),
    notifyOnReactions: optional(Schema.Boolean)
  }).annotations({ identifier: "UserChatSettingsPost" })
)
/**
 * @since 0.1.0
 * @category requests
 */
export interface UserChatSettingsPost extends Schema.Schema.Type<typeof UserChatSettingsPost> {}
