import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import { globalValue } from "effect/GlobalValue"
import type { Dispatcher } from "undici"
import { executeWithin, type Restore, type WithDeadline } from "../../internal/deadline.js"
import { Exchange, requestError, type Subject } from "./Exchange.js"
import { Aborted } from "./IncomingBody.js"
import { outgoingOf, outgoingStream } from "./Outgoing.js"
import type { Reply as Received } from "./Reply.js"
import { type Target, targetOf, targetOfUrl } from "./target.js"

type Request = HttpClientRequest.HttpClientRequest
type Reply = Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>

/** A client over a dispatcher. What its spans need of the context, and the caller's lacks, is taken of `context`. */
export const makeClient = (
  dispatcher: Dispatcher,
  context: Context.Context<never>
): HttpClient.HttpClient & WithDeadline => {
  const lean = (request: Request, millis: number, restore: Restore): Reply => {
    const target = targetOf(request)
    return Either.isRight(target)
      ? send(dispatcher, request, target.right, millis, restore)
      : Effect.fail(new HttpClientError.RequestError({ request, reason: "InvalidUrl", cause: target.left }))
  }
  // spans, and whatever `HttpClient.withScope` does, are the platform's own
  const stock = HttpClient.make((request, url, signal) =>
    Effect.uninterruptibleMask((restore) =>
      send(dispatcher, request, targetOfUrl(url), Number.POSITIVE_INFINITY, restore, signal)
    )
  ).pipe(
    HttpClient.transformResponse(
      Effect.mapInputContext((input: Context.Context<never>) => Context.merge(context, input))
    )
  )
  const client = HttpClient.makeWith(
    Effect.flatMap((request: Request) =>
      Effect.withFiberRuntime<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>((fiber) =>
        isTraced(request, fiber) || scoped.has(request)
          ? stock.execute(request)
          : Effect.uninterruptibleMask((restore) => lean(request, Number.POSITIVE_INFINITY, restore))
      )
    ),
    Effect.succeed<Request>
  )
  return Object.assign(client, { [executeWithin]: lean })
}

const isTraced = (request: Request, fiber: Fiber.RuntimeFiber<unknown, unknown>): boolean =>
  fiber.getFiberRef(FiberRef.currentTracerEnabled) && !fiber.getFiberRef(HttpClient.currentTracerDisabledWhen)(request)

/** The requests of `HttpClient.withScope`, where the platform notes them. */
const scoped = globalValue("@effect/platform/HttpClient/scopedRequests", () => new WeakMap<Request, AbortController>())

const send = (
  dispatcher: Dispatcher,
  request: Request,
  target: Target,
  millis: number,
  restore: Restore,
  signal?: AbortSignal
): Reply => {
  const { body, headers } = request
  if (body._tag !== "Stream") {
    return dispatch(dispatcher, { request, target, outgoing: outgoingOf(body, headers), millis }, restore, signal)
  }
  // the runtime of who can be interrupted: what makes the stream has to be, too
  return Effect.flatMap(restore(Effect.runtime<never>()), (runtime) =>
    dispatch(dispatcher, { request, target, outgoing: outgoingStream(body, headers, runtime), millis }, restore, signal)
  )
}

const dispatch = (
  dispatcher: Dispatcher,
  subject: Subject,
  restore: Restore,
  signal: AbortSignal | undefined
): Reply => {
  if (signal?.aborted) return Effect.fail(requestError(subject.request, new Aborted()))
  const exchange = new Exchange(subject)
  const abort = () => exchange.abort(new Aborted())
  signal?.addEventListener("abort", abort, { once: true })
  const answered = Effect.async<Received, HttpClientError.RequestError>((resume) => exchange.start(dispatcher, resume))
  // as `Effect.async` does it with a finalizer of its own, which takes twice as many steps
  return Effect.matchCauseEffect(restore(answered), {
    onSuccess: (reply) => {
      reply.abortWhenLost()
      return Effect.succeed(reply)
    },
    onFailure: (cause) => {
      abort()
      return Effect.failCause(cause)
    }
  })
}
