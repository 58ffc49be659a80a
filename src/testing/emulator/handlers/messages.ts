import * as Either from "effect/Either"
import type { Reaction } from "../model.js"
import * as Refusal from "../Refusal.js"
import { messageView } from "../views.js"
import { member } from "./access.js"
import type { Handlers } from "./Handler.js"
import { page } from "./history.js"

/** Messages by id alone, whatever conversation they are in. */
export const messages: Pick<Handlers, "getChatsMessage" | "getChatsThreadMessages" | "putChatsMessageReactions"> = {
  getChatsMessage: (input, call) =>
    Either.gen(function* () {
      const message = yield* call.org.conversations.message(input.messageId)
      yield* member(call, message.conversation)
      return messageView(call.org, message)
    }),

  getChatsThreadMessages: (input, call) =>
    Either.gen(function* () {
      const thread = yield* call.org.conversations.thread(input.threadId)
      yield* member(call, thread.conversation)
      return page(call, thread.messages, input)
    }),

  /** The list given becomes the caller's own reactions; those of others stay. */
  putChatsMessageReactions: (input, call) =>
    Either.gen(function* () {
      const message = yield* call.org.conversations.message(input.messageId)
      yield* member(call, message.conversation)
      if (!call.org.chatSettings.reactionsEnabled)
        yield* Refusal.forbidden("Reactions are disabled in this organization")
      if (input.reactions.includes("")) {
        yield* Refusal.invalid("constraint.validation", "reactions", "must not hold an empty emoji")
      }
      call.org.conversations.replace({
        ...message,
        reactions: react(message.reactions, call.caller.id, input.reactions)
      })
    })
}

const react = (
  reactions: ReadonlyArray<Reaction>,
  userId: string,
  emojis: ReadonlyArray<string>
): ReadonlyArray<Reaction> => {
  const usersByEmoji = new Map(
    reactions.map(({ emoji, userIds }) => [emoji, userIds.filter((id) => id !== userId)] as const)
  )
  for (const emoji of new Set(emojis)) usersByEmoji.set(emoji, [...(usersByEmoji.get(emoji) ?? []), userId])
  return Array.from(usersByEmoji, ([emoji, userIds]) => ({ emoji, userIds })).filter(
    ({ userIds }) => userIds.length > 0
  )
}
