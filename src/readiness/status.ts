import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import { ChatsClient } from "../declaration.js"
import type { Status } from "../standing.js"

/**
 * The state of the client in the context, whichever layer made it. It makes no request and never fails; `None` for
 * a stub.
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
  ({ status }) => (status === undefined ? Effect.succeedNone : Effect.asSome(status))
)
