import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { CredentialsError } from "../ChatsError.js"
import { failureOrCause } from "../internal/effect/cause.js"
import { forkIn } from "../internal/effect/fiber.js"
import { update } from "../internal/effect/metric.js"
import { withErrorType } from "../internal/labels.js"
import { type MeasureFor, Owners } from "../internal/metered.js"
import { monotonicMillis } from "../internal/monotonic.js"
import { makeRunWithin } from "../internal/within.js"
import * as Metrics from "../Metrics.js"
import type { TokenStatus } from "../standing.js"
import { closure, mayPass, whileClosed } from "./backoff.js"
import { CurrentRun, Renewal, Run } from "./renewal.js"
import { type AcquireContext, margins, type Token, timeLeft } from "./Token.js"

/** How tokens are acquired. */
export interface CacheOptions {
  readonly acquire: (context: AcquireContext) => Effect.Effect<Token, CredentialsError>
  /** The longest that callers wait. */
  readonly timeout: Duration.Duration
  /** The longest that one run of `acquire` may take before it is given up for another one. */
  readonly attemptTimeout: Duration.Duration
  /** How many failures in a row, of those that may pass, callers are not told of at once. */
  readonly retries: number
}

/** A token with its times, in monotonic milliseconds. */
interface Cached {
  readonly accessToken: Redacted.Redacted
  /** The same as an effect: what most callers get. */
  readonly ready: Effect.Effect<Redacted.Redacted>
  /** When its life began, and when it ends; `Infinity` where that is not known. */
  readonly since: number
  readonly end: number
  /** From here on it is renewed in the background, while it still serves. */
  readonly renewAt: number
  /** From here on it no longer serves. */
  readonly staleAt: number
}

/** Callers do not wait for a pause that is longer than this, in milliseconds: they are told of the failure. */
const longestPause = 10_000

/** No run of `acquire` begins that has less time than this, in milliseconds. */
const shortestAttempt = 1000

/** A token that is in its last part as it comes, out of a store, is not asked for again at once. */
const ownPace = 5000

/**
 * One token for all callers: whoever finds none, or a stale one, waits for the one renewal under way.
 * It belongs to the scope and not to the caller that set it off, so that interrupting that one does not
 * fail the others; but once all are gone, no other run of `acquire` begins, and the one under way is
 * interrupted unless that would lose something. A failure reaches all who wait; then, for a growing time, `acquire` is not run again,
 * and whoever comes is told of the same failure.
 */
export const makeTokenCache = (
  options: CacheOptions
): Effect.Effect<
  {
    readonly token: Effect.Effect<Redacted.Redacted, CredentialsError>
    readonly invalidate: (token: Redacted.Redacted) => Effect.Effect<boolean>
    readonly status: Effect.Effect<TokenStatus>
    readonly measureFor: MeasureFor
  },
  never,
  Scope.Scope
