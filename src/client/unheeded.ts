import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import { FlowControl } from "../limits/FlowControl.js"
import { RetryBudget } from "../limits/RetryBudget.js"

/** What to log before a call, if anything. */
export type Unheeded = (fiber: Fiber.RuntimeFiber<unknown, unknown>) => Effect.Effect<void> | undefined

/**
 * A client that was built without flow control or a retry budget has its own. One that stands beside the
 * client, merged and not provided to it, compiles and has no effect: that is said, once a client.
 */
export const makeUnheeded = (builtIn: Context.Context<never>): Unheeded => {
  const own = [
    { key: FlowControl.key, name: "FlowControl" },
    { key: RetryBudget.key, name: "RetryBudget" }
  ].filter(({ key }) => !builtIn.unsafeMap.has(key))
  let warned = false
  return (fiber) => {
    if (warned) return undefined
    const beside = own.find(({ key }) => fiber.currentContext.unsafeMap.has(key))
    if (beside === undefined) return undefined
    warned = true
    return Effect.logWarning(
      `The ${beside.name} around this call has no effect: the client was built without it and has its own. ` +
        `Provide it to the client's layer with Layer.provide or Layer.provideMerge.`
    )
  }
}
