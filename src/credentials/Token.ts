import * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type { CredentialsError } from "../ChatsError.js"

/** What a source of tokens gives. */
export interface Token {
  readonly accessToken: Redacted.Redacted
  /**
   * Its whole life, as in `expires_in` of the token reply. If it is missing, the token serves until a 401; a token
   * with no life left serves only the calls that wait for it.
   */
  readonly expiresIn?: Duration.Duration | undefined
  /** How much of that life has passed already, if the token comes from a store. Default none. */
  readonly age?: Duration.Duration | undefined
}

/** What a source is told when it is asked. */
export interface AcquireContext {
  /** The token that the service has refused since the last one was acquired: a store must not give it again. */
  readonly refused: Option.Option<Redacted.Redacted>
}

/** A source of tokens: an effect, or a function that is told which token was refused. */
export type Acquire<R = never> =
  | Effect.Effect<Token, CredentialsError, R>
  | ((context: AcquireContext) => Effect.Effect<Token, CredentialsError, R>)

/**
 * How long before its end a token is renewed in the background, and when it no longer serves, in
 * milliseconds. They follow from the whole life, however much of it is left.
 */
export const margins = (lifetime: number): { readonly renew: number; readonly stale: number } => ({
  renew: Math.min(5 * 60_000, lifetime * 0.2),
  stale: Math.min(30_000, lifetime * 0.1)
})

/** What of a token's life is left, in milliseconds; `Infinity` where it is not known. */
export const timeLeft = ({ age, expiresIn }: Token): number =>
  expiresIn === undefined ? Number.POSITIVE_INFINITY : Duration.toMillis(expiresIn) - Duration.toMillis(age ?? 0)

/*
 * A token out of a store is another process's find: when all of a client's tokens are revoked at once, that one is
 * too, and nobody knows it yet. Whoever is refused with it may ask once more.
 */
const found = new WeakSet<Redacted.Redacted>()

/** A token that was found in a store. */
export const fromStore = (accessToken: Redacted.Redacted): Redacted.Redacted => {
  found.add(accessToken)
  return accessToken
}

export const isFromStore = (accessToken: Redacted.Redacted): boolean => found.has(accessToken)
