import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { CredentialsError } from "../ChatsError.js"
import { withoutWaits, withPeekToken } from "../internal/direct.js"
import { ofResult } from "../internal/labels.js"
import * as Metrics from "../Metrics.js"

/** A token and how long it holds; unknown where `expiresIn` is missing. */
export interface Token {
  readonly accessToken: Redacted.Redacted
  readonly expiresIn?: Duration.Duration | undefined
}

/** A token with its times, in milliseconds since the epoch. */
interface Cached {
  readonly accessToken: Redacted.Redacted
  /** From here on it is renewed in the background, while it still serves. */
  readonly renewAt: number
  /** From here on it no longer serves. */
  readonly staleAt: number
}

const cacheEntry = ({ accessToken, expiresIn }: Token, now: number): Cached => {
  // of an unknown lifetime, a token serves until a 401 says otherwise
  if (expiresIn === undefined) return { accessToken, renewAt: Infinity, staleAt: Infinity }
  const lifetime = Duration.toMillis(expiresIn)
  return {
    accessToken,
    renewAt: now + lifetime - Math.min(5 * 60_000, lifetime * 0.2),
    staleAt: now + lifetime - Math.min(30_000, lifetime * 0.1)
  }
}

const resultOf = (exit: Exit.Exit<Token, CredentialsError>): string =>
  Exit.match(exit, {
    onSuccess: () => "ok",
    onFailure: (cause) =>
      Option.match(Cause.failureOption(cause), { onNone: () => "interrupted", onSome: ({ reason }) => reason })
  })

/** After a failed renewal ahead of time, the next one waits so long, in milliseconds. */
const cooldown = 10_000

/**
 * One token for everyone: whoever finds none, or a stale one, waits for the one
 * request under way. The request belongs to the scope and not to the waiter that set
 * it off, so that interrupting that one does not fail the others. A failure reaches
 * all who wait and is not kept.
 */
export const makeTokenCache = (
  acquire: Effect.Effect<Token, CredentialsError>,
  timeout: Duration.Duration
): Effect.Effect<
  {
    readonly token: Effect.Effect<Redacted.Redacted, CredentialsError>
    readonly invalidate: (token: Redacted.Redacted) => Effect.Effect<boolean>
  },
  never,
  Scope.Scope
> =>
  Effect.map(Effect.scope, (scope) => {
    let cached: Cached | undefined
    let pending: Deferred.Deferred<Redacted.Redacted, CredentialsError> | undefined
    let notAheadBefore = 0

    const settle = (exit: Exit.Exit<Token, CredentialsError>, now: number) => {
      pending = undefined
      Metrics.tokenRefreshes.unsafeUpdate(1, ofResult(resultOf(exit)))
      if (Exit.isSuccess(exit)) cached = cacheEntry(exit.value, now)
      else notAheadBefore = now + cooldown
    }

    const closed = new CredentialsError({ reason: "Other", message: "the credentials were closed" })

    const renew = (waiters: Deferred.Deferred<Redacted.Redacted, CredentialsError>) =>
      acquire.pipe(
        Effect.timeoutFail({
          duration: timeout,
          onTimeout: () =>
            new CredentialsError({ reason: "Timeout", message: `no token came within ${Duration.format(timeout)}` })
        }),
        // whatever ends it, even before it began, those who wait hear of it
        Effect.interruptible,
        Effect.onExit((exit) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) => {
            settle(exit, now)
            return Exit.isInterrupted(exit)
              ? Deferred.fail(waiters, closed)
              : Deferred.done(
                  waiters,
                  Exit.map(exit, (token) => token.accessToken)
                )
          })
        )
      )

    const renewal = Effect.uninterruptible(
      Effect.suspend(() => {
        if (pending !== undefined) return Effect.succeed(pending)
        const waiters = Deferred.unsafeMake<Redacted.Redacted, CredentialsError>(FiberId.none)
        pending = waiters
        return Effect.as(Effect.forkIn(renew(waiters), scope), waiters)
      })
    )

    const service = {
      token: Effect.flatMap(Clock.currentTimeMillis, (now) => {
        if (cached === undefined || now >= cached.staleAt) return Effect.flatMap(renewal, Deferred.await)
        return now >= cached.renewAt && now >= notAheadBefore && pending === undefined
          ? Effect.as(renewal, cached.accessToken)
          : Effect.succeed(cached.accessToken)
      }),
      invalidate: (token: Redacted.Redacted) =>
        Effect.sync(() => {
          // a late refusal of an old token says nothing of the one that replaced it
          if (cached !== undefined && Redacted.value(cached.accessToken) === Redacted.value(token)) cached = undefined
          return true
        })
    }
    return withoutWaits(
      withPeekToken(service, (now) => (cached !== undefined && now < cached.renewAt ? cached.accessToken : undefined))
    )
  })
