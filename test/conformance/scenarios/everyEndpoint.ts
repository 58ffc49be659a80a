/** Every endpoint once at least, as a program uses them. The emulator draws its ids from a seed, and so all see the same. */
import type { Json, JsonObject, Reply } from "../driver/protocol.js"
import type { EmulatorHandle, Loose } from "../harness/driver.js"

/** Whoever calls endpoints by their names: the library on either Effect, or the vendor's SDK. */
export type Caller = (operation: string, input: JsonObject) => Promise<Reply>

export interface Callers {
  /** As the client of the emulator. */
  readonly bot: Caller
  /** As a user, by a token. */
  readonly withToken: (token: string) => Promise<Caller>
}

export type Transcript = ReadonlyArray<readonly [operation: string, reply: Reply]>

/** What all calls came to, in their order. */
export const everyEndpoint = async (emulator: EmulatorHandle, callers: Callers): Promise<Transcript> => {
  const transcript: Array<readonly [string, Reply]> = []
  const recorded =
    (caller: Caller) =>
    async (operation: string, input: JsonObject = {}): Promise<Loose> => {
      const reply = await caller(operation, input)
      transcript.push([operation, reply])
      return "value" in reply ? reply.value : {}
    }
  const alice = await emulator.control("addUser", { name: "Alice" })
  const bob = await emulator.control("addUser", { name: "Bob" })
  const call = recorded(callers.bot)
  const when = { before: "2100-01-01T00:00:00.000Z", after: "2020-01-01T00:00:00.000Z" }

  const { jid: roomJid } = await call("postChatsRooms", {
    subject: "Incident",
    description: "4711",
    userIds: [alice.id]
  })
  const { id: messageId } = await call("postChatsRoomMessages", {
    roomJid,
    message: "We are on it",
    mentions: [alice.jid]
  })
  await call("patchChatsRoomMessage", { roomJid, messageId, message: "We were on it" })
  const message = await call("getChatsMessage", { messageId })
  const threadId: Json = message.thread?.id ?? null
  const { id: replyId } = await call("postChatsRoomMessages", { roomJid, message: "Done", threadId })
  await call("postChatsRoomMessagesPins", { roomJid, pinnedMessageIds: [messageId] })
  await call("putChatsMessageReactions", { messageId, reactions: ["👍", "👀"] })
  await call("patchChatsRoom", { roomJid, description: "over", subject: "Incident 4711" })
  await call("getChatsRoom", { roomJid })
  await call("getChatsRoomMessages", { roomJid })
  await call("getChatsRoomMessages", { roomJid, limit: 10, excludeMetadata: false, ...when })
  await call("getChatsRoomMessages", { roomJid, limit: 1, excludeMetadata: true })
  await call("getChatsThreadMessages", { threadId, ...when })
  await call("getChatsRoomMessage", { roomJid, messageIds: [messageId, replyId] })
  await call("getChatsRoomParticipants", { roomJid, notify: false })
  await call("getChatsRoomParticipant", { roomJid, participantJid: alice.jid })
  await call("deleteChatsRoomParticipant", { roomJid, userId: alice.id })
  await call("postChatsRoomParticipant", { roomJid, userId: bob.id })
  await call("deleteChatsRoomMessagesPin", { roomJid, pinnedMessageId: messageId })
  await call("deleteChatsRoomMessage", { roomJid, messageId: replyId })

  const userId = alice.id
  const { id: own } = await call("postChatsUserMessages", { userId, message: "psst" })
  await call("patchChatsUserMessage", { userId, messageId: own, message: "psst!" })
  await call("postChatsUserMessagesPins", { userId, pinnedMessageIds: [own] })
  await call("getChatsUser", { userId })
  await call("getChatsUserMessages", { userId, limit: 1 })
  await call("getChatsUserMessage", { userId, messageIds: [own] })
  await call("deleteChatsUserMessagesPin", { userId, pinnedMessageId: own })
  await call("deleteChatsUserMessage", { userId, messageId: own })
  await call("getUsersChatsMe", { excludeClosed: true, includePresence: true, includeRoomOwners: true })

  await call("putChatsSettings", { messageRetentionPeriodDays: 30 })
  await call("patchChatsSettings", { reactionsEnabled: false })
  await call("getChatsSettings")
  await call("patchChatsUserSettings", { userId, mobile: { notifications: { when: "Always" } } })
  await call("getChatsUserSettings", { userId })

  const asAlice = recorded(await callers.withToken(await emulator.control("issueToken", userId)))
  await asAlice("postChatsUsersMeSettings", { muted: true })
  await asAlice("patchChatsUsersMeSettings", {
    mentionsOnly: true,
    mobile: { notifications: { when: "OnlyWhenInactive" } }
  })
  await asAlice("getChatsUsersMeSettings")
  await asAlice("deleteChatsUsersMeSettings")
  await asAlice("getChatsUsersMeSettings")
  return transcript
}
