/** The function of `examples/guides/lambda.md`: `examples/guides/lambda.ts` invokes it, and freezes it in between. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
import { Chats, ChatsClient, RetryPolicy, RoomJid } from "effect-genesys-chats"
import * as Undici from "effect-genesys-chats/undici"

// outside of the handler: one client for all invocations of this process
const runtime = ManagedRuntime.make(
  ChatsClient.layerConfig.pipe(
    // below the function's own timeout
    Layer.provide(RetryPolicy.layer(RetryPolicy.make({ deadline: "20 seconds", patience: "10 seconds" }))),
    // no connection is kept: one that was lost while the process was frozen would lose the first send
    Layer.provide(Undici.layerWith({ pipelining: 0 }))
  )
)

const Event = Schema.Struct({ roomJid: RoomJid, text: Schema.NonEmptyString })

export const handler = (event: unknown): Promise<{ readonly id: string }> =>
  Schema.decodeUnknown(Event)(event).pipe(
    Effect.flatMap(({ roomJid, text }) => Chats.postChatsRoomMessages({ roomJid, message: text })),
    Effect.map(({ id }) => ({ id })),
    runtime.runPromise
  )
