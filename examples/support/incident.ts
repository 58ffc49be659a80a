/** The workflow of `durable-incident.ts` and `fleet.ts`. */
import { DurableClock, Workflow } from "@effect/workflow"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Chats, ChatsError, RoomJid, UserId } from "effect-genesys-chats"
import * as Durable from "effect-genesys-chats/workflow"

export const Incident = Workflow.make({
  name: "Incident",
  payload: { id: Schema.String, users: Schema.Array(UserId), summaryAfterMillis: Schema.Number },
  idempotencyKey: ({ id }) => id,
  success: RoomJid,
  error: Schema.Union(ChatsError.ChatsError, Durable.OpenError)
})

export const IncidentLive = Incident.toLayer(({ id, summaryAfterMillis, users }) =>
  Effect.gen(function* () {
    const { room } = yield* Durable.openRoom("room", { subject: `Incident ${id}`, users })
    const alarm = yield* Durable.send("alarm", room, `Incident ${id}: checkout is down`)
    yield* Durable.activity("pin", Chats.postChatsRoomMessagesPins, {
      roomJid: room.jid,
      pinnedMessageIds: [alarm.id]
    })
    // a wait that may last for days, and outlives the process
    yield* DurableClock.sleep({ name: "summary", duration: summaryAfterMillis, inMemoryThreshold: "1 millis" })
    yield* Durable.send("summary", room, `Incident ${id}: all clear`)
    return room.jid
  })
)
