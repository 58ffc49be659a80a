import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import * as Url from "effect/http/Url"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { Dispatcher } from "undici"
import { RequestProgress } from "../RequestProgress.js"
import { Exchange } from "./Exchange.js"
import { outgoingOf } from "./outgoing.js"
import { Reply } from "./Reply.js"

/** A client over a dispatcher. What its spans need of the context, and the caller's lacks, is taken of `context`. */
export const makeClient = (dispatcher: Dispatcher, context: Context.Context<never>): HttpClient.HttpClient => {
  // spans, and whatever `HttpClient.withScope` does, are the platform's own
  const stock = HttpClient.make((request, url, signal, fiber) =>
    Effect.suspend(() => send(dispatcher, request, url, fiber, signal))
  ).pipe(
    HttpClient.transformResponse(Effect.updateContext((input: Context.Context<never>) => Context.merge(context, input)))
  )
  return HttpClient.makeWith(
    Effect.flatMap((request: HttpClientRequest) =>
      Effect.withFiber<HttpClientResponse, HttpClientError.HttpClientError>((fiber) => {
        if (!isWatched(request, fiber)) return stock.execute(request)
        const url = Url.make(request.url, request.urlParams, Option.getOrUndefined(request.hash))
        if (Result.isSuccess(url)) return send(dispatcher, request, url.success, fiber)
        const reason = new HttpClientError.InvalidUrlError({ request, cause: url.failure })
        return Effect.fail(new HttpClientError.HttpClientError({ reason }))
      })
    ),
    Effect.succeed<HttpClientRequest>
  )
}

/**
 * Whether it has no span, and whoever makes it watches it: the signal that the platform makes for each request, and the
 * reply that knows it, cost as much as all the rest of a small call.
 */
const isWatched = (request: HttpClientRequest, fiber: Fiber.Fiber<unknown, unknown>): boolean =>
  fiber.context.mapUnsafe.has(RequestProgress.key) && fiber.getRef(HttpClient.TracerDisabledWhen)(request)

/** The reply as soon as its headers are there. An interruption ends the request at once. */
const send = (
  dispatcher: Dispatcher,
  request: HttpClientRequest,
  url: URL,
  fiber: Fiber.Fiber<unknown, unknown>,
  signal?: AbortSignal
): Effect.Effect<Reply, HttpClientError.HttpClientError> => {
  const progress = fiber.context.mapUnsafe.get(RequestProgress.key)
  const exchange = new Exchange(request, outgoingOf(request, fiber), progress)
  const answered = Effect.callback<Reply, HttpClientError.HttpClientError>((resume) => {
    exchange.start(dispatcher, url, {
      // what came with the headers is taken in first: a small body is whole then
      replied: (status, headers) =>
        queueMicrotask(() => resume(Effect.succeed(new Reply(request, url.href, status, headers, exchange)))),
      failed: (cause) =>
        resume(
          Effect.fail(
            new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })
          )
        )
    })
    if (signal !== undefined) endWith(signal, exchange)
    return Effect.sync(() => exchange.abort())
  })
  return Effect.map(answered, (reply) => {
    reply.abortWhenLost()
    return reply
  })
}

const endWith = (signal: AbortSignal, exchange: Exchange): void => {
  if (signal.aborted) return exchange.abort()
  signal.addEventListener("abort", () => exchange.abort(), { once: true })
}
