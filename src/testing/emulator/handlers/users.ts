import * as Either from "effect/Either"
import * as Refusal from "../Refusal.js"
import { pinViews } from "../views.js"
import { inOneOnOne } from "./access.js"
import type { Handlers } from "./Handler.js"
import { byIds, page } from "./history.js"
import { pin, unpin } from "./pinning.js"
import { edit, post, remove } from "./posting.js"

type Operations =
  | "getChatsUser"
  | "postChatsUserMessages"
  | "getChatsUserMessages"
  | "getChatsUserMessage"
  | "patchChatsUserMessage"
  | "deleteChatsUserMessage"
  | "postChatsUserMessagesPins"
  | "deleteChatsUserMessagesPin"

/** 1on1s: the same actions as in a room, in the conversation of the caller with a user. */
export const users: Pick<Handlers, Operations> = {
  getChatsUser: (input, call) =>
    Either.map(inOneOnOne(call, input.userId), ({ conversation }) => ({
      pinnedMessages: pinViews(conversation.pins)
    })),

  postChatsUserMessages: (input, call) =>
    Either.flatMap(inOneOnOne(call, input.userId), (place) => post(call, place, input)),

  getChatsUserMessages: (input, call) =>
    Either.gen(function* () {
      const place = yield* inOneOnOne(call, input.userId)
      const listing = page(call, place.conversation.messages, input)
      if (call.org.settings.history.userMessages === "listing") return listing
      const [first] = listing.entities
      return first ?? (yield* Refusal.notFound("message with user", input.userId))
    }),

  getChatsUserMessage: (input, call) =>
    Either.flatMap(inOneOnOne(call, input.userId), (place) => byIds(call, place, input.messageIds)),

  patchChatsUserMessage: (input, call) =>
    Either.flatMap(inOneOnOne(call, input.userId), (place) => edit(call, place, input.messageId, input)),

  deleteChatsUserMessage: (input, call) =>
    Either.flatMap(inOneOnOne(call, input.userId), (place) => remove(call, place, input.messageId)),

  postChatsUserMessagesPins: (input, call) =>
    Either.flatMap(inOneOnOne(call, input.userId), (place) => pin(call, place, input.pinnedMessageIds)),

  deleteChatsUserMessagesPin: (input, call) =>
    Either.flatMap(inOneOnOne(call, input.userId), (place) => unpin(place, input.pinnedMessageId))
}
