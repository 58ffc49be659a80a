/**
 * One rate limit and one token for a fleet in PostgreSQL, or for the processes of one machine in a SQLite file,
 * through `@effect/sql`: `npm install @effect/sql@^0.52 @effect/sql-pg@^0.53`, or `@effect/sql-sqlite-node@^0.53`.
 * Missing tables are made; {@link migrations} are for a migrator of your own.
 *
 * The stores take no part in a transaction of the caller. With SQLite that means: a call inside `sql.withTransaction`
 * finds the one connection taken, and goes on without the store. And if another process writes for long, SQLite
 * blocks this one until its `busy_timeout` (5 seconds) is over, whatever `storeTimeout` is: keep transactions that
 * write short.
 *
 * @since 0.1.0
 */
import type * as Migrator from "@effect/sql/Migrator"
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Credentials from "../credentials/Credentials.js"
import * as Check from "../internal/options.js"
import { perInputs } from "../internal/perInputs.js"
import * as FlowControl from "../limits/FlowControl.js"
import { poll, settingsOf } from "../limits/storeSettings.js"
import { makeTables, once } from "./database.js"
import * as statements from "./statements.js"
import { outsideTransaction } from "./transaction.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface FlowControlOptions extends FlowControl.StoreOptions {
  /**
   * What the limit belongs to: one text of up to 255 characters for all processes that use the same token, such
   * as the id of the OAuth client.
   */
  readonly key: string
}

/**
 * One rate limit for all processes that use the same token. If the database is down, each process goes on with what
 * it knows itself.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import { ChatsClient } from "effect-genesys-chats"
 * import * as Sql from "effect-genesys-chats/sql"
 *
 * // an SqlClient is left to provide: PgClient.layer({ … }) of @effect/sql-pg
 * const client = ChatsClient.layer.pipe(Layer.provide(Sql.flowControlStore({ key: "5d0f" })))
 * ```
 * @since 0.1.0
 * @category layers
 */
export const flowControlStore = (
  options: FlowControlOptions
): Layer.Layer<FlowControl.Store, never, SqlClient.SqlClient> =>
  perInputs(
    Layer.effect(
      FlowControl.Store,
      Effect.map(SqlClient.SqlClient, (client): FlowControl.StoreService => {
        const settings = settingsOf("Sql.flowControlStore", options)
        const key = Check.text("Sql.flowControlStore: key", options.key, 255)
        const sql = client.withoutTransforms()
        const row = statements.addLimit(sql, key)
        const ready = once(Effect.zipRight(makeTables(sql, statements.tables(sql)), row))
        const step = <A>(run: Effect.Effect<A, SqlError>) =>
          Effect.mapError(
            outsideTransaction(sql, Effect.zipRight(ready, run)),
            (cause) => new FlowControl.StoreError({ cause })
          )
        const take = (wanted: number) =>
          Effect.map(statements.take(sql, key, { ...settings, wanted, poll }), ([found]) =>
            Option.map(Option.fromNullable(found), ({ granted, millis, seq }) => ({
              granted: Number(granted),
              millis: Number(millis),
              window: Number(seq)
            }))
          )
        return {
          take: (wanted) =>
            Effect.flatMap(
              // somebody may have emptied the table
              step(
                Effect.flatMap(take(wanted), (lease) =>
                  Option.isSome(lease) ? Effect.succeed(lease) : Effect.zipRight(row, take(wanted))
                )
              ),
              Option.match({
                onNone: () => new FlowControl.StoreError({ cause: "the row of the limit cannot be made" }),
                onSome: Effect.succeed
              })
            ),
          tell: (window, { limit, refused, retryAfter }) => {
            if (refused) {
              const closed = Math.ceil(retryAfter ?? limit?.reset ?? 1_000)
              return Effect.asVoid(step(statements.refuse(sql, key, window, closed)))
            }
            return Effect.asVoid(
              step(
                limit === undefined
                  ? statements.anchor(sql, key, window, Math.ceil(settings.window))
                  : statements.count(sql, key, window, { ...limit, reset: Math.ceil(limit.reset) })
              )
            )
          },
          giveBack: (window, count) => Effect.asVoid(step(statements.giveBack(sql, key, window, count)))
        }
      })
    ),
    { services: [SqlClient.SqlClient] }
  )

/**
 * One token for all processes that use the same client id and secret, kept encrypted with a key that is derived
 * from the secret. If the database is down, each process logs in by itself.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 * import { Credentials } from "effect-genesys-chats"
 * import * as Sql from "effect-genesys-chats/sql"
 *
 * const credentials = Credentials.layerClientCredentials({
 *   clientId: "5d0f",
 *   clientSecret: Redacted.make("secret")
 * }).pipe(Layer.provide(Sql.credentialsStore))
 * ```
 * @since 0.1.0
 * @category layers
 */
export const credentialsStore: Layer.Layer<Credentials.Store, never, SqlClient.SqlClient> = /*#__PURE__*/ perInputs(
  /*#__PURE__*/ Layer.effect(
    Credentials.Store,
    /*#__PURE__*/ Effect.map(SqlClient.SqlClient, (client): Credentials.StoreService => {
      const sql = client.withoutTransforms()
      const ready = once(makeTables(sql, statements.tables(sql)))
      const step = <A>(run: Effect.Effect<A, SqlError>) =>
        Effect.mapError(
          outsideTransaction(sql, Effect.zipRight(ready, run)),
          // the message of a database can quote what was to be stored
          () => new Credentials.StoreError({ message: "the database did not do it" })
        )
      return {
        get: (key) =>
          Effect.map(step(statements.get(sql, key)), ([found]) =>
            Option.map(Option.fromNullable(found), ({ millis, value }) => ({
              value,
              timeLeft: Duration.millis(Number(millis))
            }))
          ),
        set: (key, value, time) =>
          Effect.asVoid(step(Effect.zipRight(statements.forget(sql), statements.set(sql, key, value, millisOf(time))))),
        tryLock: (key, owner, time) =>
          Effect.map(step(statements.tryLock(sql, key, owner, millisOf(time))), (rows) => rows.length > 0),
        unlock: (key, owner) => Effect.asVoid(step(statements.unlock(sql, key, owner)))
      }
    })
  ),
  { services: [SqlClient.SqlClient] }
)

/**
 * The tables of the stores as migrations, for a migrator of your own; give it a `table` of its own, so that its
 * numbers are not mistaken for yours, and run it in one process at a time, because two that make that table at once
 * can fail. Not needed otherwise: missing tables are made at the first use.
 *
 * @example
 * ```ts
 * import * as Migrator from "@effect/sql/Migrator"
 * import * as Sql from "effect-genesys-chats/sql"
 *
 * const migrate = Migrator.make({})({ loader: Sql.migrations, table: "genesys_chats_migrations" })
 * ```
 * @since 0.1.0
 * @category migrations
 */
export const migrations: Migrator.Loader = /*#__PURE__*/ Effect.succeed([
  [
    1,
    "stores",
    /*#__PURE__*/ Effect.succeed(
      /*#__PURE__*/ Effect.flatMap(SqlClient.SqlClient, (sql) =>
        Effect.forEach(statements.tables(sql), ({ create }) => create, { discard: true })
      )
    )
  ]
])

const millisOf = (time: Duration.Duration): number => Math.max(1, Math.ceil(Duration.toMillis(time)))
