import type * as HttpClient from "@effect/platform/HttpClient"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { CredentialsError } from "../ChatsError.js"
import * as Options from "../internal/options.js"
import { summary } from "../internal/summary.js"
import { comeWhatMay } from "../internal/within.js"
import type { Region } from "../Region.js"
import { type LoginOptions, requestToken, type TokenRequest } from "./login.js"
import type { Token } from "./Token.js"

/** One request for a token. */
export type Grant = Effect.Effect<Token, CredentialsError, HttpClient.HttpClient | Region>

/** A client with the grant "client credentials"; blanks and line breaks around a value are no part of it. */
export interface ClientCredentials extends LoginOptions {
  readonly clientId: string
  readonly clientSecret: Redacted.Redacted
}

interface Rotating extends LoginOptions {
  readonly clientId: string
  /** None with PKCE: the client id goes along in the form instead. */
  readonly clientSecret?: Redacted.Redacted | undefined
  /**
   * Stores the refresh token that came with an access token, before the access token is used. If it takes longer
   * than 10 seconds or dies, a warning is logged, and the access token is used all the same.
   */
  readonly onRotate?: ((refreshToken: Redacted.Redacted) => Effect.Effect<void>) | undefined
}

/** A refresh token and its client. */
export interface RefreshToken extends Rotating {
  readonly refreshToken: Redacted.Redacted
}

/** The code that an authorization brought to the redirect URI. */
export interface AuthorizationCode extends Rotating {
  readonly code: Redacted.Redacted
  readonly redirectUri: string
  /** The verifier of PKCE (RFC 7636). */
  readonly codeVerifier?: Redacted.Redacted | undefined
}

/** A SAML2 assertion and its client. */
export interface Saml2 extends ClientCredentials {
  readonly orgName: string
  readonly assertion: Redacted.Redacted
}

export const clientCredentials = (options: ClientCredentials): Grant => {
  const { login } = checked("clientCredentials", options)
  const basic = basicOf("clientCredentials", options)
  return toToken(requestToken(login, { form: { grant_type: "client_credentials" }, basic }))
}

export const saml2 = (options: Saml2): Grant => {
  const { login, secret, text } = checked("saml2", options)
  const basic = basicOf("saml2", options)
  const form = {
    grant_type: "urn:ietf:params:oauth:grant-type:saml2-bearer",
    orgName: text("orgName", options.orgName),
    assertion: secret("assertion", options.assertion)
  }
  return toToken(requestToken(login, { form, basic }))
}

export const refreshToken = (options: RefreshToken): Grant =>
  rotating("refreshToken", options, ({ secret }) => ({
    refreshToken: secret("refreshToken", options.refreshToken),
    first: undefined
  }))

export const authorizationCode = (options: AuthorizationCode): Grant =>
  rotating("authorizationCode", options, ({ secret, text }) => ({
    refreshToken: undefined,
    first: {
      grant_type: "authorization_code",
      code: secret("code", options.code),
      redirect_uri: text("redirectUri", options.redirectUri),
      ...(options.codeVerifier === undefined ? {} : { code_verifier: secret("codeVerifier", options.codeVerifier) })
    }
  }))

/** How long `onRotate` may take. */
const rotation = Duration.seconds(10)

/** What is sent next: the first form until it has brought a token, then the refresh token that came with the last. */
interface Next {
  readonly refreshToken: Redacted.Redacted | undefined
  readonly first: TokenRequest["form"] | undefined
}

/** A grant whose secret works once: its reply brings the next one, so that only one request is ever under way. */
const rotating = (name: string, options: Rotating, begin: (checked: Checked) => Next): Grant => {
  const fields = checked(name, options)
  const clientId = fields.text("clientId", options.clientId)
  const basic = options.clientSecret && basicOf(name, { clientId, clientSecret: options.clientSecret })
  let next = begin(fields)
  const oneByOne = Effect.unsafeMakeSemaphore(1)
  return oneByOne.withPermits(1)(
    Effect.suspend(() => {
      const { first, refreshToken } = next
      if (refreshToken === undefined && first === undefined) {
        const message = "the authorization code is used up, and no refresh token came with it"
        return new CredentialsError({ reason: "InvalidGrant", message })
      }
      const form = refreshToken ? { grant_type: "refresh_token", refresh_token: refreshToken } : (first ?? {})
      const request = basic === undefined ? { form: { ...form, client_id: clientId } } : { form, basic }
      // from here on the reply holds the only copy of the next secret: it is stored, come what may
      return Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          const { refreshToken: rotated, ...token } = yield* restore(requestToken(fields.login, request))
          next = { refreshToken: rotated ?? refreshToken, first: undefined }
          const { onRotate } = options
          if (rotated && onRotate) yield* store(Effect.suspend(() => onRotate(rotated)))
          return token
        })
      )
    })
  )
}

const store = (onRotate: Effect.Effect<void>): Effect.Effect<void> =>
  Effect.matchCauseEffect(comeWhatMay(onRotate, rotation), {
    onSuccess: Option.match({
      onNone: () => notStored(`took longer than ${Duration.format(rotation)}`),
      onSome: () => Effect.void
    }),
    onFailure: (cause) => notStored(`died: ${summary(Cause.squash(cause))}`)
  })

const notStored = (why: string): Effect.Effect<void> =>
  Effect.logWarning(`onRotate ${why}; the refresh token may not be stored`)

const toToken = <E, R>(
  reply: Effect.Effect<Token & { readonly refreshToken: unknown }, E, R>
): Effect.Effect<Token, E, R> => Effect.map(reply, ({ accessToken, expiresIn }) => ({ accessToken, expiresIn }))

/** The options of a grant are checked as they are read. */
interface Checked {
  readonly login: LoginOptions
  readonly text: (name: string, value: string) => string
  readonly secret: (name: string, value: Redacted.Redacted) => Redacted.Redacted
}

/** Blanks and line breaks, as files and shells leave them, are no part of a value; an empty one is refused by name. */
const checked = (grant: string, { transformLoginClient, userAgent }: LoginOptions): Checked => {
  const text = (name: string, value: string) => Options.text(`Credentials.${grant}: ${name}`, value)
  return {
    login: {
      transformLoginClient,
      userAgent:
        userAgent === undefined ? undefined : Options.headerValue(`Credentials.${grant}: userAgent`, userAgent.trim())
    },
    text,
    secret: (name, value) => Redacted.make(text(name, Redacted.isRedacted(value) ? Redacted.value(value) : ""))
  }
}

/** Client id and secret, for `Basic`. */
export const basicOf = (
  grant: string,
  { clientId, clientSecret }: Pick<ClientCredentials, "clientId" | "clientSecret">
) => {
  const { secret, text } = checked(grant, {})
  return { clientId: text("clientId", clientId), clientSecret: secret("clientSecret", clientSecret) }
}
