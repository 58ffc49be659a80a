import * as Effect from "effect/Effect"
import type { Status } from "../standing.js"
import type { Services } from "./runCall.js"

/** How a client stands, by what its services say. */
export const statusOf = ({ budget, credentials, flow, org }: Services, region: string): Effect.Effect<Status> =>
  // as each of them is when it is asked
  Effect.suspend(() =>
    Effect.all({
      org: Effect.succeed(org),
      region: Effect.succeed(region),
      flow: flow.status.get,
      retryBudget: budget.level,
      credentials: credentials.status === undefined ? Effect.succeedNone : Effect.asSome(credentials.status)
    })
  )
