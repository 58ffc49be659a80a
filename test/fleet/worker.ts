/**
 * One process of a fleet. Says `ready`, and then does what its standard input says, a line each: `run <fibers> <ms>`
 * calls again and again for so long, `burst <callers>` lets each call once. Answers each line with a line of JSON.
 */
import { monitorEventLoopDelay } from "node:perf_hooks"
import * as Readline from "node:readline"
import { PgClient } from "@effect/sql-pg"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import { Chats, ChatsClient, Credentials, FlowControl, Metrics, Region } from "effect-genesys-chats"
import * as Redis from "effect-genesys-chats/redis"
import * as Sql from "effect-genesys-chats/sql"
import * as Undici from "effect-genesys-chats/undici"
import { Redis as Client } from "ioredis"

const setting = (name: string): string => process.env[name] ?? ""
const url = setting("SERVICE_URL")
const window = Number(setting("WINDOW_MS"))
const allowed = Number(setting("ALLOWED"))
const options = { key: "client", allowed, window, probe: 500 }

const redis = new Client(Number(setting("REDIS_PORT")), "127.0.0.1", {
  lazyConnect: true,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  retryStrategy: () => 100
})
redis.on("error", () => {})
const evaluate: Redis.Evaluate = (script, keys, args) => redis.eval(script, keys.length, ...keys, ...args)

const limits = {
  redis: () => Redis.flowControlStore({ evaluate, ...options }),
  postgres: () =>
    Sql.flowControlStore(options).pipe(
      Layer.provide(PgClient.layer({ url: Redacted.make(setting("DATABASE_URL")), maxConnections: 3 })),
      Layer.orDie
    )
}
const flow = () => {
  const control = FlowControl.layer()
  switch (setting("LIMIT")) {
    case "redis":
      return Layer.provide(control, limits.redis())
    case "postgres":
      return Layer.provide(control, limits.postgres())
    case "unlimited":
      return FlowControl.layerNone
    default:
      return control
  }
}
const credentials = () => {
  if (setting("TOKEN") === "") return Credentials.layerToken(Redacted.make("fixed"))
  const grant = Credentials.layerClientCredentials({ clientId: "client", clientSecret: Redacted.make("s3cret") })
  return setting("TOKEN") === "redis" ? Layer.provide(grant, Redis.credentialsStore({ evaluate })) : grant
}

const runtime = ManagedRuntime.make(
  ChatsClient.layer.pipe(
    Layer.provide(Layer.merge(flow(), credentials())),
    Layer.provide(Region.layerCustom({ apiUrl: url, loginUrl: url })),
    Layer.provide(Undici.layerWith({ connections: 64 })),
    // standard output is for answers
    Layer.provideMerge(Logger.replace(Logger.defaultLogger, Logger.withConsoleError(Logger.logfmtLogger)))
  )
)

/** Whatever labels the client gives them. */
const storeFailures = Effect.map(Metrics.series(Metrics.storeFailures), (series) =>
  series.reduce((sum, { state }) => sum + state.count, 0)
)

const counts = () => {
  const ok = { count: 0 }
  const errors: Record<string, number> = {}
  const call = Effect.map(Effect.either(Chats.getChatsSettings()), (result) => {
    if (Either.isRight(result)) ok.count++
    else errors[result.left._tag] = (errors[result.left._tag] ?? 0) + 1
  })
  return { call, told: () => ({ ok: ok.count, errors }) }
}

const times = (count: number) => Array.from({ length: count }, (_, i) => i)

const commands: Record<
  string,
  (...args: ReadonlyArray<number>) => Effect.Effect<object, never, ChatsClient.ChatsClient>
> = {
  run: (fibers = 1, millis = 0) =>
    Effect.suspend(() => {
      const { call, told } = counts()
      const all = Effect.forEach(times(fibers), () => Effect.forever(call), { concurrency: "unbounded", discard: true })
      const delay = monitorEventLoopDelay({ resolution: 10 })
      delay.enable()
      return Effect.map(Effect.zipRight(Effect.timeoutOption(all, millis), storeFailures), (count) => ({
        ...told(),
        lag: delay.percentile(99) / 1e6 - 10,
        storeFailures: count
      }))
    }),
  burst: (callers = 1) =>
    Effect.suspend(() => {
      const { call, told } = counts()
      return Effect.map(
        Effect.forEach(times(callers), () => call, { concurrency: "unbounded", discard: true }),
        told
      )
    })
}

if (setting("REDIS_PORT") !== "") await redis.connect()
await runtime.runPromise(Effect.void)
console.log("ready")
for await (const line of Readline.createInterface({ input: process.stdin })) {
  const [name = "", ...args] = line.split(" ")
  const command = commands[name]
  if (command !== undefined) console.log(JSON.stringify(await runtime.runPromise(command(...args.map(Number)))))
}
process.exit(0)
