/**
 * Three processes that share workflows on a PostgreSQL, one token and one rate limit, one of them killed: the other
 * two carry its incidents on, and nothing is posted twice.
 *
 * `DATABASE_URL=postgres://… npx tsx examples/fleet.ts` runs against an emulator on a loopback socket. Without
 * `DATABASE_URL` there is nothing to share, and it says so.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { ClusterWorkflowEngine } from "@effect/cluster"
import { PgClient } from "@effect/sql-pg"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { ChatsClient, Credentials, FlowControl, Region, RoomJid, UserId } from "effect-genesys-chats"
import * as Sql from "effect-genesys-chats/sql"
import { Emulator } from "effect-genesys-chats/testing"
import * as Undici from "effect-genesys-chats/undici"
import * as Durable from "effect-genesys-chats/workflow"
import { Runner } from "./support/cluster.js"
import { Incident, IncidentLive } from "./support/incident.js"

const setting = (name: string): string => process.env[name] ?? ""
const list = (name: string) =>
  setting(name)
    .split(",")
    .filter((one) => one !== "")

/** One runner: what is per process, and what is shared. */
const runner = () => {
  const Database = PgClient.layer({ url: Redacted.make(setting("DATABASE_URL")) })
  const clientId = setting("CLIENT_ID")
  const clientSecret = Redacted.make(setting("CLIENT_SECRET"))
  const Client = ChatsClient.layer.pipe(
    Layer.provide(Layer.provide(FlowControl.layer(), Sql.flowControlStore({ key: clientId }))),
    Layer.provide(Layer.provide(Credentials.layerClientCredentials({ clientId, clientSecret }), Sql.credentialsStore)),
    Layer.provide(Region.layerCustom({ apiUrl: setting("SERVICE_URL"), loginUrl: setting("SERVICE_URL") })),
    Layer.provide(Undici.layer)
  )
  const App = IncidentLive.pipe(
    Layer.provideMerge(Layer.provide(ClusterWorkflowEngine.layer, Runner)),
    Layer.provide(Layer.merge(Durable.layer, Client)),
    Layer.provide(Database)
  )
  const users = list("USERS").map((id) => UserId.make(id))
  const run = Effect.forEach(
    list("INCIDENTS"),
    (id) =>
      Effect.flatMap(Incident.execute({ id, users, summaryAfterMillis: 1_000 }), (jid) => Console.log(`room: ${jid}`)),
    { concurrency: "unbounded" }
  )
  return Effect.provide(Effect.zipRight(run, Effect.never), App)
}

const startRunner = (env: Readonly<Record<string, string>>, onLine: (line: string) => void) =>
  Effect.acquireRelease(
    Effect.sync((): ChildProcess => {
      const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url)], {
        env: { ...process.env, ...env },
        stdio: ["ignore", "pipe", "inherit"]
      })
      child.stdout.on("data", (data) => String(data).split("\n").forEach(onLine))
      return child
    }),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )

const demonstration = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  const people = yield* Effect.forEach(["Alice", "Bob"], (name) => emulator.addUser({ name }))
  const incidents = Array.from({ length: 9 }, (_, i) => `${Math.floor(performance.timeOrigin)}-${i}`)
  const env = {
    SERVICE_URL: emulator.url,
    CLIENT_ID: emulator.clientId,
    CLIENT_SECRET: Redacted.value(emulator.clientSecret),
    USERS: people.map(({ id }) => id).join(",")
  }
  const rooms: Array<string> = []
  const onLine = (line: string) => {
    const jid = /^room: (\S+)/.exec(line)?.[1]
    if (jid !== undefined) rooms.push(jid)
  }
  const start = (ids: ReadonlyArray<string>) => startRunner({ ...env, INCIDENTS: ids.join(",") }, onLine)
  const [doomed] = yield* Effect.all([start([]), start([]), start(incidents)])
  const sent = Effect.map(
    emulator.requests,
    (requests) => requests.filter(({ operation }) => operation === "postChatsRoomMessages").length
  )
  yield* Effect.repeat(Effect.delay(sent, "100 millis"), { until: (count) => count >= 4 })
  doomed.kill("SIGKILL")
  yield* Console.log("one of three runners was killed")
  yield* Effect.repeat(
    Effect.delay(
      Effect.sync(() => rooms.length),
      "100 millis"
    ),
    {
      until: (count) => count === incidents.length
    }
  )
  const messages = yield* Effect.forEach(rooms, (jid) => emulator.messages(RoomJid.make(jid)))
  const logins = (yield* emulator.requests).filter(({ path }) => path === "/oauth/token").length
  yield* Console.log(
    `${incidents.length} incidents carried on to their end, ${messages.flat().length} messages, logins: ${logins}`
  )
  if (messages.some(({ length }) => length !== 2))
    return yield* Effect.dieMessage("a message was lost, or posted twice")
}).pipe(Effect.scoped, Effect.provide(Emulator.layerServer()))

const main = Effect.flatMap(
  Config.all([Config.option(Config.string("DATABASE_URL")), Config.option(Config.string("SERVICE_URL"))]),
  ([url, service]) => {
    if (Option.isNone(url)) return Console.log("DATABASE_URL names no PostgreSQL: there is nothing to share")
    return Option.isSome(service) ? runner() : demonstration
  }
)
await Effect.runPromise(main).then(
  () => process.exit(0),
  (error) => {
    console.error(error)
    process.exit(1)
  }
)
