/**
 * A Genesys Cloud org for tests: users, rooms, messages, threads, pins, reactions, settings, tokens
 * and rate limit behind the real routes of every endpoint of `Chats` and of `POST /oauth/token`. It refuses
 * what the service refuses, with the service's status and `ErrorBody`. The same handlers are
 * mounted in memory, as an `HttpClient` without sockets, or on a real server on loopback.
 *
 * Time is Effect's `Clock`, so `TestClock` drives token expiry, rate windows and the time to edit.
 * Ids and tokens are drawn from a seed, so that runs replay.
 *
 * Where no public source says what the service does, the emulator has decided, and most of it is an option: only
 * the author may edit and delete a message (403 for others); an edit after the time to edit is 409; a participant
 * added twice is 204 again; a reply hangs in the thread it names (`parentThread`) and has a `thread` of its own;
 * reactions are set, not toggled; a code is good for one try; a request refused with 429 does not count against the
 * rate limit; wrong client credentials are 401 `invalid_client`; `excludeMetadata` leaves out users, mentions and
 * reactions; `notify` leaves out the participants who have muted the chat; the retention period is kept but deletes
 * nothing; a client's list of conversations is that of its bot, rooms first; a search finds active users only,
 * unless it asks for a state.
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as Socket from "@effect/platform/Socket"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ChatsClient from "../../ChatsClient.js"
import * as Credentials from "../../credentials/Credentials.js"
import { type Inputs, perInputs } from "../../internal/perInputs.js"
import * as FlowControl from "../../limits/FlowControl.js"
import * as RetryBudget from "../../limits/RetryBudget.js"
import * as RetryPolicy from "../../limits/RetryPolicy.js"
import * as Region from "../../Region.js"
import * as Control from "./control.js"
import type { Options } from "./options.js"
import type { Service } from "./service.js"
import { type ServerOptions, start, startServer } from "./start.js"
import { waterfall } from "./waterfall.js"

export type { Operation } from "../operation.js"
export type { ChannelState } from "./channels/ChannelState.js"
export type { EventOptions } from "./channels/options.js"
export type { DirectoryOptions, HistoryOptions, Options, RateLimitOptions } from "./options.js"
export type { ReceivedRequest } from "./requestLog.js"
export type { Snapshot } from "./Snapshot.js"
export type {
  ChannelControl,
  Client,
  ConversationRef,
  Group,
  PermissionSet,
  RoomState,
  Service,
  User
} from "./service.js"
export type { ServerOptions } from "./start.js"

/**
 * The control service of an emulator.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats } from "effect-genesys-chats"
 * import { Emulator } from "effect-genesys-chats/testing"
 *
 * const program = Effect.gen(function* () {
 *   const emulator = yield* Emulator.Emulator
 *   const alice = yield* emulator.addUser({ name: "Alice" })
 *   const { jid } = yield* Chats.postChatsRooms({ subject: "Incident 4711", userIds: [alice.id] })
 *   yield* Chats.postChatsRoomMessages({ roomJid: jid, message: "We are on it" })
 *   return yield* emulator.messages(jid)
 * }).pipe(Effect.provide(Emulator.layerClient()))
 * ```
 * @since 0.1.0
 * @category tags
 */
export class Emulator extends Context.Tag("effect-genesys-chats/testing/Emulator")<Emulator, Service>() {}

/**
 * An emulator in memory: give it options, get its control service. An option that is out of its
 * range is a defect that names it. The `Clock` is the one that
 * the effect runs with.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Emulator } from "effect-genesys-chats/testing"
 *
 * const program = Effect.gen(function* () {
 *   const emulator = yield* Emulator.make({ rateLimit: { requests: 10 } })
 *   const copy = yield* emulator.fork
 *   return copy.httpClient
 * })
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const make = (options?: Options): Effect.Effect<Service> => Effect.map(start(options), ({ service }) => service)

/** What the client on an emulator takes from where its layer is built. */
const limits: Inputs = { services: [FlowControl.FlowControl, RetryBudget.RetryBudget, RetryPolicy.RetryPolicy] }

