import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as FiberRefs from "effect/FiberRefs"
import { constTrue } from "effect/Function"
import * as Tracer from "effect/Tracer"

/*
 * A client of any kind takes a redirect as a reply, and makes no spans of its own.
 *
 * `fetch` would follow a redirect, and turn a redirected POST into a GET; the other transports
 * never do. The stock span holds the whole URL, ids and all; ours holds the template.
 */

/** The context of a request, from that of its caller; `span` is the parent of spans below. */
export type Adapt = (context: Context.Context<never>, span?: Tracer.AnySpan) => Context.Context<never>

/**
 * Redirects are not followed. What else a `RequestInit` says stays: one in the context of the call,
 * else the one that was there when the client was built.
 */
export const adapt: Effect.Effect<Adapt> = Effect.map(Effect.context<never>(), (built) => {
  const usual = notFollowing(requestInit(built))
  return (context, span) => {
    const services = new Map(context.unsafeMap)
    const init = requestInit(context)
    services.set(FetchHttpClient.RequestInit.key, init === undefined ? usual : notFollowing(init))
    if (span !== undefined) services.set(Tracer.ParentSpan.key, span)
    return Context.unsafeMake(services)
  }
})

const requestInit = (context: Context.Context<never>): RequestInit | undefined =>
  context.unsafeMap.get(FetchHttpClient.RequestInit.key)

const notFollowing = (init: RequestInit | undefined): RequestInit => ({ ...init, redirect: "manual" })

/** The references of a fiber, but with the client's own spans turned off. */
export const untraced = (fiber: Fiber.RuntimeFiber<unknown, unknown>): FiberRefs.FiberRefs =>
  FiberRefs.updateAs(fiber.getFiberRefs(), {
    fiberId: fiber.id(),
    fiberRef: HttpClient.currentTracerDisabledWhen,
    value: constTrue
  })

/** Such a client, for requests that are not made often. */
export const plainClient = (client: HttpClient.HttpClient): Effect.Effect<HttpClient.HttpClient> =>
  Effect.map(adapt, (adapt) =>
    client.pipe(
      HttpClient.transformResponse(Effect.mapInputContext((context: Context.Context<never>) => adapt(context))),
      HttpClient.withTracerDisabledWhen(constTrue)
    )
  )
