/**
 * Records what a real org answers, and replays it. Secrets are never recorded; ids, names and texts are replaced,
 * the same by the same, unless you say otherwise.
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as ChatsClient from "../../ChatsClient.js"
import * as Credentials from "../../credentials/Credentials.js"
import { perInputs } from "../../internal/perInputs.js"
import * as FlowControl from "../../limits/FlowControl.js"
import * as RetryBudget from "../../limits/RetryBudget.js"
import * as RetryPolicy from "../../limits/RetryPolicy.js"
import * as Region from "../../Region.js"
import { bodyBytes } from "../emulator/memory.js"
import { Exchanges, type Raw } from "./exchange.js"
import { Pseudonyms } from "./pseudonyms.js"
import { bodyText, type Exchange, exchangeLine, headerLine, parseLines, type Recording } from "./recording.js"
import { Replayer, requestOf } from "./replay.js"

export type { Exchange, Recording } from "./recording.js"

/**
 * What was recorded so far.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  readonly recording: Effect.Effect<Recording>
}

/**
 * The recorder that stands before the `HttpClient`.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Recorder } from "effect-genesys-chats/testing"
 *
 * const recorded = Effect.flatMap(Recorder.Recorder, (recorder) => recorder.recording)
 * ```
 * @since 0.1.0
 * @category tags
 */
export class Recorder extends Context.Tag("effect-genesys-chats/testing/Recorder")<Recorder, Service>() {}

/**
 * How a recorder records.
 *
 * @since 0.1.0
 * @category options
 */
export interface Options {
  /** Whether ids, names and texts are replaced. Default true. Secrets are never recorded. */
  readonly pseudonymise?: boolean | undefined
  /** Is given each exchange, for instance to write it to a file. If it fails, the call dies. */
  readonly onExchange?: ((exchange: Exchange) => Effect.Effect<void>) | undefined
}

/**
 * An `HttpClient` that records what goes through the one it is provided with. Replies are read whole
 * before they are handed on.
 *
 * @example
 * ```ts
 * import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import { Chats, ChatsClient } from "effect-genesys-chats"
 * import { Recorder } from "effect-genesys-chats/testing"
 *
 * const program = Effect.gen(function* () {
 *   yield* Chats.getChatsSettings()
 *   const recorder = yield* Recorder.Recorder
 *   return Recorder.stringify(yield* recorder.recording)
 * }).pipe(
 *   Effect.provide(
 *     ChatsClient.layerConfig.pipe(
 *       Layer.provideMerge(Recorder.layer().pipe(Layer.provide(FetchHttpClient.layer)))
 *     )
 *   )
 * )
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: Options): Layer.Layer<Recorder | HttpClient.HttpClient, never, HttpClient.HttpClient> =>
  perInputs(
    Layer.effectContext(
      Effect.map(HttpClient.HttpClient, (client) => {
        const exchanges: Array<Exchange> = []
        const pseudonymised = options?.pseudonymise !== false
        const make = new Exchanges(pseudonymised ? new Pseudonyms() : undefined)
        const record = (raw: Raw): Effect.Effect<void> =>
          Effect.suspend(() => {
            const exchange = make.of(raw)
            exchanges.push(exchange)
            return options?.onExchange?.(exchange) ?? Effect.void
          })
        const service: Service = {
          recording: Effect.sync(() => ({ pseudonymised, exchanges: [...exchanges] }))
        }
        return Context.make(Recorder, service).pipe(Context.add(HttpClient.HttpClient, recording(client, record)))
      })
    ),
    { services: [HttpClient.HttpClient] }
  )

const recording = (client: HttpClient.HttpClient, record: (raw: Raw) => Effect.Effect<void>): HttpClient.HttpClient =>
  HttpClient.make((request, url) =>
    Effect.gen(function* () {
      const body = yield* bodyBytes(request)
      const sent = { method: request.method, url, headers: request.headers, body }
      const response = yield* Effect.tapErrorCause(client.execute(request), () => record({ sent, reply: undefined }))
      const bytes = new Uint8Array(yield* response.arrayBuffer)
      yield* record({ sent, reply: { status: response.status, headers: response.headers, body: bytes } })
      const { "content-encoding": _, "content-length": __, ...headers } = response.headers
      const empty = bytes.byteLength === 0 || response.status === 204 || response.status === 304
      return HttpClientResponse.fromWeb(
        request,
        new Response(empty ? null : bytes, { status: response.status, headers })
      )
    })
  )

/**
 * A recording as text, to put in a file.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Recorder } from "effect-genesys-chats/testing"
 *
 * const text = Effect.gen(function* () {
 *   const recorder = yield* Recorder.Recorder
 *   return Recorder.stringify(yield* recorder.recording)
 * })
 * ```
 * @since 0.1.0
 * @category conversions
 */
export const stringify = (recording: Recording): string =>
  headerLine(recording.pseudonymised) + recording.exchanges.map(exchangeLine).join("")

/**
 * A recording from the text of a file; what is wrong with it is said in one line.
 *
 * @example
 * ```ts
 * import * as Either from "effect/Either"
 * import { Recorder } from "effect-genesys-chats/testing"
 *
 * Either.getLeft(Recorder.parse("{}")) // this is no recording, or of another version
 * ```
 * @since 0.1.0
 * @category conversions
 */
export const parse = (text: string): Either.Either<Recording, string> => parseLines(text)

/**
 * An `HttpClient` that answers as recorded: each request by the first exchange with it that was not used yet, and
 * once all were, by the last. A request that was not recorded is a defect that says which recorded one is nearest,
 * and what differs. Where texts were replaced, any text matches.
 *
 * @example
 * ```ts
 * import * as Either from "effect/Either"
 * import { Recorder } from "effect-genesys-chats/testing"
 *
 * const replay = (text: string) => Recorder.layerReplay(Either.getOrThrow(Recorder.parse(text)))
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerReplay = (recording: Recording): Layer.Layer<HttpClient.HttpClient> =>
  Layer.sync(HttpClient.HttpClient, () => {
    const replayer = new Replayer(recording)
    return HttpClient.make((request, url) =>
      Effect.flatMap(bodyBytes(request), (body) =>
        Either.match(replayer.answer(requestOf(request, url, body)), {
          onLeft: Effect.die,
          onRight: ({ body, headers, status }) =>
            Effect.sync(() =>
              HttpClientResponse.fromWeb(request, new Response(bodyText(body) ?? null, { status, headers }))
            )
        })
      )
    )
  })

/**
 * The live client on a recording: no org, no login.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats } from "effect-genesys-chats"
 * import { Recorder } from "effect-genesys-chats/testing"
 *
 * const program = (recording: Recorder.Recording) =>
 *   Chats.getChatsSettings().pipe(Effect.provide(Recorder.layerReplayClient(recording)))
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerReplayClient = (recording: Recording): Layer.Layer<ChatsClient.ChatsClient> =>
  perInputs(
    ChatsClient.layer.pipe(
      Layer.provide(Credentials.layerToken(Redacted.make("recorded"))),
      Layer.provide(
        Layer.succeed(Region.Region, { apiUrl: "http://recorded.invalid", loginUrl: "http://recorded.invalid" })
      ),
      Layer.provide(layerReplay(recording))
    ),
    { services: [FlowControl.FlowControl, RetryBudget.RetryBudget, RetryPolicy.RetryPolicy] }
  )
