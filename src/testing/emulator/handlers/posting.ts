import * as Either from "effect/Either"
import type { Input } from "../../operation.js"
import * as Refusal from "../Refusal.js"
import { author, type Place } from "./access.js"
import type { Call } from "./Handler.js"

type Post = Omit<Input<"postChatsRoomMessages">, "roomJid">
type Sent = Either.Either<{ readonly id: string }, Refusal.Refusal>

export const post = (call: Call, place: Place, body: Post): Sent =>
  Either.gen(function* () {
    const { conversations, ids } = call.org
    yield* notEmpty(body.message)
    const mentions = yield* mentioned(call, body.mentions ?? [])
    yield* threadIn(call, place, body.threadId)
    const { id } = conversations.add(
      {
        id: ids.uuid(),
        conversation: place.conversation.key,
        authorId: call.caller.id,
        toUserId: place.toUser?.id,
        body: body.message,
        mentions,
        threadId: ids.uuid(),
        parentThreadId: body.threadId
      },
      call.now
    )
    return { id }
  })

/** An edit changes text and mentions. A message stays in the thread where it was posted. */
export const edit = (call: Call, place: Place, messageId: string, body: Post): Sent =>
  Either.gen(function* () {
    const { conversations, settings } = call.org
    yield* notEmpty(body.message)
    const mentions = yield* mentioned(call, body.mentions ?? [])
    const message = yield* conversations.messageIn(place.conversation.key, messageId)
    yield* author(call, message)
    yield* threadIn(call, place, body.threadId)
    if (body.threadId !== undefined && body.threadId !== message.threadId && body.threadId !== message.parentThreadId) {
      yield* Refusal.invalid("invalid.value", "threadId", "must be the message's own: an edit does not move it")
    }
    if (call.now - message.date > settings.editWindow) {
      yield* Refusal.conflict(`The message can be edited for ${settings.editWindow / 1000} seconds only`)
    }
    conversations.replace({ ...message, body: body.message, mentions, edited: true, modified: call.now })
    return { id: message.id }
  })

export const remove = (call: Call, place: Place, messageId: string): Either.Either<void, Refusal.Refusal> =>
  Either.gen(function* () {
    const message = yield* call.org.conversations.messageIn(place.conversation.key, messageId)
    yield* author(call, message)
    call.org.conversations.remove(message)
  })

const notEmpty = (message: string): Either.Either<void, Refusal.Refusal> =>
  message === "" ? Refusal.invalid("constraint.validation", "message", "must not be empty") : Either.void

/** Mentions are user ids or user JIDs; both become user ids. */
const mentioned = (
  call: Call,
  mentions: ReadonlyArray<string>
): Either.Either<ReadonlyArray<string>, Refusal.Refusal> => {
  const { accounts } = call.org
  const found: Array<string> = []
  for (const mention of mentions) {
    const user = accounts.users.get(mention) ?? accounts.userByJid(mention)
    if (user === undefined) return Refusal.invalid("invalid.value", "mentions", `names no user: ${mention}`)
    if (!found.includes(user.id)) found.push(user.id)
  }
  return Either.right(found)
}

/** The thread, where there is one, must hang in the same conversation. */
const threadIn = (call: Call, place: Place, threadId: string | undefined): Either.Either<void, Refusal.Refusal> =>
  threadId === undefined
    ? Either.void
    : Either.flatMap(call.org.conversations.thread(threadId), (thread) =>
        thread.conversation === place.conversation.key ? Either.void : Refusal.notFound("thread", threadId)
      )
