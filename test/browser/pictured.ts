import * as Effect from "effect/Effect"
import {
  Chats,
  type RoomJid,
  type UserJid
} from "effect-genesys-chats"

export const confirm = (
  roomJid: RoomJid,
  alice: UserJid
) =>
  Effect.gen(function* () {
    // meets a 503 and a 504
    const { id } =
      yield* Chats.postChatsRoomMessages({
        roomJid,
        message:
          "Checkout p95 is 310 ms. " +
          "@Alice Moreau please confirm.",
        mentions: [alice]
      })
    yield* Chats.postChatsRoomMessagesPins({
      roomJid,
      pinnedMessageIds: [id]
    })
  })
