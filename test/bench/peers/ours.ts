/** This library with everything on. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Chats, RoomJid } from "effect-genesys-chats"
import { roomJid as jid, text } from "../peer.js"
import { serveEffects } from "./effects.js"
import { live } from "./live.js"

await serveEffects(async (url, transport) => {
  const roomJid = RoomJid.make(jid)
  const runtime = await live(url, transport, Layer.empty)
  const calls = {
    // an endpoint is called for each call, as a pipeline does
    post: Effect.suspend(() => Chats.postChatsRoomMessages({ roomJid, message: text })),
    room: Effect.suspend(() => Chats.getChatsRoom({ roomJid })),
    listing: Effect.suspend(() => Chats.getChatsRoomMessages({ roomJid, limit: 100 })),
    chunked: Effect.suspend(() => Chats.getChatsRoomMessages({ roomJid, limit: 99 }))
  }
  return { runtime, calls }
})
