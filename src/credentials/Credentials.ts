/**
 * Tokens as a service: had once for everyone, cached until shortly before they
 * expire, had anew after a 401.
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import { CredentialsError } from "../ChatsError.js"
import { withoutWaits, withPeekToken } from "../internal/direct.js"
import { perInputs } from "../internal/perInputs.js"
import { Region } from "../Region.js"
import { plainClient } from "../transport/plainClient.js"
import { requestToken, type TokenReply, type TokenRequest } from "./login.js"
import { makeTokenCache, type Token } from "./tokenCache.js"

export type {
  /**
   * A token and how long it holds; where `expiresIn` is missing, it serves until a 401.
   *
   * @since 0.1.0
   * @category models
   */
  Token
} from "./tokenCache.js"

/**
 * `token` is a token to call with. `invalidate` says that the service refused that
 * very token, and answers whether another may be had: `false` means that a replay is
 * pointless.
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
export class Credentials extends Context.Tag("effect-genesys-chats/Credentials")<
  Credentials,
  {
    readonly token: Effect.Effect<Redacted.Redacted, CredentialsError>
    readonly invalidate: (token: Redacted.Redacted) => Effect.Effect<boolean>
  }
>() {}

/**
 * Credentials from any source of tokens. `acquire` is run when there is no token, when
 * it is about to expire (ahead of time, in the background) and after a 401; a thousand
 * callers without a token make it run once. `timeout` (30 seconds where left out)
 * bounds one run.
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
export const make = (options: {
  readonly acquire: Effect.Effect<Token, CredentialsError>
  readonly timeout?: Duration.DurationInput
}): Effect.Effect<Credentials["Type"], never, Scope.Scope> =>
  makeTokenCache(options.acquire, Duration.decode(options.timeout ?? "30 seconds"))

/**
 * A token that was had elsewhere. It cannot be renewed: a 401 is final.
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
export const layerToken = (token: Redacted.Redacted): Layer.Layer<Credentials> => {
  const given = usable(token)
  const service = withoutWaits({ token: given, invalidate: () => Effect.succeed(false) })
  return Layer.succeed(
    Credentials,
    withPeekToken(service, () => Option.getOrUndefined(Either.getRight(given)))
  )
}

/** A line break after the token, as files have it, is no part of it. */
const usable = (token: Redacted.Redacted): Either.Either<Redacted.Redacted, CredentialsError> => {
  const value = Redacted.value(token).trim()
  return /^[\x21-\x7e]+$/.test(value)
    ? Either.right(Redacted.make(value))
    : Either.left(
        new CredentialsError({ reason: "Other", message: "the access token is empty or cannot stand in a header" })
      )
}

/**
 * Client id and secret of an OAuth client with the grant "client credentials".
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
export const layerClientCredentials = (options: {
  readonly clientId: string
  readonly clientSecret: Redacted.Redacted
}): Layer.Layer<Credentials, never, HttpClient.HttpClient | Region> =>
  layerGrant((login) => login({ form: { grant_type: "client_credentials" }, basic: options }))

/**
 * A refresh token. Each use brings a new one that replaces it: `onRotate` stores the
 * new one before the access token is used. With a client secret it is sent as Basic,
 * without one (PKCE) the client id goes along in the form.
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
export const layerRefreshToken = (options: {
  readonly clientId: string
  readonly clientSecret?: Redacted.Redacted
  readonly refreshToken: Redacted.Redacted
  readonly onRotate?: (refreshToken: Redacted.Redacted) => Effect.Effect<void>
}): Layer.Layer<Credentials, never, HttpClient.HttpClient | Region> => layerRotating(options, options.refreshToken)

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
export const layerAuthorizationCode = (options: {
  readonly clientId: string
  readonly clientSecret?: Redacted.Redacted
  readonly code: Redacted.Redacted
  readonly redirectUri: string
  readonly codeVerifier?: Redacted.Redacted
  readonly onRotate?: (refreshToken: Redacted.Redacted) => Effect.Effect<void>
}): Layer.Layer<Credentials, never, HttpClient.HttpClient | Region> =>
  layerRotating(options, undefined, {
    grant_type: "authorization_code",
    code: options.code,
    redirect_uri: options.redirectUri,
    ...(options.codeVerifier === undefined ? {} : { code_verifier: options.codeVerifier })
  })

/**
 * A SAML2 bearer assertion. It is used again for every token, for as long as it holds.
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
export const layerSaml2 = (options: {
  readonly clientId: string
  readonly clientSecret: Redacted.Redacted
  readonly orgName: string
  readonly assertion: Redacted.Redacted
}): Layer.Layer<Credentials, never, HttpClient.HttpClient | Region> =>
  layerGrant((login) =>
    login({
      form: {
        grant_type: "urn:ietf:params:oauth:grant-type:saml2-bearer",
        orgName: options.orgName,
        assertion: options.assertion
      },
      basic: options
    })
  )

/**
 * Credentials from the environment: `GENESYS_CLOUD_ACCESS_TOKEN`, or
 * `GENESYS_CLOUD_CLIENT_ID` and `GENESYS_CLOUD_CLIENT_SECRET`. A missing value is a
 * `ConfigError` that names it.
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
  Layer.unwrapEffect(
    Effect.gen(function* () {
      const token = yield* Config.option(Config.redacted("GENESYS_CLOUD_ACCESS_TOKEN"))
      if (Option.isSome(token)) return layerToken(token.value)
      return layerClientCredentials(
        yield* Config.all({
          clientId: Config.string("GENESYS_CLOUD_CLIENT_ID"),
          clientSecret: Config.redacted("GENESYS_CLOUD_CLIENT_SECRET")
        })
      )
    })
  ),
  { services: [HttpClient.HttpClient, Region], config: true }
)

/** One request to the login service of the region. */
type Login = (request: Omit<TokenRequest, "loginUrl">) => Effect.Effect<TokenReply, CredentialsError>

