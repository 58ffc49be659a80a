/** The program of `examples/guides/http-server.md`: `examples/guides/http-server.ts` runs it, and ends it with SIGTERM. */
import { createServer } from "node:http"
import * as HttpApp from "@effect/platform/HttpApp"
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServer from "@effect/platform/HttpServer"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { NodeHttpServer, NodeRuntime } from "@effect/platform-node"
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Chats, ChatsClient, type ChatsError, FlowControl, RetryPolicy, RoomJid } from "effect-genesys-chats"
import * as Undici from "effect-genesys-chats/undici"

// somebody waits for the reply: give up early, and queue no more than can be served
const Client = ChatsClient.layerConfig.pipe(
  Layer.provide(RetryPolicy.layer(RetryPolicy.make({ deadline: "10 seconds", patience: "3 seconds" }))),
  Layer.provide(FlowControl.layer({ maxQueue: 50 })),
  Layer.provide(Undici.layer)
)

const postMessage = Effect.gen(function* () {
  const { roomJid } = yield* HttpRouter.schemaPathParams(Schema.Struct({ roomJid: RoomJid }))
  const { text } = yield* HttpServerRequest.schemaBodyJson(Schema.Struct({ text: Schema.NonEmptyString }))
  const { id } = yield* Chats.postChatsRoomMessages({ roomJid, message: text })
  return yield* HttpServerResponse.json({ id }, { status: 201 })
})

const busy = (retryAfter = Duration.seconds(5)) =>
  HttpServerResponse.empty({
    status: 503,
    headers: { "retry-after": String(Math.ceil(Duration.toSeconds(retryAfter))) }
  })

const fromTransport = ({ reason }: ChatsError.TransportError) =>
  reason === "QueueFull" ? busy() : HttpServerResponse.empty({ status: 504 })

const Routes = HttpRouter.empty.pipe(
  HttpRouter.get("/health", HttpServerResponse.text("ok")),
  HttpRouter.post("/rooms/:roomJid/messages", postMessage),
  HttpRouter.catchTags({
    ParseError: () => HttpServerResponse.empty({ status: 400 }),
    NotFound: () => HttpServerResponse.empty({ status: 404 }),
    TooManyRequests: ({ retryAfter }) => busy(retryAfter),
    TransportError: fromTransport
  })
)

/** The routes. Once they are closing, every reply ends its connection, so that no request comes after it. */
const Serve = Layer.unwrapScoped(
  Effect.gen(function* () {
    let closing = false
    yield* Effect.addFinalizer(() =>
      Effect.sync(() => {
        closing = true
      })
    )
    return HttpServer.serve(
      Routes,
      HttpApp.withPreResponseHandler((_, response) =>
        Effect.succeed(closing ? HttpServerResponse.setHeader(response, "connection", "close") : response)
      )
    )
  })
)

// built from the bottom up and closed from the top down: first the routes, then the server, which waits for
// the replies that are under way, and the client last
const Main = Serve.pipe(
  HttpServer.withLogAddress,
  Layer.provide(NodeHttpServer.layerConfig(createServer, { port: Config.withDefault(Config.integer("PORT"), 3000) })),
  Layer.provide(Client)
)

NodeRuntime.runMain(Layer.launch(Main))
