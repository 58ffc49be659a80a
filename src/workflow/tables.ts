import type * as SqlClient from "@effect/sql/SqlClient"
import type { Table } from "../sql/database.js"

export const claims = "genesys_chats_claims"
export const cursors = "genesys_chats_cursors"
export const outbox = "genesys_chats_outbox"

/** An owner has one message, and a message one owner. */
export const tables = (sql: SqlClient.SqlClient): ReadonlyArray<Table> => [
  {
    name: claims,
    create: sql`CREATE TABLE IF NOT EXISTS ${sql(claims)} (
    message_id varchar(255) NOT NULL PRIMARY KEY,
    owner text NOT NULL UNIQUE,
    claimed_at bigint NOT NULL
  )`
  },
  {
    name: cursors,
    create: sql`CREATE TABLE IF NOT EXISTS ${sql(cursors)} (
    name text NOT NULL PRIMARY KEY,
    place text NOT NULL
  )`
  },
  {
    name: outbox,
    create: sql`CREATE TABLE IF NOT EXISTS ${sql(outbox)} (
    sequence ${sql.onDialectOrElse({
      pg: () => sql.literal("bigserial PRIMARY KEY"),
      orElse: () => sql.literal("integer PRIMARY KEY AUTOINCREMENT")
    })},
    id varchar(255) NOT NULL UNIQUE,
    conversation text NOT NULL,
    message text NOT NULL,
    state varchar(10) NOT NULL,
    result text
  )`
  }
]
