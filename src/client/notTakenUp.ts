import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { globalValue } from "effect/GlobalValue"
import { Credentials } from "../credentials/Credentials.js"
import { FlowControl } from "../limits/FlowControl.js"
import { RetryBudget } from "../limits/RetryBudget.js"

/*
 * A client takes its services up when it is built. One that stands beside the client (`Layer.merge`) and not
 * under it (`Layer.provide`) would have no effect, without a word: the first call that sees it says so.
 */

const services = [
  [FlowControl.key, "FlowControl"],
  [RetryBudget.key, "RetryBudget"],
  [Credentials.key, "Credentials"]
] as const

/** The services that some client has, and those that were warned of. */
const known = globalValue("effect-genesys-chats/client/takenUp", () => new WeakSet<object>())

export const takeUp = (...taken: ReadonlyArray<object>): void => {
  for (const service of taken) known.add(service)
}

/** Warns of services in a caller's context that no client has taken up. */
export const warnOfNotTakenUp = (caller: Context.Context<never>): Effect.Effect<void> | undefined => {
  for (const [key, name] of services) {
    const service: unknown = caller.unsafeMap.get(key)
    if (typeof service !== "object" || service === null || known.has(service)) continue
    known.add(service)
    return Effect.logWarning(
      `${name} is provided beside the ChatsClient and has no effect: provide it to the client's layer (Layer.provide)`
    )
  }
  return undefined
}
