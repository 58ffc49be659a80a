import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { CredentialsError, CredentialsReason } from "../ChatsError.js"
import { parseObject } from "../internal/lenientJson.js"
import { printable } from "../internal/redact.js"
import { within } from "../internal/within.js"
import { mayPass } from "./backoff.js"
import { StoreError, type StoreService } from "./Store.js"
import type { Seal } from "./seal.js"
import { type AcquireContext, fromStore, margins, type Token, timeLeft } from "./Token.js"

/** How a token is shared. */
export interface SharedOptions<R> {
  readonly store: StoreService
  readonly seal: Seal
  /** One request for a token. */
  readonly login: Effect.Effect<Token, CredentialsError, R>
  /** The longest that `login` may take: whoever holds the lock longer is taken for dead. */
  readonly patience: Duration.Duration
}

/** The store answers within this time, or is taken for away. */
const storeTimeout = Duration.seconds(1)

/** How often one looks whether another has brought the token. */
const polling = Duration.millis(100)

/** How long a token of unknown life is kept. */
const unknownLife = Duration.days(1)

/**
 * Takes the token from the store where there is a fresh one that was not refused; else whoever gets the
 * lock requests one and puts it there, and the others wait for that. One that is about to expire still
 * serves while another process renews it. Where the store is away, every process logs in by itself.
 */
export const sharedToken = <R>(
  options: SharedOptions<R>
): ((context: AcquireContext) => Effect.Effect<Token, CredentialsError, R>) => {
  const { login, patience, seal } = options
  const store = bounded(options.store)
  const keys = {
    token: `genesys-chats:token:{${seal.slot}}`,
    failure: `genesys-chats:token:{${seal.slot}}:failure`,
    lock: `genesys-chats:token:{${seal.slot}}:lock`
  }
  const lockTime = Duration.sum(Duration.min(patience, Duration.seconds(30)), Duration.seconds(5))
  let away = false

  const read = (key: string) =>
    Effect.flatMap(
      store.get(key),
      Option.match({
        onNone: () => Effect.sync(() => undefined),
        onSome: ({ timeLeft, value }) =>
          Effect.map(seal.open(value), (text) => ({
            body: parseObject(text ?? ""),
            timeLeft: Duration.toMillis(timeLeft)
          }))
      })
    ).pipe(Effect.catchAllDefect(() => new StoreError({ message: "what it has is no entry" })))
  const write = (key: string, body: object, time: Duration.Duration) =>
    Effect.flatMap(seal.seal(JSON.stringify(body)), (sealed) => store.set(key, sealed, time))

  const findToken = ({ refused }: AcquireContext) =>
    Effect.map(read(keys.token), (entry) => entry && usable(entry.body, entry.timeLeft, refused))

  const findFailure = Effect.map(read(keys.failure), (entry) => entry && failureOf(entry.body, entry.timeLeft))

  /** With the lock: what comes of it is there for all before the lock is free. */
  const loginForAll = login.pipe(
    Effect.onExit((exit) => {
      if (Exit.isSuccess(exit)) return Effect.ignore(keepToken(exit.value))
      const error = Cause.failureOption(exit.cause)
      return Option.isSome(error) ? Effect.ignore(keepFailure(error.value)) : Effect.void
    })
  )
  const keepToken = (token: Token) => {
    const lifetime = token.expiresIn && Duration.toMillis(token.expiresIn)
    const left = lifetime === undefined ? unknownLife : Duration.millis(timeLeft(token))
    const body = { token: Redacted.value(token.accessToken), ...(lifetime === undefined ? {} : { lifetime }) }
    return Duration.lessThan(left, Duration.seconds(1)) ? Effect.void : write(keys.token, body, left)
  }
  const keepFailure = (error: CredentialsError) => {
    const { code, message, reason, status } = error
    const hint = error.retryAfter ?? Duration.zero
    const time = Duration.clamp(hint, { minimum: Duration.millis(800), maximum: Duration.minutes(10) })
    return write(keys.failure, { reason, status, code, message }, time)
  }

  /** `None`: another one is at it. */
  const round = (
    context: AcquireContext,
    owner: string
  ): Effect.Effect<Option.Option<Token>, CredentialsError | StoreError, R> =>
    Effect.gen(function* () {
      const found = yield* findToken(context)
      if (found?.fresh) return Option.some(found.token)
      const failure = yield* findFailure
      if (failure !== undefined) return found === undefined ? yield* failure : Option.some(found.token)
      return yield* Effect.acquireUseRelease(
        store.tryLock(keys.lock, owner, lockTime),
        (locked): Effect.Effect<Option.Option<Token>, CredentialsError | StoreError, R> => {
          if (!locked) return Effect.succeed(Option.fromNullable(found?.token))
          // another one may have had it since
          return Effect.flatMap(findToken(context), (again) => {
            if (again?.fresh) return Effect.succeedSome(again.token)
            const instead = again ?? found
            return Effect.asSome(
              instead === undefined ? loginForAll : Effect.orElseSucceed(loginForAll, () => instead.token)
            )
          })
        },
        (locked) => (locked ? Effect.ignore(store.unlock(keys.lock, owner)) : Effect.void)
      )
    })

  return (context) =>
    Effect.suspend(() => {
      const owner = globalThis.crypto.randomUUID()
      const rounds: Effect.Effect<Token, CredentialsError | StoreError, R> = Effect.flatMap(
        round(context, owner),
        (token) => (Option.isSome(token) ? Effect.succeed(token.value) : Effect.zipRight(Effect.sleep(polling), rounds))
      )
      const back = Effect.sync(() => (away = false))
      const alone = (error: StoreError) => {
        const first = !away
        away = true
        const said = `the store of tokens is away (${printable(error.message)}): this process logs in by itself`
        return Effect.zipRight(first ? Effect.logWarning(said) : Effect.void, login)
      }
      return rounds.pipe(Effect.zipLeft(back), Effect.catchTag("StoreError", alone))
    })
}

