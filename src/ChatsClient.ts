/**
 * The live client: endpoints over an `HttpClient`, with `Credentials` and a `Region`.
 *
 * @since 0.1.0
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as ConfigError from "effect/ConfigError"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type * as ChatsError from "./ChatsError.js"
import { Call } from "./client/Call.js"
import { encodeInput } from "./client/operation.js"
import { runCall, type Services } from "./client/runCall.js"
import { makeUnheeded, type Unheeded } from "./client/unheeded.js"
import * as Credentials from "./credentials/Credentials.js"
import { ChatsClient, type Description, type Endpoint } from "./Endpoint.js"
import { withDeadlineOf } from "./internal/deadline.js"
import { type Inputs, perInputs } from "./internal/perInputs.js"
import { endSpan, startSpan } from "./internal/span.js"
import { unlessProvided } from "./internal/unlessProvided.js"
import * as FlowControl from "./limits/FlowControl.js"
import * as RetryBudget from "./limits/RetryBudget.js"
import * as RetryPolicy from "./limits/RetryPolicy.js"
import * as Region from "./Region.js"
import { adapt } from "./transport/plainClient.js"

export {
  /**
   * That through which every endpoint runs.
   *
   * @example
   * ```ts
   * import * as Effect from "effect/Effect"
   * import { Chats, ChatsClient } from "effect-genesys-chats"
   *
   * const program = Effect.flatMap(ChatsClient.ChatsClient, (client) => client.execute(Chats.getChatsSettings, {}))
   * ```
   * @since 0.1.0
   * @category tags
   */
  ChatsClient
} from "./Endpoint.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The longest body of a reply that is read, in bytes; 16 MiB where left out. */
  readonly maxReplyBytes?: number | undefined
  /**
   * Whether requests say which trace they belong to (`traceparent` and `b3`); true where left out.
   * Spans themselves are turned off as everywhere, by `Effect.withTracerEnabled(false)`.
   */
  readonly propagateTrace?: boolean | undefined
  /** What metrics and spans call the org (`chats.org`), where several are served; not said where left out. */
  readonly org?: string | undefined
  /** What to do to the `HttpClient` first: a proxy, headers, logging. */
  readonly transformClient?: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
}

/**
 * A client from the services in the context. All of them, a `RetryPolicy` too, are
 * looked up once, here; `FlowControl` and `RetryBudget` are its own unless they are
 * provided.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, ChatsClient } from "effect-genesys-chats"
 *
 * const program = Effect.gen(function* () {
 *   const client = yield* ChatsClient.make({ maxReplyBytes: 1024 * 1024 })
 *   return yield* Effect.provideService(Chats.getChatsSettings(), ChatsClient.ChatsClient, client)
 * })
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  options?: Options
): Effect.Effect<
  ChatsClient["Type"],
  never,
  HttpClient.HttpClient | Credentials.Credentials | Region.Region | Scope.Scope
> =>
  Effect.gen(function* () {
    const http = yield* HttpClient.HttpClient
    const { apiUrl } = yield* Region.Region
    const client = options?.transformClient?.(http) ?? http
    const services: Services = {
      client,
      executeWithin: withDeadlineOf(client),
      adapt: yield* adapt,
      credentials: yield* Credentials.Credentials,
      flow: yield* serviceOr(FlowControl.FlowControl, FlowControl.make()),
      budget: yield* serviceOr(RetryBudget.RetryBudget, RetryBudget.make()),
      apiUrl,
      server: serverOf(apiUrl),
      maxReplyBytes: options?.maxReplyBytes ?? 16 * 1024 * 1024,
      propagateTrace: options?.propagateTrace ?? true
    }
    const clientPolicy = yield* RetryPolicy.RetryPolicy
    const unheeded = makeUnheeded(yield* Effect.context<never>())
    return {
      execute: <Input, A, E>(endpoint: Endpoint<string, Input, A, E>, input: Input) =>
        // @effect-diagnostics-next-line unsafeEffectTypeAssertion:off
        execute(services, clientPolicy, unheeded, endpoint, input) as Effect.Effect<A, E>
    }
  })

/** The description says what comes out: the value as its schema has it, errors as its statuses do. */
const execute = (
  services: Services,
  clientPolicy: RetryPolicy.Policy,
  unheeded: Unheeded,
  endpoint: Description,
  input: unknown
): Effect.Effect<unknown, ChatsError.ChatsError> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.withFiberRuntime((fiber) => {
      const span = startSpan(fiber, `chats.${endpoint.operation}`, "internal")
      span?.attribute("http.request.method", endpoint.method)
      span?.attribute("url.template", endpoint.path)
      const run = Effect.suspend(() => {
        const encoded = encodeInput(endpoint, input)
        if (Either.isLeft(encoded)) return Effect.fail(encoded.left)
        const policy = fiber.currentContext.unsafeMap.get(RetryPolicy.RetryPolicy.key) ?? clientPolicy
        return runCall(services, new Call(endpoint, encoded.right, policy, span, fiber, restore))
      })
      const ended = (exit: Exit.Exit<unknown, ChatsError.ChatsError>) => {
        endSpan(span, fiber, exit)
        return exit
      }
      const warning = unheeded(fiber)
      return Effect.matchCauseEffect(warning === undefined ? run : Effect.zipRight(warning, run), {
        onFailure: (cause) => ended(Exit.failCause(cause)),
        onSuccess: (value) => ended(Exit.succeed(value))
      })
    })
  )

