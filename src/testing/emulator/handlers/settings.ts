import * as Either from "effect/Either"
import type { Input } from "../../operation.js"
import type { OrgSettings, UserSettings } from "../model.js"
import { defaultChatSettings } from "../Org.js"
import * as Refusal from "../Refusal.js"
import { chatUserSettingsView, ownSettingsView } from "../views.js"
import type { Call, Handlers } from "./Handler.js"

type Operations =
  | "getChatsSettings"
  | "putChatsSettings"
  | "patchChatsSettings"
  | "getChatsUserSettings"
  | "patchChatsUserSettings"
  | "getChatsUsersMeSettings"
  | "postChatsUsersMeSettings"
  | "patchChatsUsersMeSettings"
  | "deleteChatsUsersMeSettings"

export const settings: Pick<Handlers, Operations> = {
  getChatsSettings: (_, { org }) => Either.right(org.chatSettings),

  /** What is left out goes back to its default. */
  putChatsSettings: (input, { org }) =>
    Either.map(retention(input.messageRetentionPeriodDays), () => {
      org.chatSettings = merge(defaultChatSettings, input)
      return org.chatSettings
    }),

  patchChatsSettings: (input, { org }) =>
    Either.map(retention(input.messageRetentionPeriodDays), () => {
      org.chatSettings = merge(org.chatSettings, input)
      return org.chatSettings
    }),

  getChatsUserSettings: (input, { org }) =>
    Either.map(org.accounts.user(input.userId), (user) => chatUserSettingsView(org.userSettingsOf(user.id))),

  patchChatsUserSettings: (input, { org }) =>
    Either.gen(function* () {
      const user = yield* org.accounts.user(input.userId)
      const when = yield* knownWhen(input.mobile.notifications.when)
      const settings = { ...org.userSettingsOf(user.id), when }
      org.userSettings.set(user.id, settings)
      return chatUserSettingsView(settings)
    }),

  getChatsUsersMeSettings: (_, call) =>
    Either.map(userContext(call), () => ownSettingsView(call.org.userSettingsOf(call.caller.id))),

  /** What is left out is what it was, or the default. */
  postChatsUsersMeSettings: (input, call) => Either.map(userContext(call), () => void change(call, input)),

  patchChatsUsersMeSettings: ({ mobile, ...rest }, call) =>
    Either.gen(function* () {
      yield* userContext(call)
      const when = yield* knownWhen(mobile.notifications.when)
      return ownSettingsView(change(call, { ...rest, when }))
    }),

  /** The defaults again, also where nothing was set. */
  deleteChatsUsersMeSettings: (_, call) =>
    Either.map(userContext(call), () => {
      call.org.userSettings.delete(call.caller.id)
    })
}

const merge = (settings: OrgSettings, changes: Input<"patchChatsSettings">): OrgSettings => ({
  messageRetentionPeriodDays: changes.messageRetentionPeriodDays ?? settings.messageRetentionPeriodDays,
  reactionsEnabled: changes.reactionsEnabled ?? settings.reactionsEnabled
})

const change = (call: Call, changes: { readonly [K in keyof UserSettings]?: UserSettings[K] | undefined }) => {
  const settings = call.org.userSettingsOf(call.caller.id)
  const changed: UserSettings = {
    muted: changes.muted ?? settings.muted,
    mentionsOnly: changes.mentionsOnly ?? settings.mentionsOnly,
    notifyOnReactions: changes.notifyOnReactions ?? settings.notifyOnReactions,
    when: changes.when ?? settings.when
  }
  call.org.userSettings.set(call.caller.id, changed)
  return changed
}

export const userContext = (call: Call): Either.Either<void, Refusal.Refusal> =>
  call.userContext
    ? Either.void
    : Refusal.badRequest(
        "This request requires a user context. Client credentials cannot be used for requests to this resource."
      )

const retention = (days: number | undefined): Either.Either<void, Refusal.Refusal> =>
  days === undefined || (Number.isInteger(days) && days >= 10 && days <= 3650)
    ? Either.void
    : Refusal.invalid(
        "constraint.validation",
        "messageRetentionPeriodDays",
        "must be a whole number of days from 10 to 3650"
      )

const knownWhen = (when: string): Either.Either<string, Refusal.Refusal> =>
  when === "Always" || when === "OnlyWhenInactive"
    ? Either.right(when)
    : Refusal.invalid("invalid.value", "mobile.notifications.when", "must be Always or OnlyWhenInactive")
