import * as Either from "effect/Either"
import { oneOnOneKey } from "../Conversations.js"
import type { Conversation, MessageRecord, RoomRecord, UserRecord } from "../model.js"
import * as Refusal from "../Refusal.js"
import type { Call } from "./Handler.js"

/** A room of which the caller is a participant. */
export const roomOf = (call: Call, roomJid: string): Either.Either<RoomRecord, Refusal.Refusal> =>
  Either.flatMap(call.org.conversations.room(roomJid), (room) =>
    room.participantIds.has(call.caller.id)
      ? Either.right(room)
      : Refusal.notAuthorized(`You are not a participant of room ${roomJid}`)
  )

/** A conversation that the caller has a part in, and the other user where it is a 1on1. */
export interface Place {
  readonly conversation: Conversation
  readonly toUser: UserRecord | undefined
}

export const inRoom = (call: Call, roomJid: string): Either.Either<Place, Refusal.Refusal> =>
  Either.map(roomOf(call, roomJid), (room) => ({
    conversation: call.org.conversations.conversation(room.jid),
    toUser: undefined
  }))

export const inOneOnOne = (call: Call, userId: string): Either.Either<Place, Refusal.Refusal> =>
  Either.flatMap(call.org.accounts.user(userId), (toUser) =>
    toUser.id === call.caller.id
      ? Refusal.invalid("invalid.value", "userId", "must not be your own: there is no 1on1 with oneself")
      : Either.right({
          conversation: call.org.conversations.conversation(oneOnOneKey(call.caller.id, toUser.id)),
          toUser
        })
  )

/** Refuses who has no part in the conversation of that key. */
export const member = (call: Call, key: string): Either.Either<void, Refusal.Refusal> => {
  const room = call.org.conversations.rooms.get(key)
  const allowed = room === undefined ? key.split("|").includes(call.caller.id) : room.participantIds.has(call.caller.id)
  return allowed ? Either.void : Refusal.notAuthorized("You are not a participant of this conversation")
}

/** Refuses who did not write the message. */
export const author = (call: Call, message: MessageRecord): Either.Either<void, Refusal.Refusal> =>
  message.authorId === call.caller.id ? Either.void : Refusal.notAuthorized("Only its author can change a message")
