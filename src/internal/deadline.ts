import type { HttpClient } from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import type { HttpClientRequest } from "@effect/platform/HttpClientRequest"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import type { Effect } from "effect/Effect"

/** Makes interruptible what runs where nothing can be interrupted. */
export type Restore = <A, E, R>(effect: Effect<A, E, R>) => Effect<A, E, R>

/** Why a request ended that took longer than it may. */
export class DeadlinePassed {
  readonly _tag = "DeadlinePassed"
}

/** A client that ends a request itself when it takes too long, body included: one timer instead of a second fiber. */
export const executeWithin: unique symbol = Symbol.for("effect-genesys-chats/HttpClient/executeWithin")

export interface WithDeadline {
  /**
   * Without a span of its own; no deadline where `millis` is more than a timer can take. To be run
   * where nothing can be interrupted: the wait for the reply is what `restore` is for.
   */
  readonly [executeWithin]: (
    request: HttpClientRequest,
    millis: number,
    restore: Restore
  ) => Effect<HttpClientResponse, HttpClientError>
}

/** `undefined` where the client has none: another one, or one that was transformed. */
export const withDeadlineOf = (client: HttpClient): WithDeadline[typeof executeWithin] | undefined =>
  hasDeadline(client) ? client[executeWithin] : undefined

const hasDeadline = (client: HttpClient): client is HttpClient & WithDeadline => executeWithin in client
