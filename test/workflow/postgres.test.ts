import * as SqlClient from "@effect/sql/SqlClient"
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Durable from "effect-genesys-chats/workflow"
import { database, hasPostgres, pgClient, stopPostgres } from "../utils/services.js"

describe.runIf(hasPostgres)("on PostgreSQL", () => {
  afterAll(stopPostgres)

  it.scopedLive("a role that may make no tables uses those that are there", () =>
    Effect.gen(function* () {
      const url = new URL(yield* database)
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* Layer.build(Durable.layer)
        const role = `sender_${url.pathname.slice(1)}`
        url.username = role
        yield* sql`CREATE ROLE ${sql(role)} LOGIN`
        yield* sql`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${sql(role)}`
      }).pipe(Effect.provide(pgClient(url.href)))
      const durable = yield* Layer.build(Layer.provide(Durable.layer, pgClient(url.href)))
      yield* Context.get(durable, Durable.Store).setCursor("one", "1")
    })
  )

  it.scopedLive(
    "connections that are lost while they are used lose nothing that was claimed, and claim nothing twice",
    () =>
      Effect.gen(function* () {
        const url = yield* database
        const stores = yield* Effect.forEach([1, 2, 3], () =>
          Effect.map(Layer.build(Layer.provide(Durable.layer, Layer.fresh(pgClient(url)))), Context.get(Durable.Store))
        )
        const messages = Array.from({ length: 24 }, (_, i) => `m${i}`)
        const lose = Effect.flatMap(
          SqlClient.SqlClient,
          (sql) => sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()`
        ).pipe(Effect.delay("100 millis"), Effect.repeatN(7), Effect.provide(pgClient(url)))
        const claims = Effect.forEach(
          messages,
          (_, i) => {
            const claim = Effect.suspend(() => stores[i % 3]?.claim(`owner-${i}`, messages) ?? Effect.succeedNone)
            return Effect.zip(claim, Effect.delay(claim, `${10 * i} millis`))
          },
          { concurrency: 12 }
        )
        const lost = yield* Effect.fork(lose)
        const taken = yield* claims
        yield* Fiber.join(lost)
        const ids = taken.map(([once, again]) => [Option.getOrThrow(once), Option.getOrThrow(again)] as const)
        for (const [once, again] of ids) expect(again).toBe(once)
        expect(new Set(ids.map(([id]) => id)).size).toBe(messages.length)
      })
  )
})
