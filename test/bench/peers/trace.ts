/** One POST after another over the lean transport, in the process of who asks. */
import * as Layer from "effect/Layer"
import { Chats, RoomJid } from "effect-genesys-chats"
import { roomJid as jid, text } from "../peer.js"
import { live } from "./live.js"

export const makePost = async (url: string): Promise<() => Promise<unknown>> => {
  const roomJid = RoomJid.make(jid)
  const runtime = await live(url, "lean", Layer.empty)
  return () => runtime.runPromise(Chats.postChatsRoomMessages({ roomJid, message: text }))
}
