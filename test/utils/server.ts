/**
 * A real HTTP server on a loopback socket, and the transports.
 */
import * as Http from "node:http"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { ChatsClient, Credentials, Region } from "effect-genesys-chats"
import * as Undici from "effect-genesys-chats/undici"
import { token } from "./http.js"

export const transports: ReadonlyArray<readonly [name: string, layer: Layer.Layer<HttpClient.HttpClient>]> = [
  ["FetchHttpClient.layer", FetchHttpClient.layer],
  ["NodeHttpClient.layerUndici", NodeHttpClient.layerUndici],
  ["NodeHttpClient.layer", NodeHttpClient.layer],
  ["Undici.layer", Undici.layer]
]

/** Serves until the scope closes; answers with its URL. */
export const serve = (handler: Http.RequestListener): Effect.Effect<string, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<Http.Server>((resume) => {
      const server = Http.createServer({ maxHeaderSize: 256 * 1024 }, handler)
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.async<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  ).pipe(
    Effect.map((server) => {
      const address = server.address()
      if (address === null || typeof address === "string") throw new Error("no port")
      return `http://127.0.0.1:${address.port}`
    })
  )

export const clientAt = (
  url: string,
  transport: Layer.Layer<HttpClient.HttpClient>
): Layer.Layer<ChatsClient.ChatsClient> =>
  ChatsClient.layer.pipe(
    Layer.provide(Credentials.layerToken(Redacted.make(token))),
    Layer.provide(Layer.orDie(Region.layerCustom({ apiUrl: url, loginUrl: url }))),
    Layer.provide(transport)
  )
