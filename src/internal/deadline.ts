import type { HttpClient } from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import type { HttpClientRequest } from "@effect/platform/HttpClientRequest"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import type * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"

/** Why a request ended that took longer than it may. */
export class DeadlinePassed {
  readonly _tag = "DeadlinePassed"
}

/**
 * A client may end a request itself when it takes too long, body included: that takes one timer
 * in place of a second fiber. Such a client makes no spans of its own for it.
 */
export const executeWithin: unique symbol = Symbol.for("effect-genesys-chats/HttpClient/executeWithin")

export type ExecuteWithin = (
  request: HttpClientRequest,
  millis: number
) => Effect.Effect<HttpClientResponse, HttpClientError>

/** A client that has been wrapped (`HttpClient.mapRequest` …) is another one, and does not say so any more. */
export const executeWithinOf = (client: HttpClient): ExecuteWithin | undefined =>
  hasExecuteWithin(client) ? client[executeWithin] : undefined

const hasExecuteWithin = (client: object): client is { readonly [executeWithin]: ExecuteWithin } =>
  Predicate.hasProperty(client, executeWithin) && Predicate.isFunction(client[executeWithin])
