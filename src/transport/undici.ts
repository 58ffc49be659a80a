/**
 * The lean transport for Node: an `HttpClient` straight over undici, the optional peer (7, or 8 on
 * Node 22.19 and later; Bun has an undici of its own, which lacks `dispatch`: use
 * `FetchHttpClient.layer` there). It is a plain service of the platform: `mapRequest`, `retry`, spans
 * and all else compose with it as with any other layer. Where a request has no span of its own
 * (`ChatsClient` makes its own) a small call is one asynchronous step, which costs a fraction of
 * what `NodeHttpClient.layerUndici` does.
 *
 * Redirects are not followed, and bodies are given as they come, packed ones too. Up to 64 KiB of a body that
 * nobody reads are kept, then the server has to wait. A body that is not whole yet can be read as a `stream` once,
 * and then in no other way; any other can be read again and again. `HttpIncomingMessage.withMaxBodySize` holds for
 * all readers but `stream`: a longer body fails with `ResponseError`, and its connection is closed.
 *
 * An interruption ends a request at once, its body included. The cause of an error says in
 * `mayHaveArrived` whether bytes of the request can have left this process, and has the `code` that
 * undici gave.
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Agent, Client, type Dispatcher, Pool } from "undici"
import { InvalidOption, wholeNumber } from "../internal/options.js"
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
export const make = (dispatcher: Dispatcher): HttpClient.HttpClient =>
  makeClient(dispatching("Undici.make", dispatcher), Context.empty())

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
    Effect.map(Effect.context<never>(), (context) =>
      makeClient(dispatching("Undici.layerDispatcher", dispatcher), context)
    )
  )

/**
 * An `HttpClient` over an `Agent` of its own, which is destroyed with the scope: requests that still run then fail
 * with `RequestError`, and replies that are still read with `ResponseError`. Timeouts (`headersTimeout`,
 * `bodyTimeout`, in milliseconds) are off if they are left out: how long a request may take is up to Effect; 0 is
 * off, too. All other options have undici's defaults. Options that undici does not accept (`NaN`, a negative
 * number, `connections: Infinity`) are a defect that names the option when the layer is built. Within one graph of
 * layers, one value of this layer is one pool, whoever uses it.
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
        Effect.sync(() => makeAgent({ headersTimeout: 0, bodyTimeout: 0, ...options })),
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

/** Bun answers `import "undici"` itself, with classes that cannot send anything. */
const dispatching = <D extends Dispatcher>(name: string, dispatcher: D): D => {
  if (typeof dispatcher?.dispatch === "function") return dispatcher
  throw new InvalidOption(
    "Bun" in globalThis
      ? `${name}: Bun's own undici cannot dispatch requests; use FetchHttpClient.layer of @effect/platform instead`
      : `${name}: dispatcher must be one of undici 7 or 8, with a method \`dispatch\``
  )
}

/** undici looks at most options only when the first request is made, and at some not at all: here it is done at once. */
const makeAgent = (options: Agent.Options): Agent => {
  const name = "Undici.layerWith"
  for (const [option, least] of notLookedAt) {
    const value = options[option]
    if (value !== undefined && value !== null) wholeNumber(`${name}: ${option}`, value, { least })
  }
  const agent = dispatching(
    name,
    named(name, () => new Agent(options))
  )
  named(name, () => [new Pool(nowhere, options), new Client(nowhere, options)])
  return agent
}

const notLookedAt = [
  ["connections", 0],
  ["pipelining", 0],
  ["clientTtl", 0],
  ["maxConcurrentStreams", 1]
] as const

const nowhere = "http://localhost"

const named = <A>(name: string, make: () => A): A => {
  try {
    return make()
  } catch (error) {
    throw new InvalidOption(`${name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
