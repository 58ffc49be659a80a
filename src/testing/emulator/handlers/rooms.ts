import * as Either from "effect/Either"
import * as Refusal from "../Refusal.js"
import { maxParticipants, roomView, userRef } from "../views.js"
import { inRoom, roomOf } from "./access.js"
import type { Handlers } from "./Handler.js"
import { byIds, page } from "./history.js"
import { pin, setPins, unpin } from "./pinning.js"
import { edit, post, remove } from "./posting.js"

const maxInvited = 25

type Operations =
  | "postChatsRooms"
  | "getChatsRoom"
  | "patchChatsRoom"
  | "postChatsRoomMessages"
  | "getChatsRoomMessages"
  | "getChatsRoomMessage"
  | "patchChatsRoomMessage"
  | "deleteChatsRoomMessage"
  | "postChatsRoomMessagesPins"
  | "deleteChatsRoomMessagesPin"
  | "getChatsRoomParticipants"
  | "getChatsRoomParticipant"
  | "postChatsRoomParticipant"
  | "deleteChatsRoomParticipant"

export const rooms: Pick<Handlers, Operations> = {
  /** The caller owns the room and takes part in it. */
  postChatsRooms: (input, { caller, now, org }) =>
    Either.gen(function* () {
      const invited = input.userIds ?? []
      if (input.subject === "") yield* Refusal.invalid("constraint.validation", "subject", "must not be empty")
      if (invited.length > maxInvited) {
        yield* Refusal.invalid("constraint.validation", "userIds", `must hold at most ${maxInvited} users`, {
          key: "room.invited.users",
          value: maxInvited
        })
      }
      for (const userId of invited) yield* org.accounts.user(userId)
      const jid = `adhoc-${org.ids.uuid()}@conference.${org.settings.orgName}.orgspan.com`
      org.conversations.rooms.set(jid, {
        jid,
        id: jid,
        roomType: "adhoc",
        name: undefined,
        subject: input.subject,
        description: input.description,
        date: now,
        ownerIds: [caller.id],
        participantIds: new Set([caller.id, ...invited])
      })
      return { jid }
    }),

  getChatsRoom: (input, call) => Either.map(roomOf(call, input.roomJid), (room) => roomView(call.org, room)),

  patchChatsRoom: (input, call) =>
    Either.gen(function* () {
      const room = yield* roomOf(call, input.roomJid)
      const place = yield* inRoom(call, input.roomJid)
      if (input.subject === "") yield* Refusal.invalid("constraint.validation", "subject", "must not be empty")
      for (const userId of input.ownerIds ?? []) {
        yield* call.org.accounts.user(userId)
        if (!room.participantIds.has(userId)) {
          yield* Refusal.invalid("invalid.value", "ownerIds", `must be participants of the room: ${userId}`)
        }
      }
      if (input.ownerIds?.length === 0) yield* Refusal.invalid("constraint.validation", "ownerIds", "must not be empty")
      if (input.pinnedMessageIds !== undefined) yield* setPins(call, place, input.pinnedMessageIds)
      call.org.conversations.rooms.set(room.jid, {
        ...room,
        subject: input.subject ?? room.subject,
        description: input.description ?? room.description,
        ownerIds: [...new Set(input.ownerIds ?? room.ownerIds)]
      })
    }),

  postChatsRoomMessages: (input, call) =>
    Either.flatMap(inRoom(call, input.roomJid), (place) => post(call, place, input)),

  getChatsRoomMessages: (input, call) =>
    Either.map(inRoom(call, input.roomJid), (place) => page(call, place.conversation.messages, input)),

  getChatsRoomMessage: (input, call) =>
    Either.flatMap(inRoom(call, input.roomJid), (place) => byIds(call, place, input.messageIds)),

  patchChatsRoomMessage: (input, call) =>
    Either.flatMap(inRoom(call, input.roomJid), (place) => edit(call, place, input.messageId, input)),

  deleteChatsRoomMessage: (input, call) =>
    Either.flatMap(inRoom(call, input.roomJid), (place) => remove(call, place, input.messageId)),

  postChatsRoomMessagesPins: (input, call) =>
    Either.flatMap(inRoom(call, input.roomJid), (place) => pin(call, place, input.pinnedMessageIds)),

  deleteChatsRoomMessagesPin: (input, call) =>
    Either.flatMap(inRoom(call, input.roomJid), (place) => unpin(place, input.pinnedMessageId)),

  /** `notify` asks for the users to notify: those who have not muted the chat. */
  getChatsRoomParticipants: (input, call) =>
    Either.map(roomOf(call, input.roomJid), (room) => ({
      participants: [...room.participantIds]
        .filter((id) => input.notify !== true || !call.org.userSettingsOf(id).muted)
        .map((id) => ({ jid: call.org.accounts.users.get(id)?.jid, user: userRef(id) }))
    })),

  getChatsRoomParticipant: (input, call) =>
    Either.flatMap(roomOf(call, input.roomJid), (room) => {
      const user = call.org.accounts.userByJid(input.participantJid)
      return user !== undefined && room.participantIds.has(user.id)
        ? Either.right({ participantJid: user.jid })
        : Refusal.notFound("participant", input.participantJid)
    }),

  postChatsRoomParticipant: (input, call) =>
    Either.gen(function* () {
      const room = yield* roomOf(call, input.roomJid)
      const user = yield* call.org.accounts.user(input.userId)
      if (room.participantIds.has(user.id)) {
        if (call.org.settings.duplicateParticipant === "conflict") {
          yield* Refusal.conflict(`User ${user.id} is a participant of the room already`)
        }
        return
      }
      if (room.participantIds.size >= maxParticipants) {
        yield* Refusal.invalid("constraint.validation", "participants", `must be at most ${maxParticipants}`, {
          key: "room.participants",
          value: maxParticipants
        })
      }
      const participantIds = new Set(room.participantIds).add(user.id)
      call.org.conversations.rooms.set(room.jid, { ...room, participantIds })
    }),

  deleteChatsRoomParticipant: (input, call) =>
    Either.gen(function* () {
      const room = yield* roomOf(call, input.roomJid)
      const user = yield* call.org.accounts.user(input.userId)
      if (!room.participantIds.has(user.id)) yield* Refusal.notFound("participant", user.id)
      const participantIds = new Set(room.participantIds)
      participantIds.delete(user.id)
      const ownerIds = room.ownerIds.filter((id) => id !== user.id)
      call.org.conversations.rooms.set(room.jid, { ...room, participantIds, ownerIds })
    })
}
