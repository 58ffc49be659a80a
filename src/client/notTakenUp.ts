import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { Credentials } from "../credentials/Credentials.js"
import * as TokenStore from "../credentials/Store.js"
import { isTakenUp, takeUp } from "../internal/takenUp.js"
import { FlowControl } from "../limits/FlowControl.js"
import { RetryBudget } from "../limits/RetryBudget.js"
import * as LimitStore from "../limits/Store.js"
import { Region } from "../Region.js"

/** What is taken up by a layer, and by which: by calls themselves it is not looked at. */
const services = [
  { key: FlowControl.key, name: "FlowControl", user: "ChatsClient", layer: "the client's layer" },
  { key: RetryBudget.key, name: "RetryBudget", user: "ChatsClient", layer: "the client's layer" },
  { key: Credentials.key, name: "Credentials", user: "ChatsClient", layer: "the client's layer" },
  { key: Region.key, name: "Region", user: "ChatsClient", layer: "the client's layer" },
  { key: LimitStore.Store.key, name: "FlowControl.Store", user: "FlowControl", layer: "the layer of FlowControl" },
  { key: TokenStore.Store.key, name: "Credentials.Store", user: "Credentials", layer: "the layer of Credentials" }
] as const

/** Warns of services in a caller's context that nothing has taken up. */
export const warnOfNotTakenUp = (caller: Context.Context<never>): Effect.Effect<void> | undefined => {
  for (const { key, layer, name, user } of services) {
    const service: unknown = caller.unsafeMap.get(key)
    if (typeof service !== "object" || service === null || isTakenUp(service)) continue
    takeUp(service)
    return Effect.logWarning(
      `${name} is provided beside the ${user} and has no effect: provide it to ${layer} (Layer.provide)`
    )
  }
  return undefined
}
