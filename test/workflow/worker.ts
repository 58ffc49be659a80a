/**
 * A process that runs workflows: `ENGINE` is a SQLite file, or the URL of a PostgreSQL, in which it is then a runner at
 * `RUNNER_PORT`, if that is given. Executes the incidents of `INCIDENTS` and says what came of them.
 */
import { ClusterWorkflowEngine, RunnerAddress, SingleRunner } from "@effect/cluster"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { NodeClusterSocket } from "@effect/platform-node"
import type * as SqlClient from "@effect/sql/SqlClient"
import { PgClient } from "@effect/sql-pg"
import { SqliteClient } from "@effect/sql-sqlite-node"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { ChatsClient, Credentials, Region, UserId } from "effect-genesys-chats"
import * as Undici from "effect-genesys-chats/undici"
import * as Durable from "effect-genesys-chats/workflow"
import { Incident, IncidentLive } from "./incident.js"

const say = (text: string): void => void process.stdout.write(`${text}\n`)

const setting = (name: string): string => process.env[name] ?? ""
const engine = setting("ENGINE")
const url = setting("SERVICE_URL")
const port = setting("RUNNER_PORT")
const list = (name: string) =>
  setting(name)
    .split(",")
    .filter((one) => one !== "")

const shardingConfig = {
  entityMessagePollInterval: "300 millis" as const,
  ...(port === "" ? {} : { runnerAddress: Option.some(RunnerAddress.make("127.0.0.1", Number(port))) })
}
const Database: Layer.Layer<SqlClient.SqlClient, unknown> = engine.startsWith("postgres")
  ? PgClient.layer({ url: Redacted.make(engine), maxConnections: 6 })
  : SqliteClient.layer({ filename: engine })
const Cluster =
  port === ""
    ? SingleRunner.layer({ shardingConfig, runnerStorage: "memory" })
    : NodeClusterSocket.layer({
        storage: "sql",
        shardingConfig: {
          ...shardingConfig,
          runnerHealthCheckInterval: "2 seconds",
          shardLockExpiration: "8 seconds",
          shardLockRefreshInterval: "2 seconds"
        }
      })
const Client = ChatsClient.layerWith({
  transformClient: HttpClient.mapRequest(HttpClientRequest.setHeader("x-runner", port))
}).pipe(
  Layer.provide(
    Credentials.layerClientCredentials({ clientId: "emulator-client", clientSecret: Redacted.make("emulator-secret") })
  ),
  Layer.provide(Region.layerCustom({ apiUrl: url, loginUrl: url })),
  Layer.provide(Undici.layer)
)
const App = Layer.mergeAll(IncidentLive, Durable.broadcastLayer).pipe(
  Layer.provideMerge(ClusterWorkflowEngine.layer.pipe(Layer.provide(Cluster))),
  Layer.provide(Layer.merge(Durable.layer, Client)),
  Layer.provideMerge(Database),
  Layer.orDie,
  Layer.provideMerge(Logger.replace(Logger.defaultLogger, Logger.withConsoleError(Logger.logfmtLogger))),
  Layer.provideMerge(Logger.minimumLogLevel(LogLevel.Warning))
)

const main = Effect.gen(function* () {
  say("ready")
  const users = list("USERS").map((id) => UserId.make(id))
  yield* Effect.forEach(
    list("INCIDENTS"),
    (id) =>
      Effect.map(Incident.execute({ id, users, waitMillis: Number(setting("WAIT_MS")) }), (done) =>
        say(JSON.stringify(done))
      ),
    { concurrency: "unbounded" }
  )
  if (port !== "") return yield* Effect.never
})
await Effect.runPromise(Effect.provide(main, App)).then(
  () => process.exit(0),
  (error) => {
    console.error(error)
    process.exit(1)
  }
)
