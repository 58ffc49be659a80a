import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"

/*
 * What the library's own services can do at once, without an effect that may wait: most calls find
 * a place and a token there. These are no part of a service's type, and do not come along when a
 * service is copied: a copy with another `acquire` or `token` is asked for just those.
 */

const tryAcquire: unique symbol = Symbol.for("effect-genesys-chats/FlowControl/tryAcquire")
const peekToken: unique symbol = Symbol.for("effect-genesys-chats/Credentials/peekToken")
export const observeNow: unique symbol = Symbol.for("effect-genesys-chats/Permit/observe")
export const releaseNow: unique symbol = Symbol.for("effect-genesys-chats/Permit/release")
const neverWaits: unique symbol = Symbol.for("effect-genesys-chats/neverWaits")

const define = <S extends object>(service: S, name: symbol, value: unknown): S =>
  Object.defineProperty(service, name, { value })

type TryAcquire<Permit> = (now: number) => Permit | undefined
type PeekToken = (now: number) => Redacted.Redacted | undefined

interface Flow<Permit> {
  readonly acquire: (patience: Duration.Duration) => Effect.Effect<Permit, unknown>
}

/** A flow that knows of places that are free now. */
export const withTryAcquire = <S extends Flow<Permit>, Permit>(flow: S, value: TryAcquire<Permit>): S =>
  define(flow, tryAcquire, value)

/** A place that is free now; `undefined` where one has to ask. */
export const freePlace = <Permit>(
  flow: Flow<Permit> & { readonly [tryAcquire]?: TryAcquire<Permit> },
  now: number
): Permit | undefined => flow[tryAcquire]?.(now)

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
