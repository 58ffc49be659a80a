/**
 * Tokens as a service: requested once for all callers, cached until shortly before they
 * expire, replaced after a 401.
 *
 * A failed login is not repeated for each call. Everyone who waits gets the failure; then, for 1 second at first
 * and for up to a minute as failures go on, and for at least as long as the login service asks (10 minutes at
 * most), callers fail at once with the same `CredentialsError`. Its `retryAfter` says, for failures that may pass,
 * when the login service is asked next. A source that dies is asked no more often, and callers get its defect.
 *
 * @since 0.1.0
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { CredentialsError } from "../ChatsError.js"
import { configProviderOf } from "../internal/effect/fiber.js"
import type { MeasureFor } from "../internal/metered.js"
import * as Options from "../internal/options.js"
import { type Inputs, perInputs } from "../internal/perInputs.js"
import { Region } from "../Region.js"
import type { TokenStatus } from "../standing.js"
import { acquireIn } from "./acquireIn.js"
import { type ClientConfig, environment, fromConfig, type TokenConfig } from "./environment.js"
import * as grants from "./grants.js"
import { isHeaderValue, type LoginOptions } from "./login.js"
import { Store } from "./Store.js"
import { storeOf } from "./shared.js"
import type { Acquire, Token } from "./Token.js"
import { makeTokenCache } from "./tokenCache.js"

export type { TokenStatus as Status } from "../standing.js"
export {
  /**
   * Tokens in the memory of this process, for several clients in it and for tests.
   *
   * @example
   * ```ts
   * import * as Effect from "effect/Effect"
   * import { Credentials } from "effect-genesys-chats"
   *
   * const found = Effect.flatMap(Credentials.makeStoreMemory, (store) => store.get("key"))
   * ```
   * @since 0.1.0
   * @category constructors
   */
  makeStoreMemory,
  /**
   * Where a fleet keeps the token that it shares: with it in the context of {@link layerClientCredentials} or
   * {@link layerSaml2}, the whole fleet requests one token at the start, another before it expires, and another
   * after a 401. Tokens are kept encrypted, with a key that is derived from the client secret. If the store is
   * down, or takes longer than a second, each process logs in by itself, and logs one warning.
   *
   * The other grants do not use it: their refresh tokens belong to one process each.
   *
   * @example
   * ```ts
   * import * as Layer from "effect/Layer"
   * import * as Redacted from "effect/Redacted"
   * import { Credentials } from "effect-genesys-chats"
   *
   * const Live = Credentials.layerClientCredentials({ clientId: "…", clientSecret: Redacted.make("…") }).pipe(
   *   Layer.provide(Credentials.storeMemory)
   * )
   * ```
   * @since 0.1.0
   * @category tags
   */
  Store,
  /**
   * @since 0.1.0
   * @category models
   */
  type StoreEntry,
  /**
   * The store is down. The message must hold no secret.
   *
   * @example
   * ```ts
   * import { Credentials } from "effect-genesys-chats"
   *
   * const error = new Credentials.StoreError({ message: "connection refused" })
   * ```
   * @since 0.1.0
   * @category errors
   */
  StoreError,
  /**
   * What a store has to do: four commands of Redis, or four statements of SQL.
   *
   * @since 0.1.0
   * @category models
   */
  type StoreService,
  /**
   * A store in memory. Within one build of layers, everything that is given this layer shares one.
   *
   * @example
   * ```ts
   * import * as Layer from "effect/Layer"
   * import { Credentials } from "effect-genesys-chats"
   *
   * const Shared = Credentials.layerConfig.pipe(Layer.provide(Credentials.storeMemory))
   * ```
   * @since 0.1.0
   * @category layers
   */
  storeMemory
} from "./Store.js"
export type {
  /**
   * A source of tokens: an effect, or a function that is told which token was refused.
   *
   * @since 0.1.0
   * @category models
   */
  Acquire,
  /**
   * What a source of tokens is told when it is asked.
   *
   * @since 0.1.0
   * @category models
   */
  AcquireContext,
  /**
   * A token and its whole life; without `expiresIn` it serves until a 401.
   *
   * @since 0.1.0
   * @category models
   */
  Token
} from "./Token.js"

