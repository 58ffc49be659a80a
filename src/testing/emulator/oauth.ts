import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import type { ClientRecord } from "./model.js"
import type { Org } from "./Org.js"
import * as RateLimit from "./rateLimit.js"
import { type Answer, json, maxBodyBytes, mediaType, type WireRequest } from "./wire.js"

interface OAuthError {
  readonly status: 400 | 401 | 413
  readonly error: string
  readonly description: string
}

interface Grant {
  readonly clientId: string
  readonly userId: string | undefined
  /** Whether a refresh token comes with it. */
  readonly refreshable: boolean
  readonly publicClient: boolean
}

type Result<A> = Either.Either<A, OAuthError>

/** Answers `POST /oauth/token`. */
export const answer = (org: Org, request: WireRequest, now: Effect.Effect<number>): Effect.Effect<Answer> =>
  Effect.gen(function* () {
    const form = readForm(request)
    const verifier = Either.isRight(form) ? form.right.get("code_verifier") : null
    const challenge = verifier === null ? undefined : yield* s256(verifier)
    const time = yield* now
    // from here on it is one synchronous step
    const reply = Either.flatMap(form, (form) => {
      const granted = grant(org, request, form, challenge, time)
      return Either.map(granted, (grant) => issue(org, grant, time))
    })
    return Either.match(reply, {
      onRight: (body) => json(200, body, { "cache-control": "no-store" }),
      onLeft: ({ description, error, status }) => json(status, { error, description, error_description: description })
    })
  })

const grant = (
  org: Org,
  request: WireRequest,
  form: URLSearchParams,
  challenge: string | undefined,
  now: number
): Result<Grant> =>
  Either.gen(function* () {
    const client = yield* authenticate(org, request, form)
    const { record } = client
    if (RateLimit.count(org, `client ${record.id}`, org.settings.tokenRateLimit, now)?.exceeded === true) {
      yield* fail(400, "invalid_request", "rate limit exceeded; too many requests to the token endpoint")
    }
    switch (yield* required(form, "grant_type")) {
      case "client_credentials":
        yield* confidential(client)
        return { clientId: record.id, userId: undefined, refreshable: false, publicClient: false }
      case "refresh_token": {
        const value = yield* required(form, "refresh_token")
        const token = org.accounts.refreshTokens.get(value)
        if (token?.publicClient !== true) yield* confidential(client)
        if (token === undefined || token.clientId !== record.id) return yield* invalidGrant("refresh token")
        org.accounts.refreshTokens.delete(value)
        return { ...token, refreshable: true }
      }
      case "authorization_code": {
        const value = yield* required(form, "code")
        const redirectUri = yield* required(form, "redirect_uri")
        const code = org.accounts.codes.get(value)
        // a code is good for one try
        org.accounts.codes.delete(value)
        const proven = code?.codeChallenge === undefined ? client.authenticated : code.codeChallenge === challenge
        if (
          code === undefined ||
          code.clientId !== record.id ||
          code.redirectUri !== redirectUri ||
          !proven ||
          now >= code.expiresAt
        ) {
          return yield* invalidGrant("authorization code")
        }
        return { clientId: record.id, userId: code.userId, refreshable: true, publicClient: !client.authenticated }
      }
      case "urn:ietf:params:oauth:grant-type:saml2-bearer": {
        yield* confidential(client)
        const orgName = yield* required(form, "orgName")
        const userId = org.accounts.assertions.get(yield* required(form, "assertion"))
        if (userId === undefined || orgName !== org.settings.orgName) return yield* invalidGrant("assertion")
        return { clientId: record.id, userId, refreshable: false, publicClient: false }
      }
      default:
        return yield* fail(400, "unsupported_grant_type", "unsupported grant type")
    }
  })

interface Client {
  readonly record: ClientRecord
  /** Whether it gave its secret; a PKCE client gives its id alone. */
  readonly authenticated: boolean
}

const authenticate = (org: Org, request: WireRequest, form: URLSearchParams): Result<Client> => {
  const basic = /^basic +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1]
  const credentials = basic === undefined ? undefined : Either.getOrUndefined(Encoding.decodeBase64String(basic))
  const colon = credentials?.indexOf(":") ?? -1
  const id = credentials === undefined ? form.get("client_id") : credentials.slice(0, colon)
  const record = id === null ? undefined : org.accounts.clients.get(id)
  const authenticated =
    record !== undefined && credentials !== undefined && credentials.slice(colon + 1) === record.secret
  if (record === undefined || (request.headers.authorization !== undefined && !authenticated)) return invalidClient
  return Either.right({ record, authenticated })
}

const issue = (org: Org, { clientId, publicClient, refreshable, userId }: Grant, now: number) => {
  const { accounts, ids, settings } = org
  return {
    access_token: accounts.issueAccessToken(ids, {
      clientId,
      userId,
      permissions: undefined,
      expiresAt: now + settings.tokenLifetime
    }),
    ...(refreshable && userId !== undefined
      ? { refresh_token: accounts.issueRefreshToken(ids, { clientId, userId, publicClient }) }
      : {}),
    token_type: "bearer",
    expires_in: Math.floor(settings.tokenLifetime / 1000)
  }
}

const readForm = (request: WireRequest): Result<URLSearchParams> => {
  if (request.body.byteLength > maxBodyBytes) return fail(413, "invalid_request", "request body too large")
  return mediaType(request.headers["content-type"]) === "application/x-www-form-urlencoded"
    ? Either.right(new URLSearchParams(new TextDecoder().decode(request.body)))
    : fail(400, "invalid_request", "content type must be application/x-www-form-urlencoded")
}

/** The S256 challenge of a verifier (RFC 7636). */
const s256 = (verifier: string): Effect.Effect<string> =>
  Effect.map(
    Effect.promise(() => crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))),
    (digest) => Encoding.encodeBase64Url(new Uint8Array(digest))
  )

const required = (form: URLSearchParams, name: string): Result<string> => {
  const value = form.get(name)
  return value === null || value === ""
    ? fail(400, "invalid_request", `missing parameter: ${name}`)
    : Either.right(value)
}

const confidential = (client: Client): Result<void> => (client.authenticated ? Either.void : invalidClient)

const fail = (status: OAuthError["status"], error: string, description: string): Result<never> =>
  Either.left({ status, error, description })

const invalidClient: Result<never> = fail(401, "invalid_client", "authentication failed")

const invalidGrant = (what: string): Result<never> => fail(400, "invalid_grant", `${what} not found, used or expired`)
