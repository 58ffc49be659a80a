import * as Arr from "effect/Array"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Chats from "../../Chats.js"
import type * as ChatsError from "../../ChatsError.js"
import type { Conversation, GetError } from "../../conversation/Conversation.js"
import type { ChatsClient } from "../../declaration.js"
import type { MessageId } from "../../domain/Ids.js"
import type { ChatMessageEntityListing, ChatMessageResponse } from "../../domain/Message.js"
import type { Tell } from "./resolver.js"
import { split } from "./split.js"

type Client = Context.Tag.Service<typeof ChatsClient>

export interface Wanted {
  readonly conversation: Conversation
  readonly messageId: MessageId
}

interface Settings<N> {
  readonly max: number
  readonly concurrency: number
  readonly notFound: (wanted: Wanted) => N
}

/**
 * Gets messages of one conversation or several, `max` ids a request, and tells what became of
 * each. Never fails.
 */
export const fetchMessages = <N>(client: Client, { concurrency, max: initialMax, notFound }: Settings<N>) => {
  let max = initialMax

  const ask = (
    conversation: Conversation,
    messageIds: ReadonlyArray<MessageId>
  ): Effect.Effect<ChatMessageEntityListing, GetError> =>
    conversation._tag === "Room"
      ? client.execute(Chats.getChatsRoomMessage, { roomJid: conversation.jid, messageIds })
      : client.execute(Chats.getChatsUserMessage, { userId: conversation.userId, messageIds })

  /** `true` as well where it cannot be told. A conversation that is not there would cost two requests for each id. */
  const exists = (conversation: Conversation): Effect.Effect<boolean> =>
    Effect.match(
      conversation._tag === "Room"
        ? client.execute(Chats.getChatsRoom, { roomJid: conversation.jid })
        : client.execute(Chats.getChatsUser, { userId: conversation.userId }),
      { onFailure: (error) => error._tag !== "NotFound", onSuccess: () => true }
    )

  return (
    wanted: ReadonlyArray<Wanted>,
    tell: Tell<Wanted, ChatMessageResponse, Exclude<GetError, ChatsError.NotFound> | N>
  ): Effect.Effect<void> =>
    Effect.suspend(() => {
      const chunks = Arr.flatMap(byConversation(wanted), (group) => Arr.chunksOf(group, max))
      return Effect.forEach(
        chunks,
        (chunk) => {
          const [{ conversation }] = chunk
          return split<Wanted, ChatMessageResponse, GetError, N>(
            {
              ask: (some) =>
                Effect.map(
                  ask(
                    conversation,
                    some.map(({ messageId }) => messageId)
                  ),
                  ({ entities = [] }) => {
                    const found = new Map(entities.map((message) => [message.id, message]))
                    return (one) => {
                      const message = found.get(one.messageId)
                      return message === undefined ? Exit.fail(notFound(one)) : Exit.succeed(message)
                    }
                  }
                ),
              notFound,
              worthSplitting: () => exists(conversation),
              takesAtMost: (count) => {
                max = Math.min(max, count)
              }
            },
            chunk,
            tell
          )
        },
        { concurrency: Math.min(concurrency, chunks.length), discard: true }
      )
    })
}

const byConversation = (wanted: ReadonlyArray<Wanted>) =>
  Object.values(Arr.groupBy(wanted, ({ conversation }) => keyOf(conversation)))

const keyOf = (conversation: Conversation): string =>
  conversation._tag === "Room" ? `Room\n${conversation.jid}` : `User\n${conversation.userId}`

export const nameOf = ({ conversation, messageId }: Wanted): string => `${keyOf(conversation)}\n${messageId}`
