/**
 * Real servers on free ports of 127.0.0.1: Redis (or Valkey), which a test has to itself, to stop, hang and kill
 * it; and PostgreSQL, of which each test has a database of its own. They are started by whoever asks first.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process"
import { randomUUID } from "node:crypto"
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import * as Net from "node:net"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import * as SqlClient from "@effect/sql/SqlClient"
import { PgClient } from "@effect/sql-pg"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type * as Redis from "effect-genesys-chats/redis"
import { Redis as Client } from "ioredis"

const script = new URL("../scripts/services.sh", import.meta.url).pathname

const onPath = (name: string): string | undefined =>
  (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((directory) => join(directory, name))
    .find((file) => existsSync(file))

const redisBinary = onPath("redis-server") ?? onPath("valkey-server")
const debian = "/usr/lib/postgresql"
export const hasRedis = redisBinary !== undefined
export const hasPostgres = onPath("initdb") !== undefined || (existsSync(debian) && readdirSync(debian).length > 0)

export const freePort: Effect.Effect<number> = Effect.async((resume) => {
  const server = Net.createServer()
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(address !== null && typeof address === "object" ? address.port : 0)))
  })
})

export interface RedisServer {
  readonly port: number
  readonly signal: (signal: NodeJS.Signals) => void
  /** After it was killed; what it held is lost. */
  readonly start: Effect.Effect<void>
}

export const redisServerWith = (...more: ReadonlyArray<string>): Effect.Effect<RedisServer, never, Scope.Scope> =>
  Effect.gen(function* () {
    const port = yield* freePort
    const directory = mkdtempSync(join(tmpdir(), "chats-redis-"))
    let server: ChildProcess | undefined
    const start = Effect.gen(function* () {
      server = spawn(
        redisBinary ?? "redis-server",
        [
          "--port",
          String(port),
          "--bind",
          "127.0.0.1",
          "--save",
          "",
          "--appendonly",
          "no",
          "--dir",
          directory,
          ...more
        ],
        { stdio: "ignore" }
      )
      yield* Effect.orDie(Effect.retry(answers(port), { times: 400 }))
    })
    yield* Effect.acquireRelease(start, () =>
      Effect.sync(() => {
        server?.kill("SIGCONT")
        server?.kill("SIGKILL")
        rmSync(directory, { recursive: true, force: true })
      })
    )
    return { port, signal: (signal) => server?.kill(signal), start }
  })

export const redisServer = /*#__PURE__*/ redisServerWith()

const answers = (port: number): Effect.Effect<void, Error> =>
  Effect.async<void, Error>((resume) => {
    const socket = Net.connect(port, "127.0.0.1", () => {
      socket.destroy()
      resume(Effect.void)
    })
    socket.on("error", (error) => resume(Effect.delay(Effect.fail(error), "25 millis")))
  })

export const ioredis = (port: number): Effect.Effect<Redis.Evaluate, never, Scope.Scope> =>
  Effect.gen(function* () {
    const redis = yield* Effect.acquireRelease(
      Effect.sync(() => connect(port)),
      (redis) => Effect.sync(() => redis.disconnect())
    )
    yield* Effect.promise(() => new Promise<void>((resolve) => redis.once("ready", () => resolve())))
    return (script, keys, args) => redis.eval(script, keys.length, ...keys, ...args)
  })

export const connect = (port: number): Client => {
  const redis = new Client({
    host: "127.0.0.1",
    port,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => 250
  })
  redis.on("error", () => {})
  return redis
}

let running: { readonly directory: string; readonly url: string } | undefined

const postgresUrl = (): string => {
  const given = process.env["DATABASE_URL"]
  if (given !== undefined) return given
  if (running === undefined) {
    const directory = mkdtempSync(join(tmpdir(), "chats-postgres-"))
    const said = execFileSync("bash", [script, "start", directory], { encoding: "utf8" })
    running = { directory, url: /DATABASE_URL=(\S+)/.exec(said)?.[1] ?? "" }
  }
  return running.url
}

/** To be run after all tests of a file that asked for a {@link database}. */
export const stopPostgres = (): void => {
  if (running !== undefined) spawnSync("bash", [script, "stop", running.directory])
  running = undefined
}

export const pgClient = (url: string) => PgClient.layer({ url: Redacted.make(url), maxConnections: 4 })

/** The URL of a database that nobody else has. */
export const database: Effect.Effect<string> = Effect.suspend(() => {
  const url = new URL(postgresUrl())
  const name = `chats_${randomUUID().replaceAll("-", "")}`
  const create = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`CREATE DATABASE ${sql(name)}`)
  return Effect.map(Effect.provide(create, pgClient(url.href)), () => {
    url.pathname = `/${name}`
    return url.href
  })
}).pipe(Effect.orDie)
