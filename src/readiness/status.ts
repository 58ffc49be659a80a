import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { internalsOf } from "../client/internals.js"
import type { Status as TokenStatus } from "../credentials/Credentials.js"
import { ChatsClient } from "../declaration.js"
import type { Status as FlowStatus } from "../limits/FlowControl.js"
import { nameOf } from "../Region.js"

/**
 * How a client stands, for a dashboard or a health page: plain values, read without a request.
 *
 * @since 0.1.0
 * @category models
 */
export interface Status {
  /** As `ChatsClient.Options.org` names it. */
  readonly org: string | undefined
  /** By its name, or the host of the API where it is one of one's own. */
  readonly region: string
  /** Requests under way and waiting, for how long the limit is closed, and what is left of it. */
  readonly flow: FlowStatus
  /** Retries that are left. */
  readonly retryBudget: number
  /** The token's age and what is left of its life, and the last failure; none for a fixed token. */
  readonly credentials: Option.Option<TokenStatus>
}

/**
 * How the client in the context stands, whichever layer made it. It makes no request and never fails; `None`
 * for a stub.
 *
 * @example
 * ```ts
 * import * as Duration from "effect/Duration"
 * import * as Effect from "effect/Effect"
 * import * as Option from "effect/Option"
 * import { ChatsClient } from "effect-genesys-chats"
 *
 * const page = Effect.map(
 *   ChatsClient.status,
 *   Option.map(({ flow, region, retryBudget }) => ({
 *     region,
 *     retryBudget,
 *     waiting: flow.waiting,
 *     closedFor: Duration.toSeconds(flow.closedFor)
 *   }))
 * )
 * ```
 * @since 0.1.0
 * @category accessors
 */
export const status: Effect.Effect<Option.Option<Status>, never, ChatsClient> = Effect.flatMap(
  ChatsClient,
  (client) => {
    const services = internalsOf(client)
    if (services === undefined) return Effect.succeedNone
    const { apiUrl, budget, credentials, flow, org, server } = services
    return Effect.asSome(
      Effect.all({
        org: Effect.succeed(org),
        region: Effect.succeed(regionOf(apiUrl, server.address)),
        flow: flow.status.get,
        retryBudget: budget.level,
        credentials: credentials.status === undefined ? Effect.succeedNone : Effect.asSome(credentials.status)
      })
    )
  }
)

/** A region by its name where it has one, else by the host of its API. */
export const regionOf = (apiUrl: string, host: string): string => Option.getOrElse(nameOf(apiUrl), () => host || apiUrl)
