import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import type * as Statement from "@effect/sql/Statement"
import * as Effect from "effect/Effect"

/** A table, and what makes it. */
export interface Table {
  readonly name: string
  readonly create: Statement.Statement<unknown>
}

/**
 * Makes tables that are missing. PostgreSQL's `IF NOT EXISTS` is not safe where two do it at once, and is refused to
 * a role that may make none, though they are there.
 */
export const makeTables = (sql: SqlClient.SqlClient, tables: ReadonlyArray<Table>): Effect.Effect<void, SqlError> => {
  const look = Effect.forEach(tables, ({ name }) => sql`SELECT 1 FROM ${sql(name)} WHERE 1 = 0`, { discard: true })
  const make = Effect.forEach(tables, ({ create }) => create, { discard: true })
  return sql.onDialectOrElse({
    pg: () =>
      Effect.catchAll(look, () =>
        sql.withTransaction(Effect.zipRight(sql`SELECT pg_advisory_xact_lock(4711150112)`, make))
      ),
    sqlite: () => make,
    orElse: () => Effect.dieMessage("effect-genesys-chats/sql knows PostgreSQL and SQLite only")
  })
}

/** Until it has succeeded it is done again each time; after that it is nothing. */
export const once = (effect: Effect.Effect<unknown, SqlError>): Effect.Effect<void, SqlError> => {
  let isDone = false
  return Effect.suspend(() =>
    isDone
      ? Effect.void
      : Effect.map(effect, () => {
          isDone = true
        })
  )
}
