import * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FiberRefs from "effect/FiberRefs"
import { constTrue } from "effect/Function"
import { type AnyFiber, type Surroundings, surroundingsOf } from "./fiber.js"

/* Spans that an `HttpClient` makes by itself. */

/** A fiber's surroundings with other services, where clients make no spans. */
export const withoutSpans = (fiber: AnyFiber, services: Map<string, unknown>): Surroundings => ({
  context: Context.unsafeMake(services),
  fiberRefs: FiberRefs.updateAs(surroundingsOf(fiber).fiberRefs, {
    fiberId: fiber.id(),
    fiberRef: HttpClient.currentTracerDisabledWhen,
    value: constTrue
  })
})

/** Clients make no spans in this effect. */
export const untraced = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.locally(effect, HttpClient.currentTracerDisabledWhen, constTrue)
