import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { expect, it } from "@effect/vitest"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Chats, ChatsClient, Credentials, Region } from "effect-genesys-chats"
import { heap } from "../utils/heap.js"

/** Answers at once. */
const server = HttpClient.make((request) =>
  Effect.sync(() => HttpClientResponse.fromWeb(request, new Response("{}", { headers: { "content-length": "2" } })))
)

const layer = ChatsClient.layer.pipe(
  Layer.provide(Credentials.layerToken(Redacted.make("token"))),
  Layer.provide(Region.layer("eu-central-1")),
  Layer.provide(Layer.succeed(HttpClient.HttpClient, server))
)

it.live("memory stays flat over 30,000 calls of 64 fibers", () =>
  Effect.gen(function* () {
    const calls = (count: number) =>
      Effect.forEach(Array.from({ length: count }), () => Chats.getChatsSettings(), {
        concurrency: 64,
        discard: true
      })
    yield* calls(3_000)
    const before = yield* heap
    yield* calls(30_000)
    const growth = ((yield* heap) - before) / 2 ** 20
    yield* Console.log(`heap after 30,000 calls: ${growth.toFixed(2)} MiB more`)
    expect(growth).toBeLessThan(1.5)
  }).pipe(Effect.provide(layer))
)