> =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const runWithin = yield* makeRunWithin
    const mayRenew = makeAllowance()
    const owners = new Owners()
    let cached: Cached | undefined
    let refused: Redacted.Redacted | undefined
    let pending: Renewal | undefined
    let failures = 0
    /** What the last run ended by, a defect too. */
    let failure: Cause.Cause<CredentialsError> | undefined
    /** No run of `acquire` begins sooner. */
    let closedUntil = 0
    /** The last failure is not told to callers: they wait until `acquire` is run again. */
    let retrying = false
    /**
     * The last run was interrupted because nobody waited: the next one is kept. Callers whose patience is shorter than
     * a login would never get a token, and would have a login begun each.
     */
    let abandoned = false

    /** One run of `acquire`, and how it counts for the next. */
    const attempt = (renewal: Renewal, time: number, clock: Clock.Clock): Effect.Effect<Attempt> =>
      Effect.gen(function* () {
        const told = refused
        const run = new Run(abandoned)
        retrying = false
        const acquire = Effect.suspend(() => options.acquire({ refused: Option.fromNullable(told) }))
        const exit = yield* Effect.exit(
          Effect.map(
            runWithin(renewal.during(run, Effect.provideService(acquire, CurrentRun, run)), Duration.millis(time)),
            // in here, for a source may give what is no token
            Option.map((token) => cacheEntry(token, monotonicMillis(clock)))
          )
        )
        update(Metrics.tokenRequests, 1, withErrorType(owners.first, failureIn(exit)))
        const now = monotonicMillis(clock)
        if (Exit.isSuccess(exit) && Option.isSome(exit.value)) {
          const entry = exit.value.value
          abandoned = false
          const late = told !== refused && refused !== undefined && same(entry.accessToken, refused)
          if (late) return { _tag: "Refused" }
          cached = entry
          refused = undefined
          failures = 0
          failure = undefined
          closedUntil = now < cached.renewAt ? 0 : now + ownPace
          return { _tag: "Acquired", token: entry.accessToken }
        }
        if (run.stopped && Exit.isFailure(exit) && Cause.isInterruptedOnly(exit.cause)) {
          abandoned = true
          return { _tag: "Abandoned" }
        }
        const stalled = Exit.isSuccess(exit)
        const cause = stalled ? Cause.fail(stall(time)) : withoutInterruption(exit.cause)
        const ended = failureOrCause(cause)
        const wait = yield* closure(++failures, Either.isLeft(ended) ? ended.left : undefined)
        failure = cause
        closedUntil = now + wait
        if (Either.isRight(ended)) return yield* Effect.failCause(ended.right)
        return { _tag: "Failed", error: ended.left, stalled, pause: stalled ? 0 : wait }
      })

    const renew = (renewal: Renewal, clock: Clock.Clock): Effect.Effect<Redacted.Redacted, CredentialsError> =>
      Effect.gen(function* () {
        const giveUpAt = monotonicMillis(clock) + Duration.toMillis(options.timeout)
        let earlier: CredentialsError | undefined
        while (true) {
          if (!renewal.isAwaited) {
            // whoever comes from now on begins another one
            pending = undefined
            return yield* Effect.interrupt
          }
          const now = monotonicMillis(clock)
          if (retrying && now < closedUntil) {
            yield* Effect.exit(
              runWithin(renewal.during(new Run(false), Effect.never), Duration.millis(Math.ceil(closedUntil - now)))
            )
            continue
          }
          const time = Math.min(giveUpAt - now, Duration.toMillis(options.attemptTimeout))
          const result = yield* attempt(renewal, time, clock)
          if (result._tag === "Acquired") return result.token
          if (result._tag !== "Failed") continue
          const { error, pause, stalled } = result
          const again = stalled
            ? Duration.lessThan(options.attemptTimeout, options.timeout)
            : mayPass(error) && failures <= options.retries && pause < longestPause
          if (!again || monotonicMillis(clock) + pause + shortestAttempt > giveUpAt) {
            return yield* stalled ? timedOut(options.timeout, earlier) : error
          }
          retrying = true
          if (stalled) closedUntil = 0
          else earlier = error
        }
      })

    /** The renewal under way, with one more who waits for it. */
    const renewal = Effect.uninterruptible(
      Effect.clockWith((clock) => {
        if (pending !== undefined) {
          pending.join()
          return Effect.succeed(pending)
        }
        const begun = new Renewal()
        pending = begun
        // whatever ends it, even before it began, those who wait hear of it
        const told = Effect.onExit(Effect.interruptible(renew(begun, clock)), (exit) => {
          if (pending === begun) pending = undefined
          if (Exit.isFailure(exit) && Cause.isInterruptedOnly(exit.cause)) return Deferred.fail(begun.token, closed())
          if (Exit.isFailure(exit)) failure = exit.cause
          return Deferred.done(begun.token, exit)
        })
        return Effect.as(forkIn(scope)(Effect.exit(told)), begun)
      })
    )

    const waitForRenewal = Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(renewal, (begun) =>
        Effect.ensuring(
          restore(Deferred.await(begun.token)),
          Effect.sync(() => begun.leave())
        )
      )
    )

    const service = {
      status: Effect.map(Effect.clock, (clock): TokenStatus => {
        const now = monotonicMillis(clock)
        return {
          token: Option.map(Option.fromNullable(cached), ({ end, since }) => ({
            age: Duration.millis(now - since),
            timeLeft: Number.isFinite(end) ? Option.some(Duration.millis(Math.max(0, end - now))) : Option.none()
          })),
          failure: failure === undefined ? Option.none() : Cause.failureOption(failure)
        }
      }),
      token: Effect.clockWith((clock) => {
        const now = monotonicMillis(clock)
        if (cached !== undefined && now < cached.staleAt) {
          const due = now >= cached.renewAt && now >= closedUntil && pending === undefined
          // one ahead of time is for all who will come: nobody leaves it
          return due ? Effect.zipRight(renewal, cached.ready) : cached.ready
        }
        if (pending !== undefined) return waitForRenewal
        if (failure !== undefined && now < closedUntil && !retrying) {
          return Either.match(failureOrCause(failure), {
            onLeft: (error) => Effect.fail(whileClosed(error, closedUntil - now)),
            onRight: Effect.failCause
          })
        }
        return cached !== undefined && !mayRenew(now) ? cached.ready : waitForRenewal
      }),
      invalidate: (token: Redacted.Redacted) =>
        Effect.clockWith((clock) => {
          // a late refusal of an old token says nothing of the one that replaced it
          if (cached === undefined || !same(cached.accessToken, token)) return Effect.succeed(true)
          if (!mayRenew(monotonicMillis(clock))) return Effect.succeed(false)
          cached = undefined
          refused = token
          return Effect.succeed(true)
        }),
      measureFor: owners.measureFor
    }
    return service
  })

