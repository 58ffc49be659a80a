import * as Arr from "effect/Array"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Chats from "../../Chats.js"
import * as ChatsError from "../../ChatsError.js"
import type { Conversation, GetError } from "../../conversation/Conversation.js"
import type { ChatsClient, Description } from "../../declaration.js"
import type { MessageId } from "../../domain/Ids.js"
import type { ChatMessageResponse } from "../../domain/Message.js"
import { isUndecoded, type Undecoded } from "../../history/entry.js"
import * as Listings from "../../history/listings.js"
import { printable } from "../../internal/redact.js"
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
  ): Effect.Effect<Listings.EntryListing, GetError> =>
    conversation._tag === "Room"
      ? client.execute(Listings.getChatsRoomMessage, { roomJid: conversation.jid, messageIds })
      : client.execute(Listings.getChatsUserMessage, { userId: conversation.userId, messageIds })

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
          return split<Wanted, ChatMessageResponse, GetError, N | ChatsError.DecodeError>(
            {
              ask: (some) =>
                Effect.map(
                  ask(
                    conversation,
                    some.map(({ messageId }) => messageId)
                  ),
                  ({ entities = [] }) => {
                    const found = new Map<string, ChatMessageResponse | Undecoded>(
                      entities.map((entry) => [entry.id, entry])
                    )
                    // one that does not say which it is may be any that is missing
                    const nameless = entities.find((entry) => isUndecoded(entry) && !entry.hasOwnId)
                    return (one) => {
                      const entry = found.get(one.messageId) ?? nameless
                      if (entry === undefined) return Exit.fail(notFound(one))
                      return isUndecoded(entry) ? Exit.fail(undecoded(conversation, entry)) : Exit.succeed(entry)
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

/** As the client says it of a reply of which nothing decodes. */
const undecoded = (conversation: Conversation, { issues }: Undecoded): ChatsError.DecodeError => {
  const { method, operation, path }: Description =
    conversation._tag === "Room" ? Chats.getChatsRoomMessage : Chats.getChatsUserMessage
  const [first] = issues
  return new ChatsError.DecodeError({
    operation,
    method,
    path,
    status: 200,
    issues,
    message: printable(`a message in the reply to ${operation} does not decode: ${first?.path}: ${first?.message}`)
  })
}

const byConversation = (wanted: ReadonlyArray<Wanted>) =>
  Object.values(Arr.groupBy(wanted, ({ conversation }) => keyOf(conversation)))

const keyOf = (conversation: Conversation): string =>
  conversation._tag === "Room" ? `Room\n${conversation.jid}` : `User\n${conversation.userId}`

export const nameOf = ({ conversation, messageId }: Wanted): string => `${keyOf(conversation)}\n${messageId}`
