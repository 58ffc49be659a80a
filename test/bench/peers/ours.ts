/** This library with everything on. */
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import { Chats, ChatsClient, Credentials, Region, RoomJid } from "effect-genesys-chats"
import { roomJid as jid, serve, text } from "../peer.js"
import { transport } from "./transport.js"

await serve(async (url) => {
  const roomJid = RoomJid.make(jid)
  const runtime = ManagedRuntime.make(
    ChatsClient.layer.pipe(
      Layer.provide(Credentials.layerClientCredentials({ clientId: "client", clientSecret: Redacted.make("secret") })),
      Layer.provide(Region.layerCustom({ apiUrl: url, loginUrl: url })),
      Layer.provide(transport())
    )
  )
  await runtime.runtime()
  return {
    post: () => runtime.runPromise(Chats.postChatsRoomMessages({ roomJid, message: text })),
    room: () => runtime.runPromise(Chats.getChatsRoom({ roomJid })),
    listing: () => runtime.runPromise(Chats.getChatsRoomMessages({ roomJid, limit: 100 }))
  }
})
