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
  [FlowControl.key, "FlowControl", "ChatsClient"],
  [RetryBudget.key, "RetryBudget", "ChatsClient"],
  [Credentials.key, "Credentials", "ChatsClient"],
  [Region.key, "Region", "ChatsClient"],
  [LimitStore.Store.key, "FlowControl.Store", "FlowControl"],
  [TokenStore.Store.key, "Credentials.Store", "Credentials"]
] as const

/** Warns of services in a caller's context that nothing has taken up. */
export const warnOfNotTakenUp = (caller: Context.Context<never>): Effect.Effect<void> | undefined => {
  for (const [key, name, user] of services) {
    const where = user === "ChatsClient" ? "the client's layer" : `the layer of ${user}`
    const service: unknown = caller.unsafeMap.get(key)
    if (typeof service !== "object" || service === null || isTakenUp(service)) continue
    takeUp(service)
    return Effect.logWarning(
      `${name} is provided beside the ${user} and has no effect: provide it to ${where} (Layer.provide)`
    )
  }
  return undefined
}
