/** A workflow with all kinds of steps: two of its messages have the same text. */
import { DurableClock, Workflow } from "@effect/workflow"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Chats, ChatsError, MessageId, RoomJid, UserId } from "effect-genesys-chats"
import * as Durable from "effect-genesys-chats/workflow"

export const Incident = Workflow.make({
  name: "Incident",
  payload: { id: Schema.String, users: Schema.Array(UserId), waitMillis: Schema.Number },
  idempotencyKey: ({ id }) => id,
  success: Schema.Struct({ roomJid: RoomJid, messages: Schema.Array(MessageId) }),
  error: Schema.Union(ChatsError.ChatsError, Durable.OpenError)
})

export const texts = ["Checkout is down", "Checkout is down", "All clear"]

export const IncidentLive = Incident.toLayer(({ id, users, waitMillis }) =>
  Effect.gen(function* () {
    const options = { settle: "100 millis" } as const
    const { room } = yield* Durable.openRoom("room", { subject: `Incident ${id}`, users })
    const alarm = yield* Durable.send("alarm", room, "Checkout is down", options)
    yield* Durable.activity("pin", Chats.postChatsRoomMessagesPins, {
      roomJid: room.jid,
      pinnedMessageIds: [alarm.id]
    })
    const again = yield* Durable.send("again", room, "Checkout is down", options)
    yield* DurableClock.sleep({ name: "wait", duration: waitMillis, inMemoryThreshold: "1 millis" })
    const clear = yield* Durable.send("clear", room, "All clear", options)
    return { roomJid: room.jid, messages: [alarm.id, again.id, clear.id] }
  })
)
