/**
 * One rate limit and one token for a fleet, in Redis (from 5) or Valkey, through any client: all that is
 * needed of it is {@link Evaluate}. With ioredis:
 *
 * ```ts
 * import type { Redis as Client } from "ioredis"
 * import * as Redis from "effect-genesys-chats/redis"
 *
 * // new Client({ lazyConnect: true, enableOfflineQueue: false, maxRetriesPerRequest: 0 }): what cannot be asked
 * // now is not queued; so `await redis.connect()` first, or the process begins without the store
 * const evaluate = (redis: Client): Redis.Evaluate => (script, keys, args) =>
 *   redis.eval(script, keys.length, ...keys, ...args)
 * ```
 *
 * With node-redis:
 *
 * ```ts
 * import * as Redis from "effect-genesys-chats/redis"
 *
 * interface NodeRedis {
 *   eval(script: string, options: { keys: Array<string>; arguments: Array<string> }): Promise<unknown>
 * }
 * // createClient({ disableOfflineQueue: true }), and `await redis.connect()` first
 * const evaluate = (redis: NodeRedis): Redis.Evaluate => (script, keys, args) =>
 *   redis.eval(script, { keys: [...keys], arguments: [...args] })
 * ```
 *
 * Each step is one short script on one key, by the server's own clock. Keys carry a hash tag, so that they
 * work on a Cluster. Nothing that is stored outlives its use by more than a day.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Credentials from "../credentials/Credentials.js"
import * as Check from "../internal/options.js"
import * as FlowControl from "../limits/FlowControl.js"
import { poll, settingsOf } from "../limits/storeSettings.js"
import * as scripts from "./scripts.js"

/**
 * Runs a Lua script on the server (`EVAL`) and answers with its reply.
 *
 * @since 0.1.0
 * @category models
 */
export type Evaluate = (script: string, keys: ReadonlyArray<string>, args: ReadonlyArray<string>) => Promise<unknown>

/**
 * @since 0.1.0
 * @category models
 */
export interface FlowControlOptions extends FlowControl.StoreOptions {
  readonly evaluate: Evaluate
  /** What the limit belongs to: one text for all processes that use the same token, such as the id of the OAuth client. */
  readonly key: string
}

/**
 * @since 0.1.0
 * @category models
 */
export interface CredentialsOptions {
  readonly evaluate: Evaluate
}

/**
 * One rate limit for all processes that use the same token. If Redis is down, each process goes on with what it
 * knows itself.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import { ChatsClient } from "effect-genesys-chats"
 * import * as Redis from "effect-genesys-chats/redis"
 *
 * const client = (evaluate: Redis.Evaluate, clientId: string) =>
 *   ChatsClient.layer.pipe(Layer.provide(Redis.flowControlStore({ evaluate, key: clientId })))
 * ```
 * @since 0.1.0
 * @category layers
 */
export const flowControlStore = (options: FlowControlOptions): Layer.Layer<FlowControl.Store> =>
  Layer.sync(FlowControl.Store, () => {
    const settings = settingsOf("Redis.flowControlStore", options)
    const [probe, length] = [Math.ceil(settings.probe), Math.ceil(settings.window)]
    const keys = [`genesys-chats:limit:{${Check.text("Redis.flowControlStore: key", options.key)}}`]
    const step = (script: string, ...args: ReadonlyArray<number>) =>
      Effect.tryPromise({
        try: () => options.evaluate(script, keys, args.map(String)),
        catch: (cause) => new FlowControl.StoreError({ cause })
      })
    return {
      take: (wanted) =>
        Effect.flatMap(step(scripts.take, wanted, settings.allowed, probe, poll, length), (reply) => {
          const [granted, millis, window] = Array.isArray(reply) ? reply.map(Number) : []
          return granted === undefined || millis === undefined || window === undefined || Number.isNaN(window)
            ? Effect.fail(new FlowControl.StoreError({ cause: "the reply is not what the script returns" }))
            : Effect.succeed({ granted, millis, window })
        }),
      tell: (window, { limit, refused, retryAfter }) =>
        Effect.asVoid(
          step(
            scripts.tell,
            window,
            refused ? 1 : 0,
            Math.ceil(retryAfter ?? limit?.reset ?? 1_000),
            length,
            limit?.count ?? -1,
            limit?.allowed ?? -1,
            Math.ceil(limit?.reset ?? -1)
          )
        ),
      giveBack: (window, count) => Effect.asVoid(step(scripts.giveBack, window, count))
    }
  })

/**
 * One token for all processes that use the same client id and secret, kept encrypted with a key that is derived
 * from the secret. If Redis is down, each process logs in by itself.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 * import { Credentials } from "effect-genesys-chats"
 * import * as Redis from "effect-genesys-chats/redis"
 *
 * const credentials = (evaluate: Redis.Evaluate) =>
 *   Credentials.layerClientCredentials({ clientId: "5d0f", clientSecret: Redacted.make("secret") }).pipe(
 *     Layer.provide(Redis.credentialsStore({ evaluate }))
 *   )
 * ```
 * @since 0.1.0
 * @category layers
 */
export const credentialsStore = ({ evaluate }: CredentialsOptions): Layer.Layer<Credentials.Store> => {
  const step = (script: string, key: string, ...args: ReadonlyArray<string>) =>
    Effect.tryPromise({ try: () => evaluate(script, [key], args), catch: awayBecause })
  return Layer.succeed(Credentials.Store, {
    get: (key) =>
      Effect.map(step(scripts.get, key), (reply) => {
        const [value, left] = Array.isArray(reply) ? reply.map(String) : []
        const millis = Number(left ?? -1)
        return value !== undefined && millis > 0
          ? Option.some({ value, timeLeft: Duration.millis(millis) })
          : Option.none()
      }),
    set: (key, value, time) => Effect.asVoid(step(scripts.set, key, value, millisOf(time))),
    tryLock: (key, owner, time) =>
      Effect.map(step(scripts.tryLock, key, owner, millisOf(time)), (reply) => Number(reply) === 1),
    unlock: (key, owner) => Effect.asVoid(step(scripts.unlock, key, owner))
  })
}

/** `PX` takes whole numbers from 1. */
const millisOf = (time: Duration.Duration): string => String(Math.max(1, Math.ceil(Duration.toMillis(time))))

/** A client's message can quote the command, and with it what was to be stored: only its code is told. */
const awayBecause = (cause: unknown): Credentials.StoreError => {
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined
  return new Credentials.StoreError({ message: typeof code === "string" ? `Redis: ${code}` : "Redis did not do it" })
}
