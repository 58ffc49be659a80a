import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"

/** What is shared with others is neither held up nor undone by a transaction of the caller's with that client. */
export const outsideTransaction = <A, E>(sql: SqlClient.SqlClient, effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.updateContext(effect, (context: Context.Context<never>) =>
    Context.omit(sql.transactionService)(context as Context.Context<SqlClient.TransactionConnection>)
  )
