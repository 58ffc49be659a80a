import type * as SqlClient from "@effect/sql/SqlClient"
import type * as Statement from "@effect/sql/Statement"
import type { Table } from "./database.js"

/*
 * The statements of the stores, for PostgreSQL and SQLite alike. Each step is one statement, by the clock of
 * the database: what a row holds is read, decided upon and written under the row's lock.
 */

/** The time in milliseconds, as a whole number. */
export const nowOf = (sql: SqlClient.SqlClient): Statement.Fragment =>
  sql.onDialectOrElse({
    pg: () => sql.literal("CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"),
    orElse: () => sql.literal("CAST(round((julianday('now') - 2440587.5) * 86400000) AS bigint)")
  })

export const limits = "genesys_chats_limits"
export const tokens = "genesys_chats_tokens"

/** The tables that the stores need; again is nothing. */
export const tables = (sql: SqlClient.SqlClient): ReadonlyArray<Table> => [
  {
    name: limits,
    create: sql`CREATE TABLE IF NOT EXISTS ${sql(limits)} (
    key varchar(255) NOT NULL PRIMARY KEY,
    seq bigint NOT NULL DEFAULT 0,
    used bigint NOT NULL DEFAULT 0,
    allowed bigint,
    began bigint NOT NULL DEFAULT 0,
    ends bigint NOT NULL DEFAULT 0,
    closed bigint NOT NULL DEFAULT 0,
    probe bigint NOT NULL DEFAULT 0,
    granted bigint NOT NULL DEFAULT 0,
    millis bigint NOT NULL DEFAULT 0
  )`
  },
  {
    name: tokens,
    create: sql`CREATE TABLE IF NOT EXISTS ${sql(tokens)} (
    key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    until bigint NOT NULL
  )`
  }
]

export const addLimit = (sql: SqlClient.SqlClient, key: string) =>
  sql`INSERT INTO ${sql(limits)} (key) VALUES (${key}) ON CONFLICT (key) DO NOTHING`

/**
 * What was granted stands in the row, because `RETURNING` tells only what is there afterwards. A clock that is before
 * `began` was set back, or is another server's: what it was once told says nothing.
 */
export const take = (
  sql: SqlClient.SqlClient,
  key: string,
  options: {
    readonly wanted: number
    readonly allowed: number
    readonly probe: number
    readonly poll: number
    readonly window: number
  }
) => {
  const number = (value: number) => whole(sql, Math.ceil(value))
  const wanted = number(options.wanted)
  const allowed = number(options.allowed)
  const probe = number(options.probe)
  const poll = number(options.poll)
  const window = number(options.window)
  return sql<{ readonly granted: number | string; readonly millis: number | string; readonly seq: number | string }>`
  UPDATE ${sql(limits)} SET (seq, used, began, closed, probe, granted, millis) = (
    SELECT
      CASE state WHEN 'begin' THEN CASE WHEN now > seq THEN now ELSE seq + 1 END ELSE seq END,
      CASE state WHEN 'begin' THEN 1 WHEN 'again' THEN used + 1 WHEN 'open' THEN used + room ELSE used END,
      CASE state WHEN 'begin' THEN now ELSE began END,
      CASE WHEN state IN ('begin', 'again') THEN 0 ELSE closed END,
      CASE WHEN state IN ('begin', 'again') THEN now + ${probe} ELSE probe END,
      CASE WHEN state IN ('begin', 'again') THEN 1 WHEN state = 'open' THEN room ELSE 0 END,
      CASE state
        WHEN 'closed' THEN closed - now
        WHEN 'probing' THEN CASE WHEN probe - now < ${poll} THEN probe - now ELSE ${poll} END
        WHEN 'open' THEN ends - now
        ELSE ${probe} END
    FROM (
      SELECT now,
        CASE WHEN now < began THEN 'begin' WHEN closed > now THEN 'closed' WHEN probe > now THEN 'probing'
          WHEN probe > 0 AND now - began < ${window} THEN 'again'
          WHEN probe > 0 OR now >= ends THEN 'begin' ELSE 'open' END AS state,
        CASE WHEN used >= COALESCE(allowed, ${allowed}) THEN 0
          WHEN COALESCE(allowed, ${allowed}) - used < ${wanted} THEN COALESCE(allowed, ${allowed}) - used
          ELSE ${wanted} END AS room
      FROM (SELECT ${nowOf(sql)} AS now) AS clock
    ) AS decided
  )
  WHERE key = ${key}
  RETURNING granted, millis, seq`
}

