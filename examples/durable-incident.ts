/**
 * A workflow that outlives its process: a room, an alarm that is pinned, and a summary later. Its record is a SQLite
 * file, of one process at a time, or with `DATABASE_URL` a PostgreSQL, which any number of processes share.
 *
 * `npx tsx examples/durable-incident.ts` starts itself as another process, kills that with SIGKILL as soon as the
 * alarm is posted, kills it once more in the wait, and starts it a third time: the incident goes on, and nothing is
 * posted twice. It runs against an emulator on a loopback socket, which outlives the processes.
 */
import { spawn } from "node:child_process"
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { ClusterWorkflowEngine, SingleRunner } from "@effect/cluster"
import { PgClient } from "@effect/sql-pg"
import { SqliteClient } from "@effect/sql-sqlite-node"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { ChatsClient, RoomJid, UserId } from "effect-genesys-chats"
import { Emulator } from "effect-genesys-chats/testing"
import * as Undici from "effect-genesys-chats/undici"
import * as Durable from "effect-genesys-chats/workflow"
import { Runner } from "./support/cluster.js"
import { Incident, IncidentLive } from "./support/incident.js"

const onFile = (filename: string) =>
  SingleRunner.layer({ runnerStorage: "memory", shardingConfig: { entityMessagePollInterval: "500 millis" } }).pipe(
    Layer.provideMerge(SqliteClient.layer({ filename }))
  )
const onPostgres = (url: Redacted.Redacted) => Layer.provideMerge(Runner, PgClient.layer({ url }))

/** The engine's cluster, and the database. */
const Storage = Layer.unwrapEffect(
  Effect.map(
    Config.all([
      Config.option(Config.redacted("DATABASE_URL")),
      Config.withDefault(Config.string("INCIDENT_FILE"), "incidents.db")
    ]),
    ([url, filename]) =>
      Option.match(url, {
        onNone: () => Layer.orDie(onFile(filename)),
        onSome: (url) => Layer.orDie(onPostgres(url))
      })
  )
)

/** The process that works: all that a program of one's own needs. */
const worker = Effect.gen(function* () {
  const users = yield* Config.array(Config.string(), "GENESYS_CLOUD_USER_IDS")
  const id = yield* Config.string("INCIDENT")
  const jid = yield* Incident.execute({ id, users: users.map((user) => UserId.make(user)), summaryAfterMillis: 3_000 })
  yield* Console.log(`room: ${jid}`)
}).pipe(
  Effect.provide(
    IncidentLive.pipe(
      Layer.provideMerge(ClusterWorkflowEngine.layer),
      Layer.provide(Layer.merge(Durable.layer, Layer.provide(ChatsClient.layerConfig, Undici.layer))),
      Layer.provide(Storage)
    )
  )
)

const life = (env: Readonly<Record<string, string>>, isOver: Effect.Effect<boolean>) =>
  Effect.gen(function* () {
    const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url)], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "inherit"]
    })
    let output = ""
    child.stdout.on("data", (data) => (output += data))
    const ended = new Promise<"ended">((resolve) => child.once("exit", () => resolve("ended")))
    const killed = Effect.zipRight(
      Effect.repeat(Effect.delay(isOver, "20 millis"), { until: (over) => over }),
      Effect.sync(() => child.kill("SIGKILL"))
    )
    yield* Effect.race(
      Effect.promise(() => ended),
      Effect.zipRight(killed, Effect.never)
    )
    return /room: (\S+)/.exec(output)?.[1]
  })

const demonstration = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  const people = yield* Effect.forEach(["Alice", "Bob"], (name) => emulator.addUser({ name }))
  const env = {
    INCIDENT: String(Math.floor(performance.timeOrigin)),
    INCIDENT_FILE: join(mkdtempSync(join(tmpdir(), "incident-")), "incidents.db"),
    GENESYS_CLOUD_API_URL: emulator.url,
    GENESYS_CLOUD_LOGIN_URL: emulator.url,
    GENESYS_CLOUD_CLIENT_ID: emulator.clientId,
    GENESYS_CLOUD_CLIENT_SECRET: Redacted.value(emulator.clientSecret),
    GENESYS_CLOUD_USER_IDS: people.map(({ id }) => id).join(",")
  }
  const done = (operation: string) =>
    Effect.map(emulator.requests, (requests) =>
      requests.some((request) => request.operation === operation && request.processedStatus !== undefined)
    )
  yield* life(env, done("postChatsRoomMessages"))
  yield* Console.log("killed with the alarm on its way")
  yield* life(env, Effect.delay(done("postChatsRoomMessagesPins"), "100 millis"))
  yield* Console.log("killed in the wait")
  const jid = yield* life(env, Effect.succeed(false))
  if (jid === undefined) return yield* Effect.dieMessage("the incident was not carried on")
  yield* Console.log("carried on to its end:")
  const messages = yield* emulator.messages(RoomJid.make(jid))
  yield* Effect.forEach(messages, ({ body }) => Console.log(`  ${body}`))
  if (messages.length !== 2) return yield* Effect.dieMessage("a message was lost, or posted twice")
}).pipe(Effect.provide(Emulator.layerServer()))

const isWorker = Config.option(Config.string("INCIDENT"))
await Effect.runPromise(Effect.flatMap(isWorker, (id) => (Option.isSome(id) ? worker : demonstration))).then(
  () => process.exit(0),
  (error) => {
    console.error(error)
    process.exit(1)
  }
)
