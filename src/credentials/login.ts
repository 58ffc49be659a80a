import * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Encoding from "effect/Encoding"
import * as Redacted from "effect/Redacted"
import { CredentialsError, type CredentialsReason } from "../ChatsError.js"
import { replyIn } from "../internal/effect/httpErrors.js"
import { parseObject } from "../internal/lenientJson.js"
import { printable, redact } from "../internal/redact.js"
import { withSpan } from "../internal/span.js"
import { defaultUserAgent } from "../internal/userAgent.js"
import { retryAfter } from "../limits/retryAfter.js"
import { Region } from "../Region.js"
import { classify } from "../transport/classify.js"
import { plainClient } from "../transport/plainClient.js"
import { acceptEncoding, readSomeText } from "../transport/readBody.js"

/** How the login service is asked. */
export interface LoginOptions {
  /**
   * Changes the `HttpClient` of token requests: headers for a proxy, logging. Requests to the API have their own
   * option, `transformClient` of `ChatsClient`.
   */
  readonly transformLoginClient?: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
  /** The `User-Agent` of token requests. Default: the name and version of this package. */
  readonly userAgent?: string | undefined
}

/** What a grant brought. */
export interface TokenReply {
  readonly accessToken: Redacted.Redacted
  /** `undefined` where the service does not say, or says nothing that is a number. */
  readonly expiresIn: Duration.Duration | undefined
  readonly refreshToken: Redacted.Redacted | undefined
}

/** One grant at the login service. */
export interface TokenRequest {
  readonly form: { readonly [field: string]: string | Redacted.Redacted }
  /** Client id and secret for Basic authentication; none with PKCE. */
  readonly basic?: { readonly clientId: string; readonly clientSecret: Redacted.Redacted } | undefined
}

/** No token reply is longer than this, in bytes. */
const maxReply = 64 * 1024

/** The longest wait for the body of a reply whose status is there. */
const bodyPatience = Duration.seconds(10)

/**
 * Asks the login service of the region for a token, once. Whatever it answers becomes a token or a
 * `CredentialsError` that says in which way it failed; nothing that it sends is quoted but its `error`
 * and `error_description`, and no secret in those.
 */
export const requestToken = (
  options: LoginOptions,
  request: TokenRequest
): Effect.Effect<TokenReply, CredentialsError, HttpClient.HttpClient | Region> =>
  withSpan({ name: "chats.token", kind: "client" }, (span) =>
    Effect.gen(function* () {
      span?.attribute("http.request.method", "POST")
      span?.attribute("url.template", "/oauth/token")
      const { loginUrl } = yield* Region
      const http = yield* HttpClient.HttpClient
      const client = yield* plainClient(options.transformLoginClient?.(http) ?? http)
      const response = yield* client
        .execute(toHttp(loginUrl, options, request))
        .pipe(Effect.catchAll((error) => replyOf(request, error)))
      span?.attribute("http.response.status_code", response.status)
      const text = yield* readSomeText(response, maxReply, bodyPatience)
      const body = parseObject(text)
      const { status } = response
      if (status < 200 || status > 299) {
        const now = yield* Clock.currentTimeMillis
        return yield* refused(request, response, { text, body, now })
      }
      const token = body?.["access_token"]
      // what cannot stand in a header would fail later, far from its cause
      if (typeof token !== "string" || !isHeaderValue(token)) {
        const message = "the login service answered without a usable access_token"
        return yield* new CredentialsError({ reason: "InvalidReply", status, message })
      }
      const refreshToken = body?.["refresh_token"]
      return {
        accessToken: Redacted.make(token),
        expiresIn: expiry(body?.["expires_in"]),
        refreshToken: typeof refreshToken === "string" && refreshToken !== "" ? Redacted.make(refreshToken) : undefined
      }
    })
  )

/** Whether a token can stand behind `Bearer`. */
export const isHeaderValue = (token: string): boolean => /^[\x21-\x7e]+$/.test(token)

