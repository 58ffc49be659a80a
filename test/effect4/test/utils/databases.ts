/** The databases that the stores know, each to be connected to anew: for Effect 4 there is no driver of SQLite. */
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type * as SqlClient from "effect/sql/SqlClient"
import { database, hasPostgres, pgClient } from "./services.js"

export type Connect = Layer.Layer<SqlClient.SqlClient, unknown>

export const databases: ReadonlyArray<readonly [name: string, connect: Effect.Effect<Connect, never, Scope.Scope>]> =
  hasPostgres ? [["PostgreSQL", Effect.map(database, pgClient)] as const] : []
