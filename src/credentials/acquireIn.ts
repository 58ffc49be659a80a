import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Tracer from "effect/Tracer"
import type { CredentialsError } from "../ChatsError.js"
import { RequestProgress } from "../transport/RequestProgress.js"
import { CurrentRun } from "./renewal.js"
import type { Acquire, AcquireContext, Token } from "./Token.js"

/**
 * A source with the services that are there now: they count before those of the caller that sets it off,
 * who may be in another organisation's. That one's are the parent span and the `RequestInit`, as for its
 * other requests.
 */
export const acquireIn = <R>(
  acquire: Acquire<R>
): Effect.Effect<(context: AcquireContext) => Effect.Effect<Token, CredentialsError>, never, R> =>
  Effect.map(Effect.context<R>(), (built) => {
    const inBoth = (caller: Context.Context<never>): Context.Context<R> => {
      const services = new Map([...caller.unsafeMap, ...built.unsafeMap])
      const span = caller.unsafeMap.get(Tracer.ParentSpan.key)
      if (span === undefined) services.delete(Tracer.ParentSpan.key)
      else services.set(Tracer.ParentSpan.key, span)
      // how far the caller's own request comes is not told by requests for tokens
      services.delete(RequestProgress.key)
      const init = caller.unsafeMap.get(FetchHttpClient.RequestInit.key)
      if (init !== undefined) services.set(FetchHttpClient.RequestInit.key, init)
      // nor is the run another one's in which this source was made
      const run = caller.unsafeMap.get(CurrentRun.key)
      if (run !== undefined) services.set(CurrentRun.key, run)
      return Context.unsafeMake(services)
    }
    return (context) => Effect.mapInputContext(Effect.isEffect(acquire) ? acquire : acquire(context), inBoth)
  })
