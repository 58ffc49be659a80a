import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import type { HttpClientRequest } from "@effect/platform/HttpClientRequest"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { type AnyFiber, currentFiber, interruptNow, type Surroundings } from "../internal/effect/fiber.js"
import { untraced, withoutSpans } from "../internal/effect/httpTracing.js"
import { PassedOn, RequestProgress } from "./RequestProgress.js"

type Fetch = typeof globalThis.fetch
type AnyContext = Context.Context<never>
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
  Effect.map(makePlain(client), (plain) =>
    HttpClient.makeWith(
      Effect.flatMap((request: HttpClientRequest) =>
        untraced(Effect.contextWithEffect((context: AnyContext) => plain.execute(request, context)))
      ),
      Effect.succeed<HttpClientRequest>
    )
  )

/** For callers that make a fiber for each request anyway. */
export interface Plain {
  /** What such a fiber begins with, from the one that makes it, with services of its own: then `execute` has nothing to change. */
  readonly surroundings: (fiber: AnyFiber, own: (entries: Map<string, unknown>) => void) => Surroundings
  /** Takes redirects as replies; to be run in such surroundings, whose context it is told. */
  readonly execute: (request: HttpClientRequest, context: AnyContext) => Executed
}

/** The same in two steps. */
export const makePlain = (client: HttpClient.HttpClient): Effect.Effect<Plain> =>
  Effect.map(Effect.context<never>(), (built) => new Transport(client, built))

class Transport implements Plain {
  private isFetch: boolean | undefined
  /** What the transport's layer says, once it was seen. */
  private usual: RequestInit | undefined

  constructor(
    private readonly client: HttpClient.HttpClient,
    private readonly built: AnyContext
  ) {}

  surroundings(fiber: AnyFiber, own: (entries: Map<string, unknown>) => void): Surroundings {
    const entries = this.adapt(fiber.currentContext)
    own(entries)
    return withoutSpans(fiber, entries)
  }

  execute(request: HttpClientRequest, context: AnyContext): Executed {
    if (this.isAdapted(context)) return this.client.execute(request)
    const adapted = Context.unsafeMake(this.adapt(context))
    if (this.isFetch === undefined && !this.isAdapted(adapted)) return this.look(request, adapted)
    return this.send(request, context, adapted)
  }

  private isAdapted(context: AnyContext): boolean {
    const init = get(context, FetchHttpClient.RequestInit)
    return init === undefined ? get(context, FetchHttpClient.Fetch) === this.late : init.redirect === "manual"
  }

  /** A copy of a context in which a redirect is a reply, as far as is known. */
  private adapt(context: AnyContext): Map<string, unknown> {
    const services = new Map(context.unsafeMap)
    if (this.isAdapted(context)) return services
    const init = get(context, FetchHttpClient.RequestInit) ?? get(this.built, FetchHttpClient.RequestInit) ?? this.usual
    const fetch = get(context, FetchHttpClient.Fetch) ?? get(this.built, FetchHttpClient.Fetch)
    if (fetch !== undefined) services.set(FetchHttpClient.Fetch.key, fetch)
    if (init !== undefined) services.set(FetchHttpClient.RequestInit.key, notFollowing(init))
    else if (this.isFetch === false && fetch === undefined) services.set(FetchHttpClient.Fetch.key, this.late)
    else if (this.isFetch === false) services.set(FetchHttpClient.RequestInit.key, notFollowing({}))
    return services
  }

  /** For a client that did not seem to use `fetch`: from the next request on it does as its layer says. */
  private readonly late: Fetch = (input, given) => {
    this.seen(given)
    return globalThis.fetch(input, notFollowing(given))
  }

  /**
   * A request that is begun with a `Fetch` of ours. One that calls it sends nothing: the `RequestInit`
   * in force is known then, and the request is begun anew. One that does not is sent as it is.
   */
  private look(request: HttpClientRequest, context: AnyContext): Executed {
    return Effect.uninterruptibleMask((restore) =>
      Effect.gen(this, function* () {
        const first = yield* Deferred.make<Either.Either<HttpClientResponse, HttpClientError> | "called">()
        let abandon: ((error: Error) => void) | undefined
        const look: Fetch = (_, given) => {
          this.seen(given)
          return new Promise((_, reject) => {
            abandon = reject
            Deferred.unsafeDone(first, Effect.succeed("called"))
          })
        }
        // one that was called has sent nothing, however it ends
        const told = get(context, RequestProgress)
        const services = new Map(context.unsafeMap).set(FetchHttpClient.Fetch.key, look)
        if (told !== undefined) services.set(RequestProgress.key, new PassedOn(told, () => abandon === undefined))
        const begun = Effect.either(this.send(request, context, Context.unsafeMake(services)))
        // no child, whose end would be waited for, and no race of Effect's: interrupted at the wrong moment, that of
        // Effect 3 never ends
        const fiber = yield* Effect.forkDaemon(restore(Effect.intoDeferred(begun, first)))
        const ended = () => {
          interruptNow(fiber)
          // one that cannot be interrupted
          abandon?.(new Error("nothing is sent here"))
        }
        const came = yield* Effect.onExit(restore(Deferred.await(first)), () => Effect.sync(ended))
        if (came === "called")
          return yield* restore(this.send(request, context, Context.unsafeMake(this.adapt(context))))
        // one that failed may not even have come so far
        if (Either.isRight(came)) this.isFetch ??= false
        return yield* came
      })
    )
  }

  private send(request: HttpClientRequest, context: AnyContext, adapted: AnyContext): Executed {
    const executed = this.client.execute(request)
    return adapted === context ? executed : Effect.mapInputContext(executed, () => adapted)
  }

  /** `fetch` is called by the fiber whose context holds the `RequestInit`. */
  private seen(given: RequestInit | undefined): void {
    const { body, headers, method, signal, ...rest } = given ?? {}
    this.isFetch = true
    const fiber = currentFiber()
    this.usual = fiber === undefined ? rest : (get(fiber.currentContext, FetchHttpClient.RequestInit) ?? {})
  }
}

const get = <I, S>(context: AnyContext, tag: Context.Tag<I, S>): S | undefined => context.unsafeMap.get(tag.key)

const notFollowing = (init: RequestInit | undefined): RequestInit => ({ ...init, redirect: "manual" })
