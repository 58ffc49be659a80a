import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { constTrue } from "effect/Function"

/**
 * A client that takes a redirect as a reply, and makes no spans of its own.
 *
 * `fetch` would follow a redirect, and turn a redirected POST into a GET; the other
 * transports never do. What else a `RequestInit` says stays: one in the context of
 * the call, else the one that was there when the client was built.
 *
 * The stock span holds the whole URL, ids and all; ours holds the template.
 */
export const plainClient = (client: HttpClient.HttpClient): Effect.Effect<HttpClient.HttpClient> =>
  Effect.contextWith((built: Context.Context<never>) =>
    client.pipe(
      HttpClient.transformResponse(
        Effect.mapInputContext((context: Context.Context<never>) => {
          const init = requestInit(context) ?? requestInit(built)
          return Context.add(context, FetchHttpClient.RequestInit, { ...init, redirect: "manual" })
        })
      ),
      HttpClient.withTracerDisabledWhen(constTrue)
    )
  )

const requestInit = (context: Context.Context<never>): RequestInit | undefined =>
  context.unsafeMap.get(FetchHttpClient.RequestInit.key)
