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
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { Pauses } from "./client/Pauses.js"
import { runCall, type Services } from "./client/runCall.js"
import { statusOf } from "./client/statusOf.js"
import * as Credentials from "./credentials/Credentials.js"
import { ChatsClient, type Endpoint, type Service } from "./declaration.js"
import { configProviderOf } from "./internal/effect/fiber.js"
import { clientLabels, ownWhileOpen } from "./internal/metered.js"
import { headerValue, wholeNumber } from "./internal/options.js"
import { type Inputs, perInputs } from "./internal/perInputs.js"
import { takeUp } from "./internal/takenUp.js"
import { unlessProvided } from "./internal/unlessProvided.js"
import { defaultUserAgent } from "./internal/userAgent.js"
import * as FlowControl from "./limits/FlowControl.js"
import * as RetryBudget from "./limits/RetryBudget.js"
import * as RetryPolicy from "./limits/RetryPolicy.js"
import * as Region from "./Region.js"
import { noteProgress } from "./transport/noteProgress.js"
import { makePlain } from "./transport/plainClient.js"

export { ChatsClient, type Service } from "./declaration.js"
export { type Checked, type CheckOptions, check } from "./readiness/check.js"
export { NotReady, NotReadyReason } from "./readiness/NotReady.js"
export type { Permission } from "./readiness/permissions.js"
export { status } from "./readiness/status.js"
export type { Status } from "./standing.js"

/**
 * Options of a client. A value that is out of its range is a defect that names it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The longest reply body that is read, in bytes after unpacking: a whole number from 1. Default 16 MiB. */
  readonly maxReplyBytes?: number | undefined
  /**
   * The organisation in the metrics and spans of this client (`org`, `chats.org`). Default: none. Name it
   * even if there is only one: clients without a name are told apart by the order in which they were built.
   */
  readonly org?: string | undefined
  /**
   * Whether requests carry their trace (`traceparent` and `b3`). Default true.
   * Spans themselves are turned off by `Effect.withTracerEnabled(false)`.
   */
  readonly propagateTrace?: boolean | undefined
  /**
   * Changes the `HttpClient` of API requests: headers, logging, a gateway. Token requests have their own
   * option, `transformLoginClient` of `Credentials`.
   */
  readonly transformClient?: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
  /** The `User-Agent` of requests (RFC 9110, 10.1.5). Default: name and version of this package. */
  readonly userAgent?: string | undefined
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
): Effect.Effect<Service, never, HttpClient.HttpClient | Credentials.Credentials | Region.Region | Scope.Scope> =>
  Effect.gen(function* () {
    const http = yield* HttpClient.HttpClient
    const region = yield* Region.Region
    const { apiUrl } = region
    const flow = yield* serviceOr(FlowControl.FlowControl, FlowControl.make())
    const services: Services = {
      client: yield* makePlain(options?.transformClient?.(noteProgress(http)) ?? http),
      credentials: yield* Credentials.Credentials,
      flow,
      pauses: new Pauses(flow),
      budget: yield* serviceOr(RetryBudget.RetryBudget, RetryBudget.make()),
      policy: yield* RetryPolicy.RetryPolicy,
      apiUrl,
      server: serverOf(apiUrl),
      org: options?.org,
      labels: yield* clientLabels(options?.org),
      userAgent: headerValue("ChatsClient.make: userAgent", options?.userAgent ?? defaultUserAgent),
      maxReplyBytes: wholeNumber("ChatsClient.make: maxReplyBytes", options?.maxReplyBytes ?? 16 * 1024 * 1024, {
        least: 1
      }),
      propagateTrace: options?.propagateTrace ?? true
    }
    takeUp(services.flow, services.budget, services.credentials, region)
    yield* ownWhileOpen([services.flow, services.budget, services.credentials], services.labels)
    const name = Option.getOrElse(Region.nameOf(apiUrl), () => services.server.address || apiUrl)
    return {
      execute: <Input, A, E>(endpoint: Endpoint<string, Input, A, E>, input: Input) =>
        // the description says what comes out: the value as its schema has it, errors as its statuses do
        // @effect-diagnostics-next-line unsafeEffectTypeAssertion:off
        runCall(services, endpoint, input) as Effect.Effect<A, E>,
      region: name,
      status: statusOf(services, name)
    }
  })

const serverOf = (apiUrl: string): Services["server"] => {
  // your own region may hold anything; the call will say so
  if (!URL.canParse(apiUrl)) return { address: "", port: 0 }
  const { hostname, port, protocol } = new URL(apiUrl)
  return { address: hostname, port: Number(port) || (protocol === "https:" ? 443 : 80) }
}

/** What a client is made of, given or not. */
const inputs: Inputs = {
  services: [
    HttpClient.HttpClient,
    Credentials.Credentials,
    Credentials.Store,
    Region.Region,
    FlowControl.FlowControl,
    FlowControl.Store,
    RetryBudget.RetryBudget,
    RetryPolicy.RetryPolicy,
    FetchHttpClient.Fetch,
    FetchHttpClient.RequestInit
  ]
}

const serviceOr = <I, S, E, R>(tag: Context.Tag<I, S>, make: Effect.Effect<S, E, R>): Effect.Effect<S, E, R> =>
  Effect.flatMap(Effect.serviceOption(tag), Option.match({ onNone: () => make, onSome: Effect.succeed }))

/**
 * The live client over the `HttpClient`, `Credentials` and `Region` that are provided. One graph of layers
 * has one client for each set of these (and of `RetryPolicy`, `RetryBudget` and `FlowControl`,
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
 * As {@link layerConfig}, with options.
 *
 * @example
 * ```ts
 * import { ChatsClient } from "effect-genesys-chats"
 *
 * const Acme = ChatsClient.layerConfigWith({ org: "acme", userAgent: "acme-bot/1.2" })
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerConfigWith = (
  options: Options
): Layer.Layer<ChatsClient, ConfigError.ConfigError, HttpClient.HttpClient> =>
  perInputs(
    layerWith(options).pipe(
      Layer.provide([
        unlessProvided(Credentials.Credentials, Credentials.layerConfig),
        unlessProvided(RetryPolicy.RetryPolicy, RetryPolicy.layerConfig),
        unlessProvided(RetryBudget.RetryBudget, RetryBudget.layerConfig),
        unlessProvided(FlowControl.FlowControl, FlowControl.layerConfig)
      ]),
      Layer.provide(unlessProvided(Region.Region, Region.layerConfig))
    ),
    { ...inputs, config: configProviderOf }
  )

/**
 * The live client as configured by the environment: `GENESYS_CLOUD_REGION`, and `GENESYS_CLOUD_CLIENT_ID` with
 * `GENESYS_CLOUD_CLIENT_SECRET` or `GENESYS_CLOUD_ACCESS_TOKEN`; and what `RetryPolicy.layerConfig`,
 * `RetryBudget.layerConfig` and `FlowControl.layerConfig` read, all of which is optional. Only an `HttpClient` is
 * left to provide.
 *
 * What a program provides to this layer in code (a `RetryPolicy`, a `FlowControl`, a `Region`, …) overrides
 * the environment, which overrides the defaults.
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
export const layerConfig: Layer.Layer<ChatsClient, ConfigError.ConfigError, HttpClient.HttpClient> = layerConfigWith({})