/**
 * An emulator in memory as the `HttpClient`: the whole real client runs on it, with encoding, authentication and
 * retry, and without a socket. Every origin is answered: `/oauth/token` is the login host, `/api/v2/…` the API
 * host.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import { ChatsClient, Credentials, Region } from "effect-genesys-chats"
 * import { Emulator } from "effect-genesys-chats/testing"
 * import * as Redacted from "effect/Redacted"
 *
 * const Test = ChatsClient.layer.pipe(
 *   Layer.provide(
 *     Credentials.layerClientCredentials({
 *       clientId: "emulator-client",
 *       clientSecret: Redacted.make("emulator-secret")
 *     })
 *   ),
 *   Layer.provide(Region.layer("eu-central-1")),
 *   Layer.provideMerge(Emulator.layer())
 * )
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: Options): Layer.Layer<Emulator | HttpClient.HttpClient> =>
  Layer.unwrapEffect(Effect.map(make(options), layerFrom))

/**
 * The layer of an emulator that is there already, as one from {@link make} or from a fork.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import * as Effect from "effect/Effect"
 * import { Emulator } from "effect-genesys-chats/testing"
 *
 * const Forked = Layer.unwrapEffect(
 *   Effect.gen(function* () {
 *     const emulator = yield* Emulator.Emulator
 *     return Emulator.layerFrom(yield* emulator.fork)
 *   })
 * )
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerFrom = (service: Service): Layer.Layer<Emulator | HttpClient.HttpClient> =>
  Layer.succeedContext(Context.make(Emulator, service).pipe(Context.add(HttpClient.HttpClient, service.httpClient)))

/**
 * An emulator on a real HTTP server, by default on `127.0.0.1` and a free port; the URL is that of
 * the control service. Closing the scope ends all connections at once. Node only. It is a defect
 * when it cannot listen.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Emulator } from "effect-genesys-chats/testing"
 *
 * const program = Effect.gen(function* () {
 *   const { url } = yield* Emulator.Emulator
 *   yield* Effect.log(`listening on ${url}`)
 * }).pipe(Effect.provide(Emulator.layerServer({ port: 0 })))
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerServer = (options?: Options & ServerOptions): Layer.Layer<Emulator> =>
  Layer.scoped(
    Emulator,
    Effect.map(Effect.orDie(startServer(options)), ({ service }) => service)
  )

/**
 * All that a test of a program on `Chats` needs: the live client with the default client's
 * credentials, on an emulator in memory. The client acts as `bot`.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats } from "effect-genesys-chats"
 * import { Emulator, Faults } from "effect-genesys-chats/testing"
 *
 * const program = Chats.getChatsSettings().pipe(
 *   Effect.provide(Emulator.layerClient({ faults: Faults.script([Faults.status(503)]) }))
 * )
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerClient = (options?: Options): Layer.Layer<ChatsClient.ChatsClient | Emulator> =>
  perInputs(Layer.unwrapEffect(Effect.map(make(options), layerClientFrom)), limits)

/**
 * The live client on an emulator that is there already, in memory even if that has a server: for a fork, or for one
 * from {@link make}.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats } from "effect-genesys-chats"
 * import { Emulator } from "effect-genesys-chats/testing"
 *
 * const program = Effect.gen(function* () {
 *   const emulator = yield* Emulator.Emulator
 *   const fork = yield* emulator.fork
 *   yield* Chats.putChatsSettings({ reactionsEnabled: false }).pipe(Effect.provide(Emulator.layerClientFrom(fork)))
 *   return yield* Chats.getChatsSettings() // as they were
 * }).pipe(Effect.provide(Emulator.layerClient()))
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerClientFrom = (service: Service): Layer.Layer<ChatsClient.ChatsClient | Emulator> => {
  const { clientId, clientSecret } = service
  const region = Layer.succeed(Region.Region, { apiUrl: Control.memoryUrl, loginUrl: Control.memoryUrl })
  return perInputs(
    ChatsClient.layer.pipe(
      Layer.provide(Credentials.layerClientCredentials({ clientId, clientSecret })),
      Layer.provide([region, layerFrom(service)]),
      Layer.merge(Layer.succeed(Emulator, service))
    ),
    limits
  )
}

/**
 * The `WebSocketConstructor` of an emulator: all of `Live` runs on it, without a socket.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import { Live } from "effect-genesys-chats"
 * import { Emulator } from "effect-genesys-chats/testing"
 *
 * const Test = Live.layer().pipe(
 *   Layer.provide(Emulator.layerWebSocket),
 *   Layer.provideMerge(Emulator.layerClient())
 * )
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerWebSocket: Layer.Layer<Socket.WebSocketConstructor, never, Emulator> = perInputs(
  Layer.effect(
    Socket.WebSocketConstructor,
    Effect.map(Emulator, (emulator) => emulator.webSocket)
  ),
  { services: [Emulator] }
)

/**
 * Prints the plan of failures with its seed and the newest 100 requests to the console when the
 * effect fails or dies, so that the run can be understood and replayed: a line for each attempt, those of
 * one call with the waits between them.
 *
 * @example
 * ```ts
 * import { Chats } from "effect-genesys-chats"
 * import { Emulator, Faults } from "effect-genesys-chats/testing"
 * import * as Effect from "effect/Effect"
 *
 * const test = Chats.postChatsRooms({ subject: "Incident" }).pipe(
 *   Emulator.printOnFailure,
 *   Effect.provide(
 *     Emulator.layerClient({
 *       faults: Faults.random({ seed: 42, rate: 0.5, faults: [Faults.status(503), Faults.reset("after")] })
 *     })
 *   )
 * )
 * ```
 * @since 0.1.0
 * @category utils
 */
export const printOnFailure = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | Emulator> =>
  Effect.tapErrorCause(self, () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator
      const requests = yield* emulator.requests
      const users = yield* emulator.users
      const nameOf = (id: string) => users.find((user) => user.id === id)?.name ?? id
      yield* Console.error(`${yield* emulator.faults}\n${waterfall(requests.slice(-100), nameOf)}`)
    })
  )
