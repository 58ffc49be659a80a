/** This library with everything on. */
import * as Layer from "effect/Layer"
import { Chats, RoomJid } from "effect-genesys-chats"
import { roomJid as jid, serve, text } from "../peer.js"
import { live } from "./live.js"

await serve(async (url, transport) => {
  const roomJid = RoomJid.make(jid)
  const runtime = await live(url, transport, Layer.empty)
  return {
    post: () => runtime.runPromise(Chats.postChatsRoomMessages({ roomJid, message: text })),
    room: () => runtime.runPromise(Chats.getChatsRoom({ roomJid })),
    listing: () => runtime.runPromise(Chats.getChatsRoomMessages({ roomJid, limit: 100 }))
  }
})
