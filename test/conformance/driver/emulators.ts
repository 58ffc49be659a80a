/** The emulators of a driver, each on a port of its own until the process ends. */
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { Emulator } from "effect-genesys-chats/testing"
import { plain } from "./plain.js"
import type { Json, Orders } from "./protocol.js"

const running: Array<ManagedRuntime.ManagedRuntime<Emulator.Emulator, never>> = []

const at = (index: number) => {
  const found = running[index]
  if (found === undefined) throw new Error(`no emulator ${index}`)
  return found
}

export const start = async ({ options }: Orders["emulator"]): Promise<Json> => {
  // options in JSON are checked as those in code are
  const runtime = ManagedRuntime.make(Emulator.layerServer(options as Emulator.Options))
  const { bot, clientId, clientSecret, url } = await runtime.runPromise(Emulator.Emulator)
  return plain({ emulator: running.push(runtime) - 1, bot, clientId, clientSecret, url })
}

export const control = async ({ args, emulator, member }: Orders["control"]): Promise<Json> => {
  const runtime = at(emulator)
  const found: unknown = Reflect.get(await runtime.runPromise(Emulator.Emulator), member)
  if (found === undefined) throw new Error(`an emulator has no ${member}`)
  const effect: unknown = typeof found === "function" && !Effect.isEffect(found) ? found(...args) : found
  return plain(await runtime.runPromise(effect as Effect.Effect<unknown>))
}

/** A plan in JSON is what the options of an emulator take: one that is thrown away reads it. */
export const faults = async ({ emulator, plan }: Orders["faults"]): Promise<Json> => {
  const change = Effect.gen(function* () {
    const reader = yield* Emulator.make({ faults: plan } as unknown as Emulator.Options)
    yield* (yield* Emulator.Emulator).setFaults(yield* reader.faults)
  })
  await at(emulator).runPromise(change)
  return null
}
