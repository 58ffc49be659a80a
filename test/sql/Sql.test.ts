import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Migrator from "@effect/sql/Migrator"
import * as SqlClient from "@effect/sql/SqlClient"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { Credentials, FlowControl } from "effect-genesys-chats"
import * as Sql from "effect-genesys-chats/sql"
import { database, hasPostgres, pgClient, stopPostgres } from "../utils/services.js"
import { limit, limits, silentProbe, tokens } from "../utils/stores.js"

type Connect = Layer.Layer<SqlClient.SqlClient, unknown>

const file: Effect.Effect<string, never, Scope.Scope> = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "chats-sql-"))),
    (directory) => Effect.sync(() => rmSync(directory, { recursive: true, force: true }))
  ),
  (directory) => join(directory, "stores.db")
)

const limitStore = (connect: Connect, options: Sql.FlowControlOptions) =>
  Effect.map(
    Layer.build(Layer.provide(Sql.flowControlStore(options), Layer.fresh(connect))),
    Context.get(FlowControl.Store)
  )
const tokenStore = (connect: Connect) =>
  Effect.map(Layer.build(Layer.provide(Sql.credentialsStore, Layer.fresh(connect))), Context.get(Credentials.Store))

const suite = (connect: Effect.Effect<Connect, never, Scope.Scope>) => {
  it.scopedLive("shares a limit between processes, and keeps limits of other keys apart", () =>
    Effect.gen(function* () {
      const layer = yield* connect
      yield* limits(
        yield* limitStore(layer, { key: "client", ...limit }),
        yield* limitStore(layer, { key: " client ", ...limit })
      )
      yield* silentProbe(yield* limitStore(layer, { key: "client 2", probe: "50 millis" }))
    })
  )

  it.scopedLive("keeps tokens and locks for their time", () =>
    Effect.gen(function* () {
      const layer = yield* connect
      yield* tokens(yield* tokenStore(layer), yield* tokenStore(layer))
    })
  )

  it.scopedLive(
    "makes its tables by itself, at once in several processes, or by a migrator; and again when emptied",
    () =>
      Effect.gen(function* () {
        const layer = yield* connect
        const stores = yield* Effect.forEach([1, 2, 3, 4], () => limitStore(layer, { key: "client" }))
        const leases = yield* Effect.forEach(stores, (store) => store.take(1), { concurrency: "unbounded" })
        expect(leases.filter(({ granted }) => granted === 1)).toHaveLength(1)
        yield* Effect.provide(
          Effect.gen(function* () {
            yield* Migrator.make({})({ loader: Sql.migrations, table: "genesys_chats_migrations" })
            const sql = yield* SqlClient.SqlClient
            yield* sql`DELETE FROM genesys_chats_limits`
          }),
          layer
        )
        expect(yield* stores[0]!.take(1)).toMatchObject({ granted: 1 })
      })
  )
}

describe("SQLite", () => {
  suite(Effect.map(file, (filename) => SqliteClient.layer({ filename })))
})

describe.runIf(hasPostgres)("PostgreSQL", () => {
  afterAll(stopPostgres)
  suite(Effect.map(database, pgClient))

  it.scopedLive("a caller's transaction that is rolled back takes nothing of the store with it", () =>
    Effect.gen(function* () {
      const layer = pgClient(yield* database)
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const store = Context.get(yield* Layer.build(Sql.flowControlStore({ key: "client" })), FlowControl.Store)
        const lease = yield* Effect.flip(
          sql.withTransaction(Effect.flatMap(store.take(1), (lease) => Effect.fail(lease)))
        )
        expect(lease).toMatchObject({ granted: 1 })
        expect(yield* store.take(1)).toMatchObject({ granted: 0 })
      }).pipe(Effect.provide(layer))
    })
  )
})
