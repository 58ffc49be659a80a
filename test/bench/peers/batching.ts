/** Look-ups of messages: through the loader, or each as a call of its own. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Chats, Conversation, MessageId, MessageLoader, RoomJid } from "effect-genesys-chats"
import type { BatchingJob } from "../batching.js"
import { messageId } from "../shared/replies.js"
import { costOf, serveJobs } from "../shared/worker.js"
import { live } from "./live.js"

await serveJobs(async (url, transport) => {
  const runtime = await live(url, transport, Layer.empty)
  return ({ batched, concurrency, conversations, ids }: BatchingJob) => {
    const wanted = Array.from({ length: conversations * ids }, (_, n) => ({
      room: Conversation.room(RoomJid.make(`adhoc-${n % conversations}@conference.acme.orgspan.com`)),
      id: MessageId.make(messageId(n))
    }))
    const through = Effect.forEach(wanted, ({ id, room }) => MessageLoader.get(room, id), {
      batching: true,
      discard: true
    })
    const alone = Effect.forEach(
      wanted,
      ({ id, room }) => Chats.getChatsRoomMessage({ roomJid: room.jid, messageIds: [id] }),
      { concurrency, discard: true }
    )
    return costOf(wanted.length, () => (batched ? runtime.runPromise(through) : runtime.runPromise(alone)))
  }
})
