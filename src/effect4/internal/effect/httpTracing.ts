import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { constTrue } from "effect/Function"
import * as HttpClient from "effect/http/HttpClient"
import type { AnyFiber, Surroundings } from "./fiber.js"

/* Spans that an `HttpClient` makes by itself. */

/** A fiber's surroundings with other services, where clients make no spans. */
export const withoutSpans = (_: AnyFiber, services: Map<string, unknown>): Surroundings => ({
  context: Context.makeUnsafe(services.set(HttpClient.TracerDisabledWhen.key, constTrue))
})

/** Clients make no spans in this effect. */
export const untraced = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.provideService(effect, HttpClient.TracerDisabledWhen, constTrue)
