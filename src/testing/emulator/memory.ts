import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type HttpClientError, noReply, unsendable } from "../../internal/effect/httpErrors.js"
import type { Host } from "./host.js"
import type { WireReply } from "./wire.js"

/** An `HttpClient` whose requests go straight to the host, whatever origin they name. */
export const httpClient = (host: Host): HttpClient.HttpClient =>
  HttpClient.make((request, url, signal) =>
    Effect.gen(function* () {
      const body = yield* bodyBytes(request)
      const reply = yield* host
        .serve({
          method: request.method,
          path: url.pathname,
          query: url.search.slice(1),
          headers: request.headers,
          body
        })
        .pipe(Effect.mapError((cause) => noReply(request, cause)))
      return HttpClientResponse.fromWeb(request, yield* toResponse(reply, signal))
    })
  )

const toResponse = ({ body, headers, status }: WireReply, signal: AbortSignal): Effect.Effect<Response> => {
  if (body === undefined) return Effect.sync(() => new Response(null, { status, headers: { ...headers } }))
  if (body instanceof Uint8Array) {
    const sized = { ...headers, "content-length": String(body.byteLength) }
    return Effect.sync(() => new Response(new Uint8Array(body), { status, headers: sized }))
  }
  return Effect.map(
    Stream.toReadableStreamEffect(Stream.interruptWhen(body, aborted(signal))),
    (stream) => new Response(stream, { status, headers: { ...headers } })
  )
}

/** A body that stalls or crawls ends when its reader gives up. */
const aborted = (signal: AbortSignal): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    const done = () => resume(Effect.void)
    signal.addEventListener("abort", done, { once: true })
    return Effect.sync(() => signal.removeEventListener("abort", done))
  })

export const bodyBytes = (request: HttpClientRequest.HttpClientRequest): Effect.Effect<Uint8Array, HttpClientError> => {
  const { body } = request
  const failed = (cause: unknown) => unsendable(request, cause)
  const readAll = (body: BodyInit) =>
    Effect.tryPromise({ try: async () => new Uint8Array(await new Response(body).arrayBuffer()), catch: failed })
  switch (body._tag) {
    case "Empty":
      return Effect.succeed(new Uint8Array())
    case "Uint8Array":
      return Effect.succeed(body.body)
    case "Stream":
      return Effect.flatMap(Stream.toReadableStreamEffect(body.stream), readAll)
    case "FormData":
      return readAll(body.formData)
    case "Raw":
      return isBodyInit(body.body)
        ? readAll(body.body)
        : Effect.fail(failed(new TypeError("The emulator cannot read this kind of raw body")))
  }
}

const isBodyInit = (body: unknown): body is BodyInit =>
  typeof body === "string" ||
  body instanceof ArrayBuffer ||
  ArrayBuffer.isView(body) ||
  body instanceof Blob ||
  body instanceof URLSearchParams ||
  body instanceof ReadableStream
