import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"

/*
 * What the library's own services can do at once, without an effect that may wait: most calls find
 * a place and a token there. These are no part of a service's type, and do not come along when a
 * service is copied: a copy with another `acquire` or `token` is asked for just those.
 */

const tryAcquire: unique symbol = Symbol.for("effect-genesys-chats/FlowControl/tryAcquire")
const peekToken: unique symbol = Symbol.for("effect-genesys-chats/Credentials/peekToken")
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

/** A service whose effects never wait, but for those whose purpose is to. */
export const withoutWaits = <S extends object>(service: S): S => define(service, neverWaits, true)

export const mayWait = (service: object): boolean => !(neverWaits in service)
