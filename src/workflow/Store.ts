import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import { perInputs } from "../internal/perInputs.js"
import { logFailure, summary } from "../internal/summary.js"
import { makeTables, once } from "../sql/database.js"
import { nowOf } from "../sql/statements.js"
import { outsideTransaction } from "../sql/transaction.js"
import { claims, cursors, tables } from "./tables.js"

/**
 * What outlives a process beside the engine's own records.
 *
 * @since 0.1.0
 * @category models
 */
export interface StoreService {
  /**
   * Which of some messages an owner may take for its own, in one step: the one that it has taken before, whether it
   * is among them or not, else the first that nobody has.
   */
  readonly claim: (owner: string, messageIds: ReadonlyArray<string>) => Effect.Effect<Option.Option<string>>
  /** How far something has come. */
  readonly cursor: (name: string) => Effect.Effect<Option.Option<string>>
  readonly setCursor: (name: string, cursor: string) => Effect.Effect<void>
}

/**
 * What is shared by all who send durably: which message is whose, and how far those who read have come. A store
 * that cannot be reached is asked again until it can be.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import * as Durable from "effect-genesys-chats/workflow"
 *
 * // an SqlClient is left to provide: the one of the engine
 * const app = <A>(workflows: Layer.Layer<A, never, Durable.Store>) => Layer.provide(workflows, Durable.layer)
 * ```
 * @since 0.1.0
 * @category tags
 */
export class Store extends Context.Tag("effect-genesys-chats/workflow/Store")<Store, StoreService>() {}

/**
 * The store in a database, PostgreSQL or SQLite: the one that the engine uses. Its tables are made where they are
 * missing, those of the outbox too. Claims are forgotten after 30 days, by the clock of the database.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import * as Durable from "effect-genesys-chats/workflow"
 *
 * const store = Layer.orDie(Durable.layer)
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Store, SqlError, SqlClient.SqlClient> = /*#__PURE__*/ perInputs(
  /*#__PURE__*/ Layer.effect(
    Store,
    /*#__PURE__*/ Effect.gen(function* () {
      const sql = (yield* SqlClient.SqlClient).withoutTransforms()
      const sure = persistently(sql)
      yield* once(makeTables(sql, tables(sql)))
      yield* sql`DELETE FROM ${sql(claims)} WHERE claimed_at < ${nowOf(sql)} - ${sql.literal(String(kept))}`
      const first = <A extends object>(rows: ReadonlyArray<A>) => Option.fromNullable(rows[0])
      const owned = (owner: string) =>
        Effect.map(
          sql<{ readonly message_id: string }>`SELECT message_id FROM ${sql(claims)} WHERE owner = ${owner}`,
          (rows) => Option.map(first(rows), (row) => row.message_id)
        )
      const take = (owner: string, messageId: string) =>
        Effect.map(
          sql`INSERT INTO ${sql(claims)} (message_id, owner, claimed_at)
            VALUES (${messageId}, ${owner}, ${nowOf(sql)}) ON CONFLICT DO NOTHING RETURNING message_id`,
          (rows) => (rows.length > 0 ? Option.some(messageId) : Option.none())
        )
      return {
        claim: (owner, messageIds) =>
          sure(
            Effect.gen(function* () {
              const before = yield* owned(owner)
              if (Option.isSome(before)) return before
              for (const messageId of messageIds) {
                const taken = yield* take(owner, messageId)
                if (Option.isSome(taken)) return taken
              }
              // another life of this owner may have been faster
              return yield* owned(owner)
            })
          ),
        cursor: (name) =>
          sure(
            Effect.map(
              sql<{ readonly place: string }>`SELECT place FROM ${sql(cursors)} WHERE name = ${name}`,
              (rows) => Option.map(first(rows), ({ place }) => place)
            )
          ),
        setCursor: (name, cursor) =>
          sure(
            Effect.asVoid(
              sql`INSERT INTO ${sql(cursors)} (name, place) VALUES (${name}, ${cursor})
                ON CONFLICT (name) DO UPDATE SET place = excluded.place`
            )
          )
      }
    })
  ),
  { services: [SqlClient.SqlClient] }
)

/**
 * The store in memory, for tests.
 *
 * @example
 * ```ts
 * import { WorkflowEngine } from "@effect/workflow"
 * import * as Layer from "effect/Layer"
 * import * as Durable from "effect-genesys-chats/workflow"
 *
 * const testing = Layer.merge(WorkflowEngine.layerMemory, Durable.layerMemory)
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerMemory: Layer.Layer<Store> = /*#__PURE__*/ Layer.sync(Store, () => {
  const owners = new Map<string, string>()
  const places = new Map<string, string>()
  return {
    claim: (owner, messageIds) =>
      Effect.sync(() => {
        const before = [...owners].find(([, one]) => one === owner)?.[0]
        const mine = before ?? messageIds.find((messageId) => !owners.has(messageId))
        if (mine !== undefined) owners.set(mine, owner)
        return Option.fromNullable(mine)
      }),
    cursor: (name) => Effect.sync(() => Option.fromNullable(places.get(name))),
    setCursor: (name, cursor) => Effect.sync(() => void places.set(name, cursor))
  }
})

const kept = 30 * 24 * 3_600_000

const persistence = /*#__PURE__*/ Schedule.union(
  /*#__PURE__*/ Schedule.exponential("100 millis"),
  /*#__PURE__*/ Schedule.spaced("10 seconds")
)

/** What cannot be written down now is written down later: to go on without it would lose or double a message. */
const persistently = (sql: SqlClient.SqlClient) => {
  let isAway = false
  return <A>(effect: Effect.Effect<A, SqlError>): Effect.Effect<A> =>
    outsideTransaction(sql, effect).pipe(
      Effect.tapError((error) => {
        const first = !isAway
        isAway = true
        const told = "The store of durable sends does not do what it is asked, and is asked until it does"
        return first ? Effect.annotateLogs(Effect.logWarning(told), "error", summary(error)) : logFailure(told, error)
      }),
      Effect.retry(persistence),
      Effect.tap(() => Effect.sync(() => (isAway = false))),
      Effect.orDie
    )
}
