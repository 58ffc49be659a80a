/** A redirect is a reply whatever the transport, and what the user gave to `fetch` stays in force. */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { runFork } from "../../src/internal/effect/fiber.js"
import { makePlain, plainClient } from "../../src/transport/plainClient.js"
import { serve, transports } from "../utils/server.js"
import { recordingTracer } from "../utils/tracing.js"

interface Called {
  readonly url: string
  readonly init: RequestInit | undefined
}

/** A `fetch` that notes how it was called, and redirects. */
const fetching = () => {
  const calls: Array<Called> = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    calls.push({ url: String(input), init })
    return new Response("moved", { status: 302, headers: { location: "/elsewhere" } })
  }
  return { calls, fetch }
}

const withInit = (init: RequestInit) => Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, init))
const withFetch = (fetch: typeof globalThis.fetch) => Layer.provide(Layer.succeed(FetchHttpClient.Fetch, fetch))
const clientOf = (layer: Layer.Layer<HttpClient.HttpClient>) =>
  Effect.flatMap(Effect.provide(HttpClient.HttpClient, layer), plainClient)

const post = HttpClientRequest.post("http://a.example/b", { headers: { authorization: "Bearer t" } }).pipe(
  HttpClientRequest.bodyText("hello")
)

describe("over fetch", () => {
  it.effect("RequestInit and Fetch of the layer both count, from the first request on, and each is sent once", () =>
    Effect.gen(function* () {
      const { calls, fetch } = fetching()
      const layer = FetchHttpClient.layer.pipe(
        withInit({ keepalive: true, headers: { "x-mine": "1" }, redirect: "follow" }),
        withFetch(fetch)
      )
      const client = yield* clientOf(layer)
      for (let i = 0; i < 3; i++) expect((yield* client.execute(post)).status).toBe(302)
      yield* client.get("http://a.example/c")
      expect(calls).toHaveLength(4)
      for (const { init } of calls) {
        expect(init).toMatchObject({ keepalive: true, redirect: "manual", headers: { "x-mine": "1" } })
      }
      expect(calls[0]?.init).toMatchObject({ method: "POST", headers: { authorization: "Bearer t" } })
      // nothing of one request is left for the next
      expect(calls[3]?.init).toMatchObject({ method: "GET", body: undefined })
      expect(Object.keys(calls[3]?.init?.headers ?? {})).not.toContain("authorization")
    })
  )

  it.effect("the nearest counts: the call's, else the client's, else the transport's", () =>
    Effect.gen(function* () {
      const [ofLayer, ofClient, ofCall] = [fetching(), fetching(), fetching()]
      const layer = FetchHttpClient.layer.pipe(withInit({ referrer: "layer" }), withFetch(ofLayer.fetch))
      const inner = yield* Effect.provide(HttpClient.HttpClient, layer)
      const client = yield* plainClient(inner).pipe(
        Effect.provideService(FetchHttpClient.RequestInit, { referrer: "client" }),
        Effect.provideService(FetchHttpClient.Fetch, ofClient.fetch)
      )
      yield* client.execute(post)
      yield* client
        .execute(post)
        .pipe(
          Effect.provideService(FetchHttpClient.RequestInit, { referrer: "call" }),
          Effect.provideService(FetchHttpClient.Fetch, ofCall.fetch)
        )
      const plain = yield* plainClient(inner)
      yield* Effect.provideService(plain.execute(post), FetchHttpClient.RequestInit, { referrer: "call" })
      yield* Effect.provideService(plain.execute(post), FetchHttpClient.Fetch, ofCall.fetch)
      yield* plain.execute(post)
      const seen = (calls: ReadonlyArray<Called>) => calls.map(({ init }) => [init?.referrer, init?.redirect])
      expect(seen(ofClient.calls)).toEqual([["client", "manual"]])
      expect(seen(ofCall.calls)).toEqual([
        ["call", "manual"],
        ["layer", "manual"]
      ])
      expect(seen(ofLayer.calls)).toEqual([
        ["call", "manual"],
        ["layer", "manual"]
      ])
    })
  )

  it.effect("also of many requests at once, where the first was interrupted, or never came to be sent", () =>
    Effect.gen(function* () {
      const { calls, fetch } = fetching()
      const layer = FetchHttpClient.layer.pipe(withInit({ referrer: "layer" }), withFetch(fetch))
      const inner = yield* Effect.provide(HttpClient.HttpClient, layer)
      const refusing = HttpClient.mapRequestEffect(inner, (request) =>
        request.url.endsWith("never")
          ? Effect.never
          : request.url.endsWith("refused")
            ? Effect.fail(new HttpClientError.RequestError({ request, reason: "Encode" }))
            : Effect.succeed(request)
      )
      const client = yield* plainClient(refusing)
      const stuck = yield* Effect.fork(client.get("http://a.example/never"))
      yield* Effect.yieldNow()
      expect(Exit.isInterrupted(yield* Fiber.interrupt(stuck))).toBe(true)
      const replies = yield* Effect.all([client.execute(post), client.execute(post)], { concurrency: 2 })
      expect(replies.map(({ status }) => status)).toEqual([302, 302])

      const another = yield* plainClient(refusing)
      yield* Effect.flip(another.get("http://a.example/refused"))
      yield* another.execute(post)
      yield* another.execute(post)
      expect(calls).toHaveLength(4)
      for (const { init } of calls) expect(init).toMatchObject({ referrer: "layer", redirect: "manual" })
    })
  )
})

for (const [name, layer] of transports) {
  it.scopedLive(`${name}: redirects are replies, nothing is sent twice, and there are no stock spans`, () =>
    Effect.gen(function* () {
      const asked: Array<string> = []
      const url = yield* serve((request, response) => {
        asked.push(`${request.method} ${request.url}`)
        request.resume()
        response.writeHead(303, { location: "/elsewhere" }).end()
      })
      const { spans, tracer } = yield* recordingTracer
      const http = yield* HttpClient.HttpClient
      const client = yield* plainClient(http)
      const plain = yield* makePlain(http)
      const request = HttpClientRequest.post(`${url}/one`)
      yield* Effect.gen(function* () {
        for (let i = 0; i < 2; i++) expect((yield* client.execute(request)).status).toBe(303)
        for (let i = 0; i < 3; i++) {
          const sent = Effect.withFiberRuntime<HttpClientResponse, HttpClientError.HttpClientError>((fiber) => {
            const own = plain.surroundings(fiber, () => {})
            return Fiber.join(runFork(own, plain.execute(request, own.context)))
          })
          const { status } = yield* sent
          expect(status).toBe(303)
        }
      }).pipe(Effect.withTracer(tracer))
      expect(asked).toEqual(new Array(5).fill("POST /one"))
      expect(spans).toEqual([])
    }).pipe(Effect.provide(layer))
  )
}