const toHttp = (
  loginUrl: string,
  options: LoginOptions,
  request: TokenRequest
): HttpClientRequest.HttpClientRequest => {
  const basic = basicCredentials(request)
  const form = new URLSearchParams(Object.entries(request.form).map(([name, value]) => [name, reveal(value)]))
  const headers = {
    accept: "application/json",
    "accept-encoding": acceptEncoding(),
    "user-agent": options.userAgent ?? defaultUserAgent,
    ...(basic === undefined ? {} : { authorization: `Basic ${basic}` })
  }
  return HttpClientRequest.post(`${loginUrl}/oauth/token`, { headers }).pipe(
    HttpClientRequest.bodyText(form.toString(), "application/x-www-form-urlencoded")
  )
}

const reveal = (value: string | Redacted.Redacted): string =>
  typeof value === "string" ? value : Redacted.value(value)

/** What stands behind `Basic`: a secret like the client's own. */
const basicCredentials = ({ basic }: TokenRequest): string | undefined =>
  basic && Encoding.encodeBase64(`${basic.clientId}:${Redacted.value(basic.clientSecret)}`)

/** An error that came after a status (a client that lets 2xx through alone) holds the reply. */
const replyOf = (
  request: TokenRequest,
  error: HttpClientError
): Effect.Effect<HttpClientResponse, CredentialsError> => {
  const response = replyIn(error)
  if (response !== undefined) return Effect.succeed(response)
  const { code, reason } = classify(error)
  const told = code === undefined ? undefined : withoutSecrets(request, code)
  const message = `the login service did not answer: ${reason}${told === undefined ? "" : ` (${told})`}`
  return Effect.fail(new CredentialsError({ reason: "Unreachable", code: told, message }))
}

const expiry = (value: unknown): Duration.Duration | undefined => {
  const seconds = typeof value === "string" && value.trim() !== "" ? Number(value) : value
  return typeof seconds === "number" && Number.isFinite(seconds) ? Duration.seconds(Math.max(0, seconds)) : undefined
}

const refused = (
  request: TokenRequest,
  { headers, status }: HttpClientResponse,
  {
    body,
    now,
    text
  }: {
    readonly text: string
    readonly body: { readonly [key: string]: unknown } | undefined
    readonly now: number
  }
): CredentialsError => {
  const string = (key: string): string | undefined => {
    const value = body?.[key]
    return typeof value === "string" ? printable(withoutSecrets(request, value)).slice(0, 300) : undefined
  }
  const code = string("error")
  const description = string("error_description") ?? string("description") ?? string("message")
  const reason = reasonOf(status, code, text)
  const advice = reason === "InvalidClient" ? " (is it the right region?)" : ""
  return new CredentialsError({
    reason,
    status,
    code,
    retryAfter: retryAfter({
      header: headers["retry-after"],
      date: headers["date"],
      message: description ?? text,
      now
    }),
    message: `the login service answered ${[status, code, description].filter((part) => part !== undefined).join(" ")}${advice}`
  })
}

const withoutSecrets = (request: TokenRequest, text: string): string => {
  const redacted = Object.values(request.form).filter((value) => typeof value !== "string")
  const secrets = [...redacted, ...(request.basic ? [request.basic.clientSecret] : [])].map(reveal)
  const basic = basicCredentials(request)
  if (basic !== undefined) secrets.push(basic)
  return redact(text, secrets)
}

const reasonOf = (status: number, code: string | undefined, text: string): CredentialsReason => {
  // the token endpoint says so with a 400, in one field or another; a gateway before it, with a 403
  if (status === 429 || ((status === 400 || status === 403) && rateLimit.test(text))) return "RateLimited"
  if (status >= 500 || status === 408) return "Unavailable"
  if (code === "invalid_client" || code === "unauthorized_client") return "InvalidClient"
  if (code === "invalid_grant") return "InvalidGrant"
  return "Rejected"
}

const rateLimit = /rate[ ._-]?limit|too[ ._-]many[ ._-]requests/i
