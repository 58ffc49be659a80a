/** `HttpApiClient` of @effect/platform over the same schemas. */
import * as HttpApi from "@effect/platform/HttpApi"
import * as HttpApiClient from "@effect/platform/HttpApiClient"
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
import { Domain } from "effect-genesys-chats"
import { roomJid, text } from "../peer.js"
import { serveEffects } from "./effects.js"
import { transport } from "./transport.js"

const path = Schema.Struct({ roomJid: Schema.String })

const api = HttpApi.make("chats").add(
  HttpApiGroup.make("rooms")
    .add(
      HttpApiEndpoint.post("post", "/api/v2/chats/rooms/:roomJid/messages")
        .setPath(path)
        .setPayload(Schema.Struct({ message: Schema.String }))
        .addSuccess(Domain.ChatSendMessageResponse)
    )
    .add(HttpApiEndpoint.get("room", "/api/v2/chats/rooms/:roomJid").setPath(path).addSuccess(Domain.Room))
    .add(
      HttpApiEndpoint.get("listing", "/api/v2/chats/rooms/:roomJid/messages")
        .setPath(path)
        .setUrlParams(Schema.Struct({ limit: Schema.String }))
        .addSuccess(Domain.ChatMessageEntityListing)
    )
)

await serveEffects(async (url, name) => {
  const runtime = ManagedRuntime.make(await transport(name))
  const client = await runtime.runPromise(
    HttpApiClient.make(api, {
      baseUrl: url,
      transformClient: HttpClient.mapRequest(HttpClientRequest.bearerToken("benchmark-token"))
    })
  )
  const path = { roomJid: encodeURIComponent(roomJid) }
  const calls = {
    post: client.rooms.post({ path, payload: { message: text } }),
    room: client.rooms.room({ path }),
    listing: client.rooms.listing({ path, urlParams: { limit: "100" } }),
    chunked: client.rooms.listing({ path, urlParams: { limit: "99" } })
  }
  return { runtime, calls }
})
