import * as Migrator from "@effect/sql/Migrator"
import * as SqlClient from "@effect/sql/SqlClient"
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { Credentials, FlowControl } from "effect-genesys-chats"
import * as Sql from "effect-genesys-chats/sql"
import { type Connect, databases } from "../utils/databases.js"
import { refusedFor } from "../utils/flow.js"
import { database, hasPostgres, pgClient, stopPostgres } from "../utils/services.js"
import { limit, limits, silentProbe, tokens, unusedProbe } from "../utils/stores.js"

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
      yield* unusedProbe(yield* limitStore(layer, { key: "client 3" }))
    })
  )

  it.scopedLive("is not closed by a clock that was set back", () =>
    Effect.gen(function* () {
      const layer = yield* connect
      const store = yield* limitStore(layer, { key: "client" })
      const { window } = yield* store.take(1)
      yield* store.tell(window, refusedFor(60))
      expect(yield* store.take(1)).toMatchObject({ granted: 0 })
      yield* Effect.provide(
        Effect.flatMap(
          SqlClient.SqlClient,
          (sql) => sql`UPDATE genesys_chats_limits
          SET began = began + 3600000, closed = closed + 3600000`
        ),
        layer
      )
      const next = yield* store.take(1)
      expect(next).toMatchObject({ granted: 1 })
      expect(next.window).toBeGreaterThan(window)
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

for (const [name, connect] of databases) describe(name, () => suite(connect))

describe.runIf(hasPostgres)("PostgreSQL alone", () => {
  afterAll(stopPostgres)

  it.scopedLive("a role that may make no tables uses those that are there", () =>
    Effect.gen(function* () {
      const url = new URL(yield* database)
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const made = Layer.build(Layer.provide(Sql.flowControlStore({ key: "owner" }), pgClient(url.href)))
        yield* Context.get(yield* made, FlowControl.Store).take(1)
        const role = `worker_${url.pathname.slice(1)}`
        url.username = role
        yield* sql`CREATE ROLE ${sql(role)} LOGIN`
        yield* sql`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${sql(role)}`
      }).pipe(Effect.provide(pgClient(url.href)))
      const store = yield* limitStore(pgClient(url.href), { key: "client" })
      expect(yield* store.take(1)).toMatchObject({ granted: 1 })
    })
  )

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
