/** A call's fiber begins as its caller's; each request is given what it needs by itself. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { makePlain as ours } from "../../../src/transport/plainClient.js"
import { plainClient } from "../../../src/transport/plainClient.js"

export { plainClient }

export const makePlain: typeof ours = (client) =>
  Effect.map(plainClient(client), (plain) => ({
    surroundings: (fiber, own) => {
      const services = new Map(fiber.currentContext.unsafeMap)
      own(services)
      return { context: Context.unsafeMake(services), fiberRefs: fiber.getFiberRefs() }
    },
    execute: (request) => plain.execute(request)
  }))