type Attempt =
  | { readonly _tag: "Acquired"; readonly token: Redacted.Redacted }
  /** The service refused just this token while it was on its way. */
  | { readonly _tag: "Refused" }
  /** Nobody waited any longer. */
  | { readonly _tag: "Abandoned" }
  | {
      readonly _tag: "Failed"
      readonly error: CredentialsError
      readonly stalled: boolean
      /** How long nobody asks, in milliseconds. */
      readonly pause: number
    }

const same = (one: Redacted.Redacted, other: Redacted.Redacted): boolean =>
  Redacted.value(one) === Redacted.value(other)

const cacheEntry = (token: Token, now: number): Cached => {
  if (!Redacted.isRedacted(token?.accessToken)) throw new TypeError("the source of tokens gave what is no token")
  const { accessToken, age, expiresIn } = token
  const { renew, stale } = margins(expiresIn === undefined ? 0 : Duration.toMillis(expiresIn))
  const end = now + timeLeft(token)
  const since = now - (age === undefined ? 0 : Duration.toMillis(age))
  return { accessToken, ready: Effect.succeed(accessToken), since, end, renewAt: end - renew, staleAt: end - stale }
}

/**
 * Tokens that are used up as fast as they come (the API refuses each, or they come without any life left)
 * are replaced ten times at once, then once a second.
 */
const makeAllowance = (): ((now: number) => boolean) => {
  let level = 10
  let at = 0
  return (now) => {
    level = Math.min(10, level + (now - at) / 1000)
    at = now
    if (level < 1) return false
    level--
    return true
  }
}

/** Nobody else is interrupted because a source has interrupted itself. */
const withoutInterruption = (cause: Cause.Cause<CredentialsError>): Cause.Cause<CredentialsError> =>
  Cause.isInterruptedOnly(cause)
    ? Cause.fail(new CredentialsError({ reason: "Other", message: "the source of tokens interrupted itself" }))
    : cause

const failureIn = (exit: Exit.Exit<Option.Option<unknown>, CredentialsError>): string | undefined =>
  Exit.match(exit, {
    onSuccess: Option.match({ onNone: () => "Timeout", onSome: () => undefined }),
    onFailure: (cause) =>
      Option.match(Cause.failureOption(cause), { onNone: () => "interrupted", onSome: ({ reason }) => reason })
  })

const stall = (millis: number): CredentialsError =>
  new CredentialsError({
    reason: "Timeout",
    message: `no token came within ${Duration.format(Duration.millis(millis))}`
  })

/** With what is known of an earlier attempt. */
const timedOut = (timeout: Duration.Duration, earlier: CredentialsError | undefined): CredentialsError => {
  const message = `no token came within ${Duration.format(timeout)}`
  if (earlier === undefined) return new CredentialsError({ reason: "Timeout", message })
  const { code, retryAfter, status } = earlier
  return new CredentialsError({
    reason: "Timeout",
    status,
    code,
    retryAfter,
    message: `${message}; before that, ${earlier.message}`
  })
}

const closed = (): CredentialsError => new CredentialsError({ reason: "Other", message: "the credentials were closed" })
