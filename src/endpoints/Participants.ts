/**
 * Participants of a room.
 *
 * @since 0.1.0
 */
import * as Endpoint from "../declaration.js"
import { RoomJid, UserId, UserJid } from "../domain/Ids.js"
import { RoomParticipant, RoomParticipantsResponse } from "../domain/Room.js"
import { BooleanFromString } from "../internal/effect/schema.js"
import { optional } from "../internal/schema.js"

/**
 * Gets the participants of a room (at most 1000).
 *
 * @example
 * ```ts
 * import { Chats, RoomJid } from "effect-genesys-chats"
 *
 * const program = Chats.getChatsRoomParticipants({
 *   roomJid: RoomJid.make("adhoc-1@conference.acme.orgspan.com"),
 *   notify: false
 * })
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const getChatsRoomParticipants: Endpoint.Of<
  "getChatsRoomParticipants",
  { readonly roomJid: RoomJid; readonly notify?: boolean | undefined },
  RoomParticipantsResponse
> = Endpoint.make("getChatsRoomParticipants", {
  method: "GET",
  path: "/api/v2/chats/rooms/{roomJid}/participants",
  pathParameters: { roomJid: RoomJid },
  query: { notify: optional(BooleanFromString) },
  success: RoomParticipantsResponse,
  permissions: ["chat:chat:access", "chat:room:view"]
})

/**
 * Gets one participant of a room by its JID.
 *
 * @example
 * ```ts
 * import { Chats, RoomJid, UserJid } from "effect-genesys-chats"
 *
 * const program = Chats.getChatsRoomParticipant({
 *   roomJid: RoomJid.make("adhoc-1@conference.acme.orgspan.com"),
 *   participantJid: UserJid.make("user@acme.orgspan.com")
 * })
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const getChatsRoomParticipant: Endpoint.Of<
  "getChatsRoomParticipant",
  { readonly roomJid: RoomJid; readonly participantJid: UserJid },
  RoomParticipant
> = Endpoint.make("getChatsRoomParticipant", {
  method: "GET",
  path: "/api/v2/chats/rooms/{roomJid}/participants/{participantJid}",
  pathParameters: { roomJid: RoomJid, participantJid: UserJid },
  success: RoomParticipant,
  permissions: []
})

/**
 * Adds a user to a room.
 *
 * @example
 * ```ts
 * import { Chats, RoomJid, UserId } from "effect-genesys-chats"
 *
 * const program = Chats.postChatsRoomParticipant({
 *   roomJid: RoomJid.make("adhoc-1@conference.acme.orgspan.com"),
 *   userId: UserId.make("7f0e")
 * })
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const postChatsRoomParticipant: Endpoint.Of<
  "postChatsRoomParticipant",
  { readonly roomJid: RoomJid; readonly userId: UserId }
> = Endpoint.make("postChatsRoomParticipant", {
  method: "POST",
  path: "/api/v2/chats/rooms/{roomJid}/participants/{userId}",
  pathParameters: { roomJid: RoomJid, userId: UserId },
  idempotent: true,
  permissions: ["chat:chat:access", "chat:participant:add"]
})

/**
 * Removes a user from a room.
 *
 * @example
 * ```ts
 * import { Chats, RoomJid, UserId } from "effect-genesys-chats"
 *
 * const program = Chats.deleteChatsRoomParticipant({
 *   roomJid: RoomJid.make("adhoc-1@conference.acme.orgspan.com"),
 *   userId: UserId.make("7f0e")
 * })
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const deleteChatsRoomParticipant: Endpoint.Of<
  "deleteChatsRoomParticipant",
  { readonly roomJid: RoomJid; readonly userId: UserId }
> = Endpoint.make("deleteChatsRoomParticipant", {
  method: "DELETE",
  path: "/api/v2/chats/rooms/{roomJid}/participants/{userId}",
  pathParameters: { roomJid: RoomJid, userId: UserId },
  permissions: ["chat:chat:access", "chat:participant:delete"]
})
