/**
 * What schemas and classes make is of their type, and nothing else: on Effect 4 too, where a `Schema.Codec` makes
 * anything. Nothing here runs.
 */
import * as Schema from "effect/Schema"
import {
  Broadcast,
  Chats,
  Conversation,
  Directory,
  Domain,
  Endpoint,
  GroupId,
  Region,
  RoomJid,
  UserId
} from "effect-genesys-chats"

const jid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
const alice = UserId.make("b2bb6a0c-3b5b-4f5f-9a3f-2d1f6a2f7c11")

/** These must compile. */
export const made = () => [
  Domain.Room.make({ jid, roomType: "adhoc" }),
  Domain.Room.make({ jid, roomType: "one that there will be" }),
  new Directory.GroupNotFound({ groupId: GroupId.make("7f0e") }),
  new Directory.AmbiguousUser({ by: "email", value: "alice@acme.example", userIds: [alice] }),
  Schema.Struct({ region: Region.Name }).make({ region: "eu-central-1" }),
  Schema.Struct({ room: Endpoint.successSchema(Chats.getChatsRoom) }).make({ room: Domain.Room.make({ jid }) }),
  Schema.Struct({ conversation: Conversation.Conversation }).make({ conversation: Conversation.room(jid) }),
  new Conversation.Room({ jid }).pipe((room) => room.jid),
  Schema.Struct({ report: Broadcast.Report }).make({ report: { results: [] } })
]

/** A public schema is one to Effect. */
export const given: ReadonlyArray<Schema.Schema<Region.Name>> = [Region.Name]
export const named: Domain.SchemaOf<Region.Name> = Region.Name

/** Each line must not compile, for the one reason that is given. */
export const refused = () => [
  // @ts-expect-error a number is no id that was received
  Domain.Room.make({ jid: 42 }),
  // @ts-expect-error a number is no value of an enum, open as it is
  Domain.Room.make({ jid, roomType: 7 }),
  // @ts-expect-error a number is no id of a class of errors
  new Directory.GroupNotFound({ groupId: 42 }),
  // @ts-expect-error numbers are no ids in a list
  new Directory.AmbiguousUser({ by: "email", value: "alice@acme.example", userIds: [42] }),
  // @ts-expect-error a symbol is no name of a region
  Schema.Struct({ region: Region.Name }).make({ region: Symbol() }),
  // @ts-expect-error another name than those that there are
  Schema.Struct({ region: Region.Name }).make({ region: "mars-1" }),
  // @ts-expect-error what an endpoint gives is no number
  Schema.Struct({ room: Endpoint.successSchema(Chats.getChatsRoom) }).make({ room: 42 }),
  // @ts-expect-error nor is its error
  Schema.Struct({ error: Endpoint.errorSchema(Chats.getChatsRoom) }).make({ error: 42 }),
  // @ts-expect-error a conversation is no text
  Schema.Struct({ conversation: Conversation.Conversation }).make({ conversation: "alice" }),
  // @ts-expect-error a class of conversations takes its id
  new Conversation.Room({ jid: 42 })
]
