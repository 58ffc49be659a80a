import * as Either from "effect/Either"
import type { ChatMessageEntityListing } from "../../../domain/Message.js"
import type { Input, Wire } from "../../operation.js"
import type { MessageRecord } from "../model.js"
import * as Refusal from "../Refusal.js"
import type { Timeline } from "../Timeline.js"
import { messageView } from "../views.js"
import type { Place } from "./access.js"
import type { Call } from "./Handler.js"

type Query = Omit<Input<"getChatsRoomMessages">, "roomJid">

/** A page of a conversation or a thread. */
export const page = (call: Call, timeline: Timeline, query: Query) => {
  const { history } = call.org.settings
  const entries = timeline.page({
    before: query.before === undefined ? undefined : Date.parse(query.before),
    after: query.after === undefined ? undefined : Date.parse(query.after),
    limit: Math.min(query.limit ?? history.defaultLimit, history.maxLimit),
    inclusive: history.inclusive,
    order: history.order,
    selection: history.selection
  })
  return {
    entities: entries.flatMap(({ id }) => {
      const message = call.org.conversations.messages.get(id)
      return message === undefined ? [] : [messageView(call.org, message, { excludeMetadata: query.excludeMetadata })]
    })
  }
}

/** Messages of a conversation by their ids, in the order asked for. */
export const byIds = (
  call: Call,
  place: Place,
  messageIds: ReadonlyArray<string>
): Either.Either<Wire<ChatMessageEntityListing>, Refusal.Refusal> => {
  const { conversations, settings } = call.org
  if (messageIds.length > settings.maxMessageIds) {
    return Refusal.invalid("constraint.validation", "messageIds", `must hold at most ${settings.maxMessageIds} ids`, {
      key: "message.ids",
      value: settings.maxMessageIds
    })
  }
  const found: Array<MessageRecord> = []
  let missing: string | undefined
  for (const id of new Set(messageIds)) {
    const message = conversations.messages.get(id)
    if (message?.conversation === place.conversation.key) found.push(message)
    else missing ??= id
  }
  if (missing !== undefined && (found.length === 0 || settings.missingMessageIds === "notFound")) {
    return Refusal.notFound("message", missing)
  }
  return Either.right({ entities: found.map((message) => messageView(call.org, message)) })
}
