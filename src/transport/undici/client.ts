import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type { HttpClientRequest } from "@effect/platform/HttpClientRequest"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as UrlParams from "@effect/platform/UrlParams"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import { globalValue } from "effect/GlobalValue"
import type { Dispatcher } from "undici"
import { RequestProgress } from "../RequestProgress.js"
import { Exchange } from "./Exchange.js"
import { outgoingOf } from "./outgoing.js"
import { Reply } from "./Reply.js"

type AnyFiber = Fiber.RuntimeFiber<unknown, unknown>

/** A client over a dispatcher. What its spans need of the context, and the caller's lacks, is taken of `context`. */
export const makeClient = (dispatcher: Dispatcher, context: Context.Context<never>): HttpClient.HttpClient => {
  // spans, and whatever `HttpClient.withScope` does, are the platform's own
  const stock = HttpClient.make((request, url, signal, fiber) =>
    Effect.suspend(() => send(dispatcher, request, url, fiber, signal))
  ).pipe(
    HttpClient.transformResponse(
      Effect.mapInputContext((input: Context.Context<never>) => Context.merge(context, input))
    )
  )
  return HttpClient.makeWith(
    Effect.flatMap((request: HttpClientRequest) =>
      Effect.withFiberRuntime<HttpClientResponse, HttpClientError.HttpClientError>((fiber) => {
        if (isTraced(request, fiber) || scoped.has(request)) return stock.execute(request)
        const url = UrlParams.makeUrl(request.url, request.urlParams, request.hash)
        return url._tag === "Right"
          ? send(dispatcher, request, url.right, fiber)
          : Effect.fail(new HttpClientError.RequestError({ request, reason: "InvalidUrl", cause: url.left }))
      })
    ),
    Effect.succeed<HttpClientRequest>
  )
}

const isTraced = (request: HttpClientRequest, fiber: AnyFiber): boolean =>
  fiber.getFiberRef(FiberRef.currentTracerEnabled) && !fiber.getFiberRef(HttpClient.currentTracerDisabledWhen)(request)

/** The requests of `HttpClient.withScope`, where the platform notes them. */
const scoped = globalValue(
  "@effect/platform/HttpClient/scopedRequests",
  () => new WeakMap<HttpClientRequest, AbortController>()
)

/** The reply as soon as its headers are there. An interruption ends the request at once. */
const send = (
  dispatcher: Dispatcher,
  request: HttpClientRequest,
  url: URL,
  fiber: AnyFiber,
  signal?: AbortSignal
): Effect.Effect<Reply, HttpClientError.RequestError> => {
  const progress = fiber.currentContext.unsafeMap.get(RequestProgress.key)
  const exchange = new Exchange(request, outgoingOf(request, fiber), progress)
  const answered = Effect.async<Reply, HttpClientError.RequestError>((resume) => {
    exchange.start(dispatcher, url, {
      replied: (status, headers) => resume(Effect.succeed(new Reply(request, status, headers, exchange))),
      failed: (cause) => resume(Effect.fail(new HttpClientError.RequestError({ request, reason: "Transport", cause })))
    })
    if (signal !== undefined) endWith(signal, exchange)
  })
  return Effect.uninterruptibleMask((restore) =>
    Effect.matchCauseEffect(restore(answered), {
      onSuccess: (reply) => {
        reply.abortWhenLost()
        return Effect.succeed(reply)
      },
      onFailure: (cause) => {
        exchange.abort()
        return Effect.failCause(cause)
      }
    })
  )
}

const endWith = (signal: AbortSignal, exchange: Exchange): void => {
  if (signal.aborted) return exchange.abort()
  signal.addEventListener("abort", () => exchange.abort(), { once: true })
}