const serverOf = (apiUrl: string): Services["server"] => {
  // a region of one's own may hold anything; the call will say so
  if (!URL.canParse(apiUrl)) return { address: "", port: 0 }
  const { hostname, port, protocol } = new URL(apiUrl)
  return { address: hostname, port: Number(port) || (protocol === "https:" ? 443 : 80) }
}

/** What the client of a layer is made from, needed or not. */
const inputs: Inputs = {
  services: [
    HttpClient.HttpClient,
    Credentials.Credentials,
    Region.Region,
    FlowControl.FlowControl,
    RetryBudget.RetryBudget,
    RetryPolicy.RetryPolicy,
    FetchHttpClient.Fetch,
    FetchHttpClient.RequestInit
  ]
}

const serviceOr = <I, S, E, R>(tag: Context.Tag<I, S>, make: Effect.Effect<S, E, R>): Effect.Effect<S, E, R> =>
  Effect.flatMap(Effect.serviceOption(tag), Option.match({ onNone: () => make, onSome: Effect.succeed }))

/**
 * The live client over whatever `HttpClient`, `Credentials` and `Region` are given. In one graph
 * it is one client for each set of these (and of `RetryPolicy`, `RetryBudget` and `FlowControl`,
 * where they are provided): what is made for one org never serves another.
 *
 * @example
 * ```ts
 * import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 * import { ChatsClient, Credentials, Region } from "effect-genesys-chats"
 *
 * const Live = ChatsClient.layer.pipe(
 *   Layer.provide(Credentials.layerClientCredentials({ clientId: "…", clientSecret: Redacted.make("…") })),
 *   Layer.provide(Region.layer("eu-central-1")),
 *   Layer.provide(FetchHttpClient.layer)
 * )
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<ChatsClient, never, HttpClient.HttpClient | Credentials.Credentials | Region.Region> =
  perInputs(Layer.scoped(ChatsClient, make()), inputs)

/**
 * As {@link layer}, with options.
 *
 * @example
 * ```ts
 * import * as HttpClient from "@effect/platform/HttpClient"
 * import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
 * import { ChatsClient } from "effect-genesys-chats"
 *
 * const ThroughGateway = ChatsClient.layerWith({
 *   transformClient: HttpClient.mapRequest(HttpClientRequest.setHeader("x-gateway-key", "…"))
 * })
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerWith = (
  options: Options
): Layer.Layer<ChatsClient, never, HttpClient.HttpClient | Credentials.Credentials | Region.Region> =>
  perInputs(Layer.scoped(ChatsClient, make(options)), inputs)

/**
 * The live client as the environment says: `GENESYS_CLOUD_REGION`, and
 * `GENESYS_CLOUD_CLIENT_ID` with `GENESYS_CLOUD_CLIENT_SECRET` or
 * `GENESYS_CLOUD_ACCESS_TOKEN`; beyond that what `RetryPolicy.layerConfig`,
 * `RetryBudget.layerConfig` and `FlowControl.layerConfig` read, which all may be missing. Only
 * an `HttpClient` is left to provide.
 *
 * Code goes before the environment: what of `Credentials`, `Region`, `RetryPolicy`, `RetryBudget`
 * and `FlowControl` is provided to this layer is used, and its variables are not read. The
 * environment goes before the defaults, and what is set for one effect (`RetryPolicy.with`) before
 * all of them.
 *
 * @example
 * ```ts
 * import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
 * import * as Effect from "effect/Effect"
 * import { Chats, ChatsClient } from "effect-genesys-chats"
 *
 * const program = Chats.getChatsSettings().pipe(
 *   Effect.provide(ChatsClient.layerConfig),
 *   Effect.provide(FetchHttpClient.layer)
 * )
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerConfig: Layer.Layer<ChatsClient, ConfigError.ConfigError, HttpClient.HttpClient> = perInputs(
  layer.pipe(
    Layer.provide([
      unlessProvided(Credentials.Credentials, Credentials.layerConfig),
      unlessProvided(RetryPolicy.RetryPolicy, RetryPolicy.layerConfig),
      unlessProvided(RetryBudget.RetryBudget, RetryBudget.layerConfig),
      unlessProvided(FlowControl.FlowControl, FlowControl.layerConfig)
    ]),
    Layer.provide(unlessProvided(Region.Region, Region.layerConfig))
  ),
  { ...inputs, config: true }
)
