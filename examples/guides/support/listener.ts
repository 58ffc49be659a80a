/** The program of `examples/guides/live.md`: `examples/guides/live.ts` runs it. */
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { ChatsClient, Conversation, History, Live, type RoomJid } from "effect-genesys-chats"
import * as Undici from "effect-genesys-chats/undici"

export const Main = Live.layer().pipe(
  Layer.provideMerge(ChatsClient.layerConfig),
  Layer.provide([Undici.layer, NodeSocket.layerWebSocketConstructor])
)

/** Nothing here knows of `Live`: with it in the context, `follow` hears first and asks second. */
export const listen = (roomJid: RoomJid) =>
  History.follow(Conversation.room(roomJid)).pipe(
    Stream.takeUntil(({ body }) => body === "over and out"),
    Stream.runForEach(({ body }) => Effect.log(body))
  )
