import type { HttpClient } from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import type { HttpClientRequest } from "@effect/platform/HttpClientRequest"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import type { Effect } from "effect/Effect"

/** Why a request ended that took longer than it may. */
export class DeadlinePassed {
  readonly _tag = "DeadlinePassed"
}

/** A client that ends a request itself when it takes too long, body included: one timer instead of a second fiber. */
export const executeWithin: unique symbol = Symbol.for("effect-genesys-chats/HttpClient/executeWithin")

export interface WithDeadline {
  /** Without a span of its own; no deadline where `millis` is more than a timer can take. */
  readonly [executeWithin]: (request: HttpClientRequest, millis: number) => Effect<HttpClientResponse, HttpClientError>
}

/** `undefined` where the client has none: another one, or one that was transformed. */
export const withDeadlineOf = (client: HttpClient): WithDeadline[typeof executeWithin] | undefined =>
  hasDeadline(client) ? client[executeWithin] : undefined

const hasDeadline = (client: HttpClient): client is HttpClient & WithDeadline => executeWithin in client
