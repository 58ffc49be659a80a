import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Chats from "../../Chats.js"
import type * as ChatsError from "../../ChatsError.js"
import type { Conversation, GetError } from "../../conversation/Conversation.js"
import type { MessageId } from "../../domain/Ids.js"
import type { ChatMessageEntityListing, ChatMessageResponse } from "../../domain/Message.js"
import type { ChatsClient } from "../../Endpoint.js"

type Client = Context.Tag.Service<typeof ChatsClient>

/** What became of one id. */
export type Outcome<N> = Exit.Exit<ChatMessageResponse, Exclude<GetError, ChatsError.NotFound> | N>

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

  /** `true` as well where it cannot be told. */
  const exists = (conversation: Conversation): Effect.Effect<boolean> =>
    Effect.match(
      conversation._tag === "Room"
        ? client.execute(Chats.getChatsRoom, { roomJid: conversation.jid })
        : client.execute(Chats.getChatsUser, { userId: conversation.userId }),
      { onFailure: (error) => error._tag !== "NotFound", onSuccess: () => true }
    )

  /** Tells what became of each id; `false` where the service refused one of them by itself. */
  const chunk = (
    conversation: Conversation,
    ids: ReadonlyArray<MessageId>,
    tell: Tell<N>,
    whole: boolean
  ): Effect.Effect<boolean> => {
    const tellAll = (outcome: (id: MessageId) => Outcome<N>) =>
      Effect.as(
        Effect.forEach(ids, (id) => tell({ conversation, messageId: id }, outcome(id)), { discard: true }),
        true
      )
    const allMissing = Effect.suspend(() => tellAll((id) => Exit.fail(notFound({ conversation, messageId: id }))))
    const halves = Effect.suspend(() => {
      const middle = Math.ceil(ids.length / 2)
      return Effect.zipWith(
        chunk(conversation, ids.slice(0, middle), tell, false),
        chunk(conversation, ids.slice(middle), tell, false),
        (one, other) => one && other
      )
    })
    // if every id was fine by itself, there were too many of them
    const fewerFromNowOn = Effect.tap(halves, (fine) => {
      if (fine) max = Math.min(max, Math.ceil(ids.length / 2))
    })
    return Effect.matchCauseEffect(ask(conversation, ids), {
      onSuccess: ({ entities }) => {
        const found = new Map((entities ?? []).map((message) => [message.id, message]))
        return tellAll((id) => {
          const message = found.get(id)
          return message === undefined ? Exit.fail(notFound({ conversation, messageId: id })) : Exit.succeed(message)
        })
      },
      onFailure: (cause) => {
        const failure = Cause.failureOrCause(cause)
        if (Either.isRight(failure)) return tellAll(() => Exit.failCause(failure.right))
        const error = failure.left
        if (error._tag === "NotFound") {
          if (ids.length === 1) return allMissing
          // a conversation that is not there would cost two requests for each id
          return whole ? Effect.if(exists(conversation), { onTrue: () => halves, onFalse: () => allMissing }) : halves
        }
        const aboutIds = isAboutIds(error)
        if (aboutIds && ids.length > 1) return fewerFromNowOn
        return Effect.map(
          tellAll(() => Exit.fail(error)),
          () => !aboutIds
        )
      }
    })
  }

  return (wanted: ReadonlyArray<Wanted>, tell: Tell<N>): Effect.Effect<void> =>
    Effect.suspend(() => {
      const chunks = Arr.flatMap(byConversation(wanted), ({ conversation, ids }) =>
        Arr.map(Arr.chunksOf(ids, max), (ids) => ({ conversation, ids }))
      )
      return Effect.forEach(chunks, ({ conversation, ids }) => chunk(conversation, ids, tell, true), {
        concurrency: Math.min(concurrency, chunks.length),
        discard: true
      })
    })
}

export interface Wanted {
  readonly conversation: Conversation
  readonly messageId: MessageId
}

export type Tell<N> = (wanted: Wanted, outcome: Outcome<N>) => Effect.Effect<void>

/** The service may refuse the number of ids, or one of them; the client does refuse an id that cannot be sent. */
const isAboutIds = (error: GetError): boolean =>
  error._tag === "BadRequest" ||
  error._tag === "ContentTooLarge" ||
  error._tag === "InvalidRequest" ||
  (error._tag === "UnexpectedStatus" && error.status === 414)

const byConversation = (wanted: ReadonlyArray<Wanted>) =>
  Object.values(Arr.groupBy(wanted, ({ conversation }) => keyOf(conversation))).map((group) => ({
    conversation: group[0].conversation,
    ids: Arr.map(group, ({ messageId }) => messageId)
  }))

export const keyOf = (conversation: Conversation): string =>
  conversation._tag === "Room" ? `Room\n${conversation.jid}` : `User\n${conversation.userId}`
