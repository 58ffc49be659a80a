import type { HttpClient } from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import type { HttpClientRequest } from "@effect/platform/HttpClientRequest"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import type { Effect } from "effect/Effect"

/** Sends a request as it is. */
export type Execute = (request: HttpClientRequest) => Effect<HttpClientResponse, HttpClientError>

/**
 * What a client carries that can send a request without all that the platform puts around it: a span, a signal that a
 * scope may abort, and a reply that knows it. A client that is made of it, with a scope or whatever else, carries it no
 * more.
 */
export const TypeId: unique symbol = Symbol.for("effect-genesys-chats/DirectClient")

/** Executes a request that is to have no span, in a fiber of its own. */
export const execute = (client: HttpClient & { readonly [TypeId]?: Execute }, request: HttpClientRequest) =>
  (client[TypeId] ?? client.execute)(request)
