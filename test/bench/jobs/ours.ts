/** Ours, whole, in virtual time on an emulator in memory with the service's limit. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { type ChatsClient, Live } from "effect-genesys-chats"
import { Emulator, Faults } from "effect-genesys-chats/testing"
import { inVirtualTime } from "../../utils/virtualTime.js"
import { type Counted, counted, latency, whole } from "./counted.js"

/** Says how much it got done. */
type Program = Effect.Effect<number, unknown, ChatsClient.ChatsClient | Emulator.Emulator | Scope.Scope>

const OnEmulator = Emulator.layerClient({ ...whole, faults: Faults.always(Faults.delay(latency)) })

const WithLive = Live.layer().pipe(Layer.provide(Emulator.layerWebSocket), Layer.provideMerge(OnEmulator))

export const ours = (program: Program, { live = false } = {}): Promise<Counted> =>
  Effect.gen(function* () {
    const done = yield* program
    const emulator = yield* Emulator.Emulator
    return counted(yield* emulator.requests, emulator.bot, done)
  }).pipe(Effect.scoped, Effect.provide(live ? WithLive : OnEmulator), inVirtualTime, Effect.runPromise)
