/**
 * What "Contributing" in the README promises: an endpoint is added by one declaration, and
 * everything else follows.
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/TestClock"
import { ChatsClient, ChatsError, Credentials, Endpoint, Region, RoomJid } from "effect-genesys-chats"
import { ChatsStub } from "effect-genesys-chats/testing"
import { expectTypeOf } from "vitest"
import { endpoints } from "../scripts/generated.js"
import { endpointTable, sdkTable } from "../scripts/tables.js"

const getChatsRoomTopic = Endpoint.make("getChatsRoomTopic", {
  method: "GET",
  path: "/api/v2/chats/rooms/{roomJid}/topic",
  pathParameters: { roomJid: RoomJid },
  query: { language: Schema.optional(Schema.String) },
  success: Schema.Struct({ topic: Schema.String }),
  permissions: ["chat:room:view"]
})

const roomJid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")

/** The live client before a service that gives one reply after the other, and the URLs it was asked for. */
const service = (...replies: ReadonlyArray<() => Response>) => {
  const urls: Array<string> = []
  const http = HttpClient.make((request, url) =>
    Effect.sync(() => {
      const reply = replies[urls.length]
      urls.push(`${request.method} ${url.pathname}${url.search}`)
      return HttpClientResponse.fromWeb(request, reply?.() ?? new Response(null, { status: 500 }))
    })
  )
  const layer = ChatsClient.layer.pipe(
    Layer.provide(Credentials.layerToken(Redacted.make("token"))),
    Layer.provide(Region.layer("eu-central-1")),
    Layer.provide(Layer.succeed(HttpClient.HttpClient, http))
  )
  return { urls, layer }
}

const found = () => Response.json({ topic: "Incident 4711" })

it("its input, value and errors are types", () => {
  expectTypeOf(getChatsRoomTopic).parameters.toEqualTypeOf<
    [input: { readonly roomJid: RoomJid; readonly language?: string | undefined }]
  >()
  type Topic = Endpoint.Endpoint.Success<typeof getChatsRoomTopic>
  expectTypeOf<Topic>().toEqualTypeOf<{ readonly topic: string }>()
  expectTypeOf<Endpoint.Endpoint.Error<typeof getChatsRoomTopic>>().toEqualTypeOf<ChatsError.ChatsError>()
})

it.effect("the live client calls it", () =>
  Effect.gen(function* () {
    const { layer, urls } = service(found)
    const program = getChatsRoomTopic({ roomJid, language: "en us" })
    expect(yield* Effect.provide(program, layer)).toEqual({ topic: "Incident 4711" })
    expect(urls).toEqual(["GET /api/v2/chats/rooms/adhoc-1%40conference.acme.orgspan.com/topic?language=en%20us"])
  })
)

it.effect("a 404 is NotFound, and says whose", () =>
  Effect.gen(function* () {
    const { layer } = service(() => new Response("<html>no</html>", { status: 404 }))
    const error = yield* getChatsRoomTopic({ roomJid }).pipe(Effect.flip, Effect.provide(layer))
    expect(error).toBeInstanceOf(ChatsError.NotFound)
    expect(error).toMatchObject({ operation: "getChatsRoomTopic", path: getChatsRoomTopic.path, attempts: 1 })
  })
)

it.effect("a 503 is retried", () =>
  Effect.gen(function* () {
    const { layer, urls } = service(() => new Response(null, { status: 503 }), found)
    const fiber = yield* Effect.fork(Effect.provide(getChatsRoomTopic({ roomJid }), layer))
    yield* TestClock.adjust("1 minute")
    expect(yield* Fiber.join(fiber)).toEqual({ topic: "Incident 4711" })
    expect(urls).toHaveLength(2)
  })
)

it.effect("input that does not encode is not sent", () =>
  Effect.gen(function* () {
    const { layer, urls } = service(found)
    const jid = ".." as RoomJid
    const error = yield* getChatsRoomTopic({ roomJid: jid }).pipe(Effect.flip, Effect.provide(layer))
    expect(error).toMatchObject({ _tag: "InvalidRequest", issues: [{ path: "roomJid" }] })
    expect(urls).toEqual([])
  })
)

it.effect("the stub answers it from its schema, and records it", () =>
  Effect.gen(function* () {
    const { topic } = yield* getChatsRoomTopic({ roomJid })
    expect(topic).toEqual(expect.any(String))
    const [call] = yield* ChatsStub.callsTo(getChatsRoomTopic)
    expect(call?.input).toEqual({ roomJid })
  }).pipe(Effect.provide(ChatsStub.layerArbitrary({ seed: 35 })))
)

it("the generated tables show it", () => {
  const all = [...endpoints, getChatsRoomTopic]
  const rows = endpointTable(all).split("\n")
  expect(rows).toHaveLength(2 + all.length)
  expect(rows).toContain(
    "| `getChatsRoomTopic` | GET | `/api/v2/chats/rooms/{roomJid}/topic` | `roomJid`, `language?` | `{ readonly topic: string }` | `chat:room:view` |"
  )
  expect(sdkTable(all)).toContain(
    "| `chats.getChatsRoomTopic(roomJid, { language })` | `Chats.getChatsRoomTopic({ roomJid, language })` |"
  )
})