/** A store that answers in time, or fails. */
const bounded = (store: StoreService): StoreService => {
  const answer = <A>(operation: Effect.Effect<A, StoreError>): Effect.Effect<A, StoreError> =>
    Effect.flatMap(
      within(
        Effect.catchAllDefect(operation, () => new StoreError({ message: "it failed" })),
        storeTimeout
      ),
      Option.match({
        onNone: () => new StoreError({ message: `no answer within ${Duration.format(storeTimeout)}` }),
        onSome: Effect.succeed
      })
    )
  return {
    get: (key) => answer(Effect.suspend(() => store.get(key))),
    set: (key, value, time) => answer(Effect.suspend(() => store.set(key, value, time))),
    tryLock: (key, owner, time) => answer(Effect.suspend(() => store.tryLock(key, owner, time))),
    unlock: (key, owner) => answer(Effect.suspend(() => store.unlock(key, owner)))
  }
}

type Body = { readonly [key: string]: unknown } | undefined

/** A token that may be used, and whether it need not be renewed yet. */
const usable = (body: Body, left: number, refused: Option.Option<Redacted.Redacted>) => {
  const value = body?.["token"]
  if (typeof value !== "string" || Option.exists(refused, (token) => Redacted.value(token) === value)) return undefined
  const accessToken = fromStore(Redacted.make(value))
  const lifetime = body?.["lifetime"]
  if (typeof lifetime !== "number") return { token: { accessToken }, fresh: true }
  const { renew, stale } = margins(lifetime)
  if (left <= stale) return undefined
  const age = Duration.millis(Math.max(0, lifetime - left))
  return { token: { accessToken, expiresIn: Duration.millis(lifetime), age }, fresh: left > renew }
}

const isReason = Schema.is(CredentialsReason)

const failureOf = (body: Body, left: number): CredentialsError | undefined => {
  if (!isReason(body?.["reason"])) return undefined
  const { code, message, reason, status } = body
  const error = new CredentialsError({
    reason,
    status: Predicate.isNumber(status) ? status : undefined,
    code: Predicate.isString(code) ? code : undefined,
    message: Predicate.isString(message) ? message : "the login service refused another process"
  })
  return mayPass(error)
    ? new CredentialsError({ ...fieldsOf(error), retryAfter: Duration.millis(Math.ceil(left)) })
    : error
}

const fieldsOf = ({ code, message, reason, status }: CredentialsError) => ({ code, message, reason, status })