/**
 * Tokens to call with.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** A token to call with. If there is a fresh one it is there at once: no fiber, no timer. */
  readonly token: Effect.Effect<Redacted.Redacted, CredentialsError>
  /**
   * Reports that the service refused this token, and answers whether there can be another one: `false` means that a
   * replay is pointless.
   */
  readonly invalidate: (token: Redacted.Redacted) => Effect.Effect<boolean>
  /** The state of the token, if it is known: for dashboards, through `ChatsClient.status`. */
  readonly status?: Effect.Effect<TokenStatus> | undefined
  /** Puts a client's labels on what it measures, as long as the scope is open. Not needed if it measures nothing. */
  readonly measureFor?: MeasureFor | undefined
}

/**
 * Where each attempt gets its token.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Credentials } from "effect-genesys-chats"
 *
 * const token = Effect.flatMap(Credentials.Credentials, (credentials) => credentials.token)
 * ```
 * @since 0.1.0
 * @category tags
 */
export class Credentials extends Context.Tag("effect-genesys-chats/Credentials")<Credentials, Service>() {}

/**
 * How long a token is waited for.
 *
 * @since 0.1.0
 * @category models
 */
export interface WaitOptions {
  /** The longest that callers wait for a token: from 1 second; `Infinity` for no bound. Default 30 seconds. */
  readonly timeout?: Duration.DurationInput | undefined
  /**
   * The longest that one run of the source may take before another is started in its place, from 1 second;
   * `Infinity`, or any value of at least `timeout`: no second run is started. Default 10 seconds.
   */
  readonly attemptTimeout?: Duration.DurationInput | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface MakeOptions<R = never> extends WaitOptions {
  /** The source. It may hang, and may be uninterruptible: nobody waits for it longer than these bounds. */
  readonly acquire: Acquire<R>
  /**
   * How many failures in a row, of those that may pass (`RateLimited`, `Unavailable`, `Unreachable`), callers do
   * not hear of while the source is asked again: a whole number from 0. Default 0.
   */
  readonly retries?: number | undefined
}

/** What credentials are made of, given or not. */
// by itself: a bundler keeps what a constant is spread into
const services = [HttpClient.HttpClient, Region, Store, FetchHttpClient.Fetch, FetchHttpClient.RequestInit]
const inputs: Inputs = { services }

/**
 * Credentials from any source of tokens. `acquire` is run when there is no token, when it is about to
 * expire (ahead of time, in the background) and after a 401; a thousand callers without a token make it
 * run once. Options out of range are defects that name them.
 *
 * @example
 * ```ts
 * import * as Duration from "effect/Duration"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 * import { Credentials } from "effect-genesys-chats"
 *
 * const fromVault = Effect.succeed({ accessToken: Redacted.make("…"), expiresIn: Duration.hours(1) })
 * const VaultLive = Layer.scoped(Credentials.Credentials, Credentials.make({ acquire: fromVault }))
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const make = <R = never>(options: MakeOptions<R>): Effect.Effect<Service, never, Scope.Scope | R> =>
  makeNamed("make", options)

const makeNamed = <R>(name: string, options: MakeOptions<R>): Effect.Effect<Service, never, Scope.Scope | R> =>
  Effect.gen(function* () {
    return yield* makeTokenCache({
      acquire: yield* acquireIn(options.acquire),
      timeout: waitOption(name, "timeout", options.timeout ?? "30 seconds"),
      attemptTimeout: waitOption(name, "attemptTimeout", options.attemptTimeout ?? "10 seconds"),
      retries: Options.wholeNumber(`Credentials.${name}: retries`, options.retries ?? 0, { least: 0, infinite: true })
    })
  })

const waitOption = (name: string, option: keyof WaitOptions, value: Duration.DurationInput): Duration.Duration =>
  Options.duration(`Credentials.${name}: ${option}`, value, { least: "1 second", infinite: true })

/**
 * A token from elsewhere; blanks and line breaks around it are ignored. It cannot be renewed: a 401 is final. If it
 * is empty or cannot stand in a header, every call fails with `CredentialsError`.
 *
 * @example
 * ```ts
 * import * as Redacted from "effect/Redacted"
 * import { Credentials } from "effect-genesys-chats"
 *
 * const Live = Credentials.layerToken(Redacted.make("…"))
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerToken = (token: Redacted.Redacted): Layer.Layer<Credentials> =>
  Layer.sync(Credentials, () => ({ token: usable(token), invalidate: () => Effect.succeed(false) }))

const usable = (token: Redacted.Redacted): Either.Either<Redacted.Redacted, CredentialsError> => {
  const value = Redacted.value(token).trim()
  const message = "Credentials.layerToken: the access token is empty or cannot stand in a header"
  return isHeaderValue(value)
    ? Either.right(Redacted.make(value))
    : Either.left(new CredentialsError({ reason: "Other", message }))
}

/**
 * What all grants have in common: `transformLoginClient` and `userAgent`.
 *
 * @since 0.1.0
 * @category models
 */
export interface GrantOptions extends LoginOptions {}

/**
 * @since 0.1.0
 * @category models
 */
export interface ClientCredentialsOptions extends grants.ClientCredentials {}

/**
 * One request for a token, for a client with the grant "client credentials". It is not retried: that is
 * for {@link make}.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 * import { Credentials } from "effect-genesys-chats"
 *
 * const acquire = Credentials.clientCredentials({ clientId: "…", clientSecret: Redacted.make("…") })
 * const Patient = Layer.scoped(Credentials.Credentials, Credentials.make({ acquire, timeout: "2 minutes", retries: 5 }))
 * ```
 * @since 0.1.0
 * @category grants
 */
export const clientCredentials: (
  options: ClientCredentialsOptions
) => Effect.Effect<Token, CredentialsError, HttpClient.HttpClient | Region> = grants.clientCredentials

/**
 * Client id and secret of an OAuth client with the grant "client credentials"; blanks and line breaks around them
 * are ignored. An empty one is a defect that names it. Each use of the layer logs in by itself, unless there is a
 * {@link Store} in its context.
 *
 * @example
 * ```ts
 * import * as Redacted from "effect/Redacted"
 * import { Credentials } from "effect-genesys-chats"
 *
 * const Live = Credentials.layerClientCredentials({ clientId: "…", clientSecret: Redacted.make("…") })
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerClientCredentials = (
  options: ClientCredentialsOptions & WaitOptions
): Layer.Layer<Credentials, never, HttpClient.HttpClient | Region> =>
  layerRepeatable("clientCredentials", options, grants.clientCredentials, () => [options.clientId.trim()])

/**
 * @since 0.1.0
 * @category models
 */
export interface RefreshTokenOptions extends grants.RefreshToken {}

/**
 * One use of a refresh token. The reply brings the next one, which the next run of the same effect uses;
 * `onRotate` stores it.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 * import { Credentials } from "effect-genesys-chats"
 *
 * const acquire = Credentials.refreshToken({
 *   clientId: "…",
 *   refreshToken: Redacted.make("…"),
 *   onRotate: (refreshToken) => Effect.log("to be stored", refreshToken)
 * })
 * ```
 * @since 0.1.0
 * @category grants
 */
export const refreshToken: (
  options: RefreshTokenOptions
) => Effect.Effect<Token, CredentialsError, HttpClient.HttpClient | Region> = grants.refreshToken

/**
 * A refresh token. Each use brings a new one that replaces it: `onRotate` stores the
 * new one before the access token is used. With a client secret it is sent as Basic,
 * without one (PKCE) the client id goes along in the form. It is never sent again while its reply may
 * still come: one request has all of `timeout`.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 * import { Credentials } from "effect-genesys-chats"
 *
 * const Live = Credentials.layerRefreshToken({
 *   clientId: "…",
 *   clientSecret: Redacted.make("…"),
 *   refreshToken: Redacted.make("…"),
 *   onRotate: (refreshToken) => Effect.log("to be stored", refreshToken)
 * })
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerRefreshToken = (
  options: RefreshTokenOptions & Pick<WaitOptions, "timeout">
): Layer.Layer<Credentials, never, HttpClient.HttpClient | Region> =>
  layerRotating("refreshToken", options, () => grants.refreshToken(options))

/**
 * @since 0.1.0
 * @category models
 */
export interface AuthorizationCodeOptions extends grants.AuthorizationCode {}

/**
 * One use of an authorization code, and of the refresh tokens that come after it, run by run.
 *
 * @example
 * ```ts
 * import * as Redacted from "effect/Redacted"
 * import { Credentials } from "effect-genesys-chats"
 *
 * const acquire = Credentials.authorizationCode({
 *   clientId: "…",
 *   code: Redacted.make("…"),
 *   redirectUri: "https://app.example/callback"
 * })
 * ```
 * @since 0.1.0
 * @category grants
 */
export const authorizationCode: (
  options: AuthorizationCodeOptions
) => Effect.Effect<Token, CredentialsError, HttpClient.HttpClient | Region> = grants.authorizationCode

/**
 * The code of an authorization code grant, with `clientSecret`, or with the
 * `codeVerifier` of PKCE (RFC 7636) and no secret. A code works once: what comes after
 * uses the refresh token that came with the first access token, as
 * {@link layerRefreshToken} does.
 *
 * @example
 * ```ts
 * import * as Redacted from "effect/Redacted"
 * import { Credentials } from "effect-genesys-chats"
 *
 * const Live = Credentials.layerAuthorizationCode({
 *   clientId: "…",
 *   code: Redacted.make("…"),
 *   codeVerifier: Redacted.make("…"),
 *   redirectUri: "https://app.example/callback"
 * })
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerAuthorizationCode = (
  options: AuthorizationCodeOptions & Pick<WaitOptions, "timeout">
): Layer.Layer<Credentials, never, HttpClient.HttpClient | Region> =>
  layerRotating("authorizationCode", options, () => grants.authorizationCode(options))

/**
 * @since 0.1.0
 * @category models
 */
export interface Saml2Options extends grants.Saml2 {}

/**
 * One request for a token by a SAML2 bearer assertion.
 *
 * @example
 * ```ts
 * import * as Redacted from "effect/Redacted"
 * import { Credentials } from "effect-genesys-chats"
 *
 * const acquire = Credentials.saml2({
 *   clientId: "…",
 *   clientSecret: Redacted.make("…"),
 *   orgName: "acme",
 *   assertion: Redacted.make("…")
 * })
 * ```
 * @since 0.1.0
 * @category grants
 */
export const saml2: (options: Saml2Options) => Effect.Effect<Token, CredentialsError, HttpClient.HttpClient | Region> =
  grants.saml2

/**
 * A SAML2 bearer assertion. It is used again for every token, for as long as it is valid.
 *
 * @example
 * ```ts
 * import * as Redacted from "effect/Redacted"
 * import { Credentials } from "effect-genesys-chats"
 *
 * const Live = Credentials.layerSaml2({
 *   clientId: "…",
 *   clientSecret: Redacted.make("…"),
 *   orgName: "acme",
 *   assertion: Redacted.make("…")
 * })
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerSaml2 = (
  options: Saml2Options & WaitOptions
): Layer.Layer<Credentials, never, HttpClient.HttpClient | Region> =>
  layerRepeatable("saml2", options, grants.saml2, () => [
    options.clientId.trim(),
    options.orgName.trim(),
    Redacted.value(options.assertion)
  ])

/**
 * Credentials from the environment: `GENESYS_CLOUD_ACCESS_TOKEN`, or else `GENESYS_CLOUD_CLIENT_ID` and
 * `GENESYS_CLOUD_CLIENT_SECRET`. An empty variable counts as missing; blanks and line breaks around a value are
 * ignored. A missing or wrong one is a `ConfigError` that names it.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import { ChatsClient, Credentials } from "effect-genesys-chats"
 *
 * const Live = ChatsClient.layer.pipe(Layer.provide(Credentials.layerConfig))
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerConfig: Layer.Layer<Credentials, ConfigError.ConfigError, HttpClient.HttpClient | Region> = perInputs(
  Layer.unwrapEffect(Effect.map(environment, (found) => layerFound(found))),
  { services, config: configProviderOf }
)

/**
 * As {@link layerConfig}, from your own variables, for a second organisation. The same rules apply to
 * their values.
 *
 * @example
 * ```ts
 * import * as Config from "effect/Config"
 * import { Credentials } from "effect-genesys-chats"
 *
 * const OrgA = Credentials.layerFromConfig({
 *   clientId: Config.string("ORG_A_ID"),
 *   clientSecret: Config.redacted("ORG_A_SECRET")
 * })
 * const OrgB = Credentials.layerFromConfig({ token: Config.redacted("ORG_B_TOKEN") })
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerFromConfig = (
  config: (ClientConfig & GrantOptions & WaitOptions) | TokenConfig
): Layer.Layer<Credentials, ConfigError.ConfigError, HttpClient.HttpClient | Region> =>
  perInputs(
    Layer.unwrapEffect(
      Effect.map(fromConfig(config), (found) => {
        if ("token" in config) return layerFound(found)
        const { attemptTimeout, timeout, transformLoginClient, userAgent } = config
        return layerFound(found, { attemptTimeout, timeout, transformLoginClient, userAgent })
      })
    ),
    { services, config: configProviderOf }
  )

const layerFound = (
  found: Config.Config.Success<typeof environment>,
  options?: GrantOptions & WaitOptions
): Layer.Layer<Credentials, never, HttpClient.HttpClient | Region> =>
  "token" in found ? layerToken(found.token) : layerClientCredentials({ ...options, ...found })

/** A grant that can be asked for again and again, and so by any process of a fleet. */
const layerRepeatable = <O extends ClientCredentialsOptions & WaitOptions>(
  name: "clientCredentials" | "saml2",
  options: O,
  toGrant: (options: O) => grants.Grant,
  identity: () => ReadonlyArray<string>
): Layer.Layer<Credentials, never, HttpClient.HttpClient | Region> =>
  perInputs(
    Layer.scoped(
      Credentials,
      Effect.gen(function* () {
        const { attemptTimeout, timeout } = options
        const grant = toGrant(options)
        const secret = grants.basicOf(name, options).clientSecret
        const patience = waitOption(name, "attemptTimeout", attemptTimeout ?? "10 seconds")
        const acquire = yield* storeOf(grant, { secret, identity: [name, ...identity()], patience })
        return yield* makeNamed(name, { acquire, attemptTimeout, timeout, retries: 2 })
      })
    ),
    inputs
  )

/** A grant whose secret works once: another run must not send it while its reply may still come. */
const layerRotating = (
  name: "refreshToken" | "authorizationCode",
  { timeout }: Pick<WaitOptions, "timeout">,
  toGrant: () => grants.Grant
): Layer.Layer<Credentials, never, HttpClient.HttpClient | Region> =>
  perInputs(
    Layer.scoped(
      Credentials,
      Effect.suspend(() => makeNamed(name, { acquire: toGrant(), timeout, attemptTimeout: Duration.infinity }))
    ),
    inputs
  )
