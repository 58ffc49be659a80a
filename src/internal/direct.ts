import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as Redacted from "effect/Redacted"
import type { DeadlinePassed, Restore } from "./deadline.js"

/*
 * What the library's own services can do at once, without an effect that may wait: most calls find
 * a place and a token there. These are no part of a service's type, and do not come along when a
 * service is copied: a copy with another `acquire` or `token` is asked for just those.
 */

const direct: unique symbol = Symbol.for("effect-genesys-chats/FlowControl/direct")
const peekToken: unique symbol = Symbol.for("effect-genesys-chats/Credentials/peekToken")
export const observeNow: unique symbol = Symbol.for("effect-genesys-chats/Permit/observe")
export const releaseNow: unique symbol = Symbol.for("effect-genesys-chats/Permit/release")
const neverWaits: unique symbol = Symbol.for("effect-genesys-chats/neverWaits")

const define = <S extends object>(service: S, name: symbol, value: unknown): S =>
  Object.defineProperty(service, name, { value })

type PeekToken = (now: number) => Redacted.Redacted | undefined

/** What a call that waits for a place knows. */
export interface Waiting {
  readonly fiber: Fiber.RuntimeFiber<unknown, unknown>
  readonly now: () => number
  /** The most milliseconds to wait. */
  readonly left: () => number
  readonly restore: Restore
}

export interface DirectFlow<Permit, Refusal> {
  /** A place that is free now. */
  readonly free: (now: number) => Permit | undefined
  /** As `acquire`, in a time, and without a fiber for that; to be run where nothing can be interrupted. */
  readonly within: (patience: Duration.Duration, waiting: Waiting) => Effect.Effect<Permit, Refusal | DeadlinePassed>
}

interface Flow<Permit, Refusal> {
  readonly acquire: (request: never) => Effect.Effect<Permit, Refusal>
}

export const withDirectFlow = <S extends Flow<Permit, Refusal>, Permit, Refusal>(
  flow: S,
  value: DirectFlow<Permit, Refusal>
): S => define(flow, direct, value)

/** `undefined` where one can only ask for a place. */
export const directFlow = <Permit, Refusal>(
  flow: Flow<Permit, Refusal> & { readonly [direct]?: DirectFlow<Permit, Refusal> }
): DirectFlow<Permit, Refusal> | undefined => flow[direct]

/** Credentials that know a token that is fresh now. */
export const withPeekToken = <S extends object>(credentials: S, value: PeekToken): S =>
  define(credentials, peekToken, value)

/** A token that is fresh now; `undefined` where one has to ask. */
export const freshToken = (
  credentials: object & { readonly [peekToken]?: PeekToken },
  now: number
): Redacted.Redacted | undefined => credentials[peekToken]?.(now)

interface Place<Reply> {
  readonly observe: (reply: Reply) => Effect.Effect<void>
  readonly release: Effect.Effect<void>
}

/** What a place does, told the time. The effects that are left to run are mostly none. */
export interface DirectPlace<Reply> {
  readonly [observeNow]: (reply: Reply, now: number) => Effect.Effect<void>
  readonly [releaseNow]: (now: number) => Effect.Effect<void>
}

export const observed = <Reply>(
  place: Place<Reply> & Partial<DirectPlace<Reply>>,
  reply: Reply,
  now: number
): Effect.Effect<void> => place[observeNow]?.(reply, now) ?? place.observe(reply)

export const released = (place: Place<never> & Partial<DirectPlace<never>>, now: number): Effect.Effect<void> =>
  place[releaseNow]?.(now) ?? place.release

/** A service whose effects never wait, but for those whose purpose is to. */
export const withoutWaits = <S extends object>(service: S): S => define(service, neverWaits, true)

export const mayWait = (service: object): boolean => !(neverWaits in service)

/** One after the other, at no cost where there is nothing to do first. */
export const andThen = <A, E, E2>(
  first: Effect.Effect<void, E>,
  next: () => Effect.Effect<A, E2>
): Effect.Effect<A, E | E2> => (first === Effect.void ? next() : Effect.flatMap(first, next))
