import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import type { HttpClientRequest } from "@effect/platform/HttpClientRequest"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import { constTrue } from "effect/Function"
import * as Option from "effect/Option"

type Fetch = typeof globalThis.fetch
type Services = Context.Context<never>
type Executed = Effect.Effect<HttpClientResponse, HttpClientError>

/**
 * A client of any kind that takes a redirect as a reply, and makes no spans of its own: the stock
 * span holds the whole URL, ids and all.
 *
 * Of all transports only `fetch` follows redirects, and turns a redirected POST into a GET. A
 * `RequestInit` says otherwise; but one in the context of a call hides what the user gave to
 * `FetchHttpClient.layer`, a proxy for instance. So what that is has to be seen first: see `look`.
 *
 * The nearest `RequestInit` and `Fetch` count: the caller's, else what was in the context when this
 * client was made, else what was provided to the transport's layer.
 */
export const plainClient = (client: HttpClient.HttpClient): Effect.Effect<HttpClient.HttpClient> =>
  Effect.map(Effect.context<never>(), (built) => {
    const transport = new Transport(client, built)
    return HttpClient.makeWith(
      Effect.flatMap((request: HttpClientRequest) =>
        Effect.withFiberRuntime<HttpClientResponse, HttpClientError>((fiber) => {
          const executed = transport.execute(request, fiber.currentContext)
          // whoever has a fiber for each request may have turned spans off for all of it
          return fiber.getFiberRef(HttpClient.currentTracerDisabledWhen) === constTrue
            ? executed
            : Effect.locally(executed, HttpClient.currentTracerDisabledWhen, constTrue)
        })
      ),
      Effect.succeed<HttpClientRequest>
    )
  })

class Transport {
  private isFetch: boolean | undefined
  /** What the transport's layer says, once it was seen. */
  private usual: RequestInit | undefined

  constructor(
    private readonly client: HttpClient.HttpClient,
    private readonly built: Services
  ) {}

  execute(request: HttpClientRequest, context: Services): Executed {
    const init = this.nearest(FetchHttpClient.RequestInit, context) ?? this.usual
    const fetch = this.nearest(FetchHttpClient.Fetch, context)
    if (init !== undefined) return this.send(request, context, fetch, init)
    if (this.isFetch === undefined) return this.look(request, context, fetch)
    return this.send(request, context, (input, given) => {
      // it uses `fetch` after all: from the next request on as the layer says
      this.seen(given)
      return (fetch ?? globalThis.fetch)(input, notFollowing(given))
    })
  }

  /**
   * A request that is begun with a `Fetch` of ours. One that calls it sends nothing: the `RequestInit`
   * in force is known then, and the request is begun anew. One that does not is sent as it is.
   */
  private look(request: HttpClientRequest, context: Services, fetch: Fetch | undefined): Executed {
    return Effect.flatMap(Deferred.make<RequestInit>(), (called) => {
      const begun = this.send(request, context, (_, given) => {
        Deferred.unsafeDone(called, Effect.succeed(this.seen(given)))
        return new Promise(() => {})
      })
      return Effect.flatMap(Effect.raceFirst(Effect.either(begun), Deferred.await(called)), (first) => {
        if (!Either.isEither(first)) return this.send(request, context, fetch, first)
        this.isFetch ??= false
        return first
      })
    })
  }

  private send(
    request: HttpClientRequest,
    context: Services,
    fetch: Fetch | undefined,
    init?: RequestInit | undefined
  ): Executed {
    const services = new Map(context.unsafeMap)
    if (fetch !== undefined) services.set(FetchHttpClient.Fetch.key, fetch)
    if (init !== undefined) services.set(FetchHttpClient.RequestInit.key, notFollowing(init))
    return Effect.mapInputContext(this.client.execute(request), () => Context.unsafeMake<never>(services))
  }

  private nearest<I, S>(tag: Context.Tag<I, S>, context: Services): S | undefined {
    return context.unsafeMap.get(tag.key) ?? this.built.unsafeMap.get(tag.key)
  }

  /** `fetch` is called by the fiber whose context holds the `RequestInit`. */
  private seen(given: RequestInit | undefined): RequestInit {
    const { body, headers, method, signal, ...rest } = given ?? {}
    const init = Option.match(Fiber.getCurrentFiber(), {
      onNone: () => rest,
      onSome: ({ currentContext }) => currentContext.unsafeMap.get(FetchHttpClient.RequestInit.key) ?? {}
    })
    this.isFetch = true
    this.usual = init
    return init
  }
}

const notFollowing = (init: RequestInit | undefined): RequestInit => ({ ...init, redirect: "manual" })