/** What the login service may get over in a moment. */
const passing = new Set<CredentialsError["reason"]>(["RateLimited", "Unavailable", "Unreachable"])

/** Twice more, and never sooner than asked for; a longer wait is the caller's to decide. */
const retries = Schedule.identity<CredentialsError>().pipe(
  Schedule.intersect(Schedule.exponential("300 millis").pipe(Schedule.jittered)),
  Schedule.modifyDelay(([error], delay) =>
    // in whole milliseconds: TestClock knows no others
    Math.ceil(Duration.toMillis(Duration.sum(error.retryAfter ?? Duration.zero, delay)))
  ),
  Schedule.intersect(Schedule.recurs(2)),
  Schedule.whileInput(
    (error: CredentialsError) =>
      passing.has(error.reason) && Duration.lessThan(error.retryAfter ?? Duration.zero, "10 seconds")
  )
)

const layerGrant = (
  acquire: (login: Login, loginOnce: Login) => Effect.Effect<Token, CredentialsError>
): Layer.Layer<Credentials, never, HttpClient.HttpClient | Region> =>
  perInputs(
    Layer.scoped(
      Credentials,
      Effect.gen(function* () {
        const client = yield* Effect.flatMap(HttpClient.HttpClient, plainClient)
        const { loginUrl } = yield* Region
        const loginOnce: Login = (request) => requestToken(client, { ...request, loginUrl })
        return yield* make({ acquire: acquire((request) => Effect.retry(loginOnce(request), retries), loginOnce) })
      })
    ),
    { services: [HttpClient.HttpClient, Region] }
  )

/** A grant whose secret works once: it is sent once, and its reply brings the next one. */
const layerRotating = (
  client: {
    readonly clientId: string
    readonly clientSecret?: Redacted.Redacted
    readonly onRotate?: (refreshToken: Redacted.Redacted) => Effect.Effect<void>
  },
  refreshToken: Redacted.Redacted | undefined,
  first?: TokenRequest["form"]
): Layer.Layer<Credentials, never, HttpClient.HttpClient | Region> => {
  const { clientId, clientSecret } = client
  const request = (form: TokenRequest["form"]) =>
    clientSecret === undefined
      ? { form: { ...form, client_id: clientId } }
      : { form, basic: { clientId, clientSecret } }
  return perInputs(
    Layer.unwrapEffect(
      Effect.map(Ref.make({ refreshToken, first }), (state) =>
        layerGrant((_, loginOnce) =>
          Effect.gen(function* () {
            const { first, refreshToken } = yield* Ref.get(state)
            if (refreshToken === undefined && first === undefined) {
              const message = "the authorization code is used up, and no refresh token came with it"
              return yield* new CredentialsError({ reason: "InvalidGrant", message })
            }
            const form = refreshToken ? { grant_type: "refresh_token", refresh_token: refreshToken } : (first ?? {})
            // from here on the reply holds the only copy of the next secret: it is stored, come what may
            return yield* Effect.uninterruptibleMask((restore) =>
              Effect.gen(function* () {
                const reply = yield* restore(loginOnce(request(form)))
                yield* Ref.set(state, { refreshToken: reply.refreshToken ?? refreshToken, first: undefined })
                if (reply.refreshToken && client.onRotate) yield* client.onRotate(reply.refreshToken)
                return reply
              })
            )
          })
        )
      )
    ),
    { services: [HttpClient.HttpClient, Region] }
  )
}
