/** The databases that the stores know, each to be connected to anew. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type * as SqlClient from "@effect/sql/SqlClient"
import { SqliteClient } from "@effect/sql-sqlite-node"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { database, hasPostgres, pgClient } from "./services.js"

export type Connect = Layer.Layer<SqlClient.SqlClient, unknown>

const file: Effect.Effect<string, never, Scope.Scope> = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "chats-sql-"))),
    (directory) => Effect.sync(() => rmSync(directory, { recursive: true, force: true }))
  ),
  (directory) => join(directory, "stores.db")
)

export const databases: ReadonlyArray<readonly [name: string, connect: Effect.Effect<Connect, never, Scope.Scope>]> = [
  ["SQLite", Effect.map(file, (filename) => SqliteClient.layer({ filename }))],
  ...(hasPostgres ? [["PostgreSQL", Effect.map(database, pgClient)] as const] : [])
]
