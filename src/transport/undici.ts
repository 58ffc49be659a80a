/**
 * The lean transport for Node: an `HttpClient` straight over undici, the optional peer. It is the
 * platform's own service: `mapRequest`, `retry`, spans and all else compose with it as with any
 * other layer. Where a request has no span of its own (`ChatsClient` makes its own) a small call is
 * one asynchronous step, which costs a fraction of what `NodeHttpClient.layerUndici` does.
 *
 * Redirects are not followed, and bodies are given as they come, packed ones too. Up to 64 KiB of
 * a body that nobody reads are kept, then the server has to wait. A body that is not whole yet can
 * be had as a `stream` once, and by nobody else afterwards; any other can be read again and again.
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Agent, type Dispatcher } from "undici"
import { makeClient } from "./undici/client.js"

/**
 * An `HttpClient` over a dispatcher of your own: an `Agent`, a `Pool`, a `ProxyAgent`, a
 * `MockAgent`, or one with interceptors. It stays yours to close, and its timeouts hold (five
 * minutes each for headers and body where it has none). A request fails with `RequestError` where
 * there is no reply, also once the dispatcher is closed, and with `ResponseError` where the body
 * breaks off.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Undici from "effect-genesys-chats/undici"
 * import { Pool } from "undici"
 *
 * const pool = new Pool("https://api.mypurecloud.de", { connections: 16 })
 * const program = Undici.make(pool).get("https://api.mypurecloud.de/api/v2/timezones").pipe(
 *   Effect.flatMap((response) => response.json)
 * )
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const make = (dispatcher: Dispatcher): HttpClient.HttpClient => makeClient(dispatcher, Context.empty())

/**
 * As {@link make}, as a layer; the dispatcher outlives it.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import { ChatsClient } from "effect-genesys-chats"
 * import * as Undici from "effect-genesys-chats/undici"
 * import { ProxyAgent } from "undici"
 *
 * const ThroughProxy = ChatsClient.layerConfig.pipe(
 *   Layer.provide(Undici.layerDispatcher(new ProxyAgent("http://proxy.acme.example:3128")))
 * )
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerDispatcher = (dispatcher: Dispatcher): Layer.Layer<HttpClient.HttpClient> =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.contextWith((context: Context.Context<never>) => makeClient(dispatcher, context))
  )

/**
 * An `HttpClient` over an `Agent` of its own, which is destroyed with the scope: requests that
 * still run then fail with `RequestError`, and replies that are still read with `ResponseError`.
 * Timeouts (`headersTimeout`, `bodyTimeout`, in milliseconds) are off where they are left out:
 * how long a request may take is for Effect to say. All other options have undici's defaults.
 * Options that undici does not accept are a defect when the layer is built.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import { ChatsClient } from "effect-genesys-chats"
 * import * as Undici from "effect-genesys-chats/undici"
 *
 * const Live = ChatsClient.layerConfig.pipe(
 *   Layer.provide(Undici.layerWith({ connections: 64, connect: { ca: "-----BEGIN CERTIFICATE-----…" } }))
 * )
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerWith = (options: Agent.Options): Layer.Layer<HttpClient.HttpClient> =>
  Layer.unwrapScoped(
    Effect.map(
      Effect.acquireRelease(
        Effect.sync(() => new Agent({ headersTimeout: 0, bodyTimeout: 0, ...options })),
        (agent) => Effect.promise(() => agent.destroy())
      ),
      layerDispatcher
    )
  )

/**
 * As {@link layerWith}, with undici's defaults: as many connections as there are requests at once.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import { ChatsClient } from "effect-genesys-chats"
 * import * as Undici from "effect-genesys-chats/undici"
 *
 * const Live = ChatsClient.layerConfig.pipe(Layer.provide(Undici.layer))
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<HttpClient.HttpClient> = layerWith({})
