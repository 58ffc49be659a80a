/**
 * An `HttpClient` in memory that answers as a script says, and a live client over it.
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { ChatsClient, Credentials, FlowControl, Region, RetryPolicy } from "effect-genesys-chats"

/** A request as it came, and when. */
export interface Received {
  readonly method: string
  readonly url: URL
  readonly headers: { readonly [name: string]: string | undefined }
  readonly body: string
  readonly at: number
}

/** A reply, or the cause of there being none. */
export type Answer = Response | Effect.Effect<Response, unknown>

export interface Scripted {
  readonly client: HttpClient.HttpClient
  readonly layer: Layer.Layer<HttpClient.HttpClient>
  readonly requests: Array<Received>
}

const bodyText = (request: HttpClientRequest.HttpClientRequest): string =>
  request.body._tag === "Uint8Array" ? new TextDecoder().decode(request.body.body) : ""

/** `answer` says what to reply to a request; `n` counts them from 0. */
export const scripted = (answer: (request: Received, n: number) => Answer): Scripted => {
  const requests: Array<Received> = []
  const client = HttpClient.make((request, url) =>
    Effect.flatMap(Clock.currentTimeMillis, (at) => {
      const received = { method: request.method, url, headers: request.headers, body: bodyText(request), at }
      requests.push(received)
      const reply = answer(received, requests.length - 1)
      return (reply instanceof Response ? Effect.succeed(reply) : reply).pipe(
        Effect.map((response) => HttpClientResponse.fromWeb(request, response)),
        Effect.mapError((cause) => new HttpClientError.RequestError({ request, reason: "Transport", cause }))
      )
    })
  )
  return { client, layer: Layer.succeed(HttpClient.HttpClient, client), requests }
}

/** One answer after the other; the last one again and again. */
export const sequence = (...answers: ReadonlyArray<() => Answer>): Scripted =>
  scripted((_, n) => {
    const next = answers[Math.min(n, answers.length - 1)]
    return next === undefined ? Effect.die("no answers") : next()
  })

export const reply = (
  status: number,
  body: BodyInit | null = null,
  headers: { readonly [name: string]: string } = {}
): Response => new Response(status === 204 || status === 304 ? null : body, { status, headers })

export const json = (status: number, body: unknown, headers: { readonly [name: string]: string } = {}): Response =>
  reply(status, JSON.stringify(body), { "content-type": "application/json", ...headers })

/** A transport's failure as Node gives it: an error with a code, and more. */
export const failure = (code: string, more: object = {}): Error =>
  Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error(code), { code, ...more }) })

export const token = "t0ken-9f8e7d6c5b4a"

export interface ClientOptions extends ChatsClient.Options {
  readonly policy?: RetryPolicy.Policy
  readonly credentials?: Layer.Layer<Credentials.Credentials>
  readonly flow?: Layer.Layer<FlowControl.FlowControl>
}

/** What has no state is built once for all clients. */
let usual: Context.Context<Credentials.Credentials | FlowControl.FlowControl | Region.Region> | undefined

const usualServices = () => {
  const layer = Layer.mergeAll(
    Credentials.layerToken(Redacted.make(token)),
    FlowControl.layerNone,
    Region.layer("eu-central-1")
  )
  usual ??= Effect.runSync(Effect.scoped(Layer.build(layer)))
  return Layer.succeedContext(usual)
}

/** The live client over a script, with a fixed token, and without flow control where none is given. */
export const clientOver = ({ layer }: Scripted, options?: ClientOptions): Layer.Layer<ChatsClient.ChatsClient> => {
  const client = ChatsClient.layerWith(options ?? {})
  const withCredentials = options?.credentials === undefined ? client : Layer.provide(client, options.credentials)
  const withFlow = options?.flow === undefined ? withCredentials : Layer.provide(withCredentials, options.flow)
  const whole = withFlow.pipe(Layer.provide(usualServices()), Layer.provide(layer))
  return options?.policy === undefined ? whole : Layer.provide(whole, RetryPolicy.layer(options.policy))
}