export const refuse = (sql: SqlClient.SqlClient, key: string, window: number, retryAfter: number) => sql`
  UPDATE ${sql(limits)} SET
    closed = CASE WHEN closed > ${nowOf(sql)} + ${whole(sql, retryAfter)} THEN closed ELSE ${nowOf(sql)} + ${whole(sql, retryAfter)} END,
    ends = 0,
    probe = 0
  WHERE key = ${key} AND seq = ${window}`

/** A reply that says nothing of the limit anchors the window where it was the probe's. */
export const anchor = (sql: SqlClient.SqlClient, key: string, window: number, length: number) => sql`
  UPDATE ${sql(limits)} SET ends = ${nowOf(sql)} + ${whole(sql, length)}, probe = 0
  WHERE key = ${key} AND seq = ${window} AND probe > 0`

export const count = (
  sql: SqlClient.SqlClient,
  key: string,
  window: number,
  limit: { readonly count: number; readonly allowed: number; readonly reset: number }
) => sql`
  UPDATE ${sql(limits)} SET
    ends = CASE WHEN probe = 0 AND ends < ${nowOf(sql)} + ${whole(sql, limit.reset)}
      THEN ends ELSE ${nowOf(sql)} + ${whole(sql, limit.reset)} END,
    probe = 0,
    allowed = ${whole(sql, limit.allowed)},
    used = CASE WHEN used < ${whole(sql, limit.count)} THEN ${whole(sql, limit.count)} ELSE used END
  WHERE key = ${key} AND seq = ${window}`

/** A probe that was not used leaves it to another, at once. */
export const giveBack = (sql: SqlClient.SqlClient, key: string, window: number, count: number) => sql`
  UPDATE ${sql(limits)} SET
    used = CASE WHEN used < ${whole(sql, count)} THEN 0 ELSE used - ${whole(sql, count)} END,
    probe = CASE WHEN probe > 0 THEN 1 ELSE 0 END
  WHERE key = ${key} AND seq = ${window}`

export const get = (sql: SqlClient.SqlClient, key: string) =>
  sql<{ readonly value: string; readonly millis: number | string }>`
  SELECT value, until - now AS millis FROM ${sql(tokens)}, (SELECT ${nowOf(sql)} AS now) AS clock
  WHERE key = ${key} AND until > now`

export const set = (sql: SqlClient.SqlClient, key: string, value: string, millis: number) => sql`
  INSERT INTO ${sql(tokens)} (key, value, until) VALUES (${key}, ${value}, ${nowOf(sql)} + ${whole(sql, millis)})
  ON CONFLICT (key) DO UPDATE SET value = excluded.value, until = excluded.until`

export const forget = (sql: SqlClient.SqlClient) => sql`DELETE FROM ${sql(tokens)} WHERE until <= ${nowOf(sql)}`

/** A row for whoever gets the lock. */
export const tryLock = (sql: SqlClient.SqlClient, key: string, owner: string, millis: number) => sql`
  INSERT INTO ${sql(tokens)} (key, value, until) VALUES (${key}, ${owner}, ${nowOf(sql)} + ${whole(sql, millis)})
  ON CONFLICT (key) DO UPDATE SET value = excluded.value, until = excluded.until
  WHERE ${sql(tokens)}.until <= ${nowOf(sql)}
  RETURNING key`

export const unlock = (sql: SqlClient.SqlClient, key: string, owner: string) =>
  sql`DELETE FROM ${sql(tokens)} WHERE key = ${key} AND value = ${owner}`

/** PostgreSQL has to be told of what type a parameter is. */
const whole = (sql: SqlClient.SqlClient, value: number): Statement.Fragment => sql`CAST(${value} AS bigint)`
