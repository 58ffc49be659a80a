/** The Worker of `examples/guides/workers.md`: `examples/guides/workers.ts` runs it, and so does `test/package/workers.test.ts` in workerd. */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Chats, ChatsClient, Credentials, RetryPolicy, RoomJid } from "effect-genesys-chats"

type Env = Readonly<Record<string, string>>

// plain data may be shared between requests: the token, so that not every request logs in
const Tokens = Layer.succeed(Credentials.Store, Effect.runSync(Credentials.makeStoreMemory))

// all else belongs to one request, whose timers and connections end with it
const client = (env: Env) =>
  ChatsClient.layerConfig.pipe(
    Layer.provide(RetryPolicy.layer(RetryPolicy.make({ deadline: "10 seconds", patience: "3 seconds" }))),
    Layer.provide([Tokens, FetchHttpClient.layer]),
    Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(env)))))
  )

const Body = Schema.parseJson(Schema.Struct({ roomJid: RoomJid, text: Schema.NonEmptyString }))

const post = (request: Request) =>
  Effect.gen(function* () {
    const body = yield* Effect.promise(() => request.text())
    const { roomJid, text } = yield* Schema.decode(Body)(body)
    const { id } = yield* Chats.postChatsRoomMessages({ roomJid, message: text })
    return Response.json({ id }, { status: 201 })
  }).pipe(
    Effect.catchTags({
      NotFound: () => Effect.succeed(new Response(null, { status: 404 })),
      ParseError: () => Effect.succeed(new Response(null, { status: 400 })),
      TooManyRequests: () => Effect.succeed(new Response(null, { status: 503, headers: { "retry-after": "5" } }))
    })
  )

export default {
  fetch: (request: Request, env: Env): Promise<Response> =>
    Effect.runPromise(Effect.provide(post(request), client(env)), { signal: request.signal })
}
