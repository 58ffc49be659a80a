/** What one writes by hand with @effect/platform: no retries, no limits, one error for everything. */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import type * as Schema from "effect/Schema"
import { Domain } from "effect-genesys-chats"
import { roomPath, text } from "../peer.js"
import { serveEffects } from "./effects.js"
import { transport } from "./transport.js"

await serveEffects(async (url, name) => {
  const runtime = ManagedRuntime.make(await transport(name))
  const client = (await runtime.runPromise(HttpClient.HttpClient)).pipe(
    HttpClient.mapRequest((request) =>
      request.pipe(
        HttpClientRequest.prependUrl(url),
        HttpClientRequest.bearerToken("benchmark-token"),
        HttpClientRequest.acceptJson
      )
    ),
    HttpClient.filterStatusOk
  )
  const get = <A, I>(path: string, schema: Schema.Schema<A, I>) =>
    client.get(path).pipe(Effect.flatMap(HttpClientResponse.schemaBodyJson(schema)), Effect.scoped)
  const post = HttpClientRequest.post(`${roomPath}/messages`).pipe(
    HttpClientRequest.bodyJson({ message: text }),
    Effect.flatMap(client.execute),
    Effect.flatMap(HttpClientResponse.schemaBodyJson(Domain.ChatSendMessageResponse))
  )
  const calls = {
    post,
    room: get(roomPath, Domain.Room),
    listing: get(`${roomPath}/messages?limit=100`, Domain.ChatMessageEntityListing),
    chunked: get(`${roomPath}/messages?limit=99`, Domain.ChatMessageEntityListing)
  }
  return { runtime, calls }
})
