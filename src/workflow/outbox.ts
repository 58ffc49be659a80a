import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Workflow from "@effect/workflow/Workflow"
import type { WorkflowEngine } from "@effect/workflow/WorkflowEngine"
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { InvalidRequest } from "../ChatsError.js"
import { issues } from "../codec/codec.js"
import * as Conversation from "../conversation/Conversation.js"
import type { ChatsClient } from "../declaration.js"
import { ChatSendMessageResponse, SendMessageBody } from "../domain/Message.js"
import * as Check from "../internal/options.js"
import { summary } from "../internal/summary.js"
import type { Store } from "./Store.js"
import { SendError, type SendOptions, sendStep } from "./send.js"
import { outbox } from "./tables.js"

/**
 * Puts a message into the outbox: done inside of `sql.withTransaction` it is sent if that transaction commits, and
 * only then. Enqueuing the same `id` again does nothing, so it is safe to retry. Without an `id` one is made and
 * returned. What was sent stays in the table, `genesys_chats_outbox`, until you delete it: then its id is new
 * again. Needs {@link outboxLayer} somewhere, which sends, and {@link layer}, which makes the table.
 *
 * @example
 * ```ts
 * import * as SqlClient from "@effect/sql/SqlClient"
 * import * as Effect from "effect/Effect"
 * import { Conversation, UserId } from "effect-genesys-chats"
 * import * as Durable from "effect-genesys-chats/workflow"
 *
 * const order = Effect.flatMap(SqlClient.SqlClient, (sql) =>
 *   sql.withTransaction(
 *     Effect.zipRight(
 *       sql`UPDATE orders SET state = 'shipped' WHERE id = 4711`,
 *       Durable.enqueue(Conversation.user(UserId.make("7f0e")), "Order 4711 is on its way", { id: "shipped/4711" })
 *     )
 *   )
 * )
 * ```
 * @since 0.1.0
 * @category outbox
 */
export const enqueue = (
  conversation: Conversation.Conversation,
  message: Conversation.Message,
  options?: { readonly id?: string | undefined }
): Effect.Effect<string, SqlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = (yield* SqlClient.SqlClient).withoutTransforms()
    const { id = globalThis.crypto.randomUUID() } = options ?? {}
    Check.text("Durable.enqueue: id", id, 255)
    yield* sql`INSERT INTO ${sql(outbox)} (id, conversation, message, state) VALUES (
      ${id},
      ${Schema.encodeSync(Target)(conversation)},
      ${Schema.encodeSync(Text)(message)},
      'waiting'
    ) ON CONFLICT (id) DO NOTHING`
    return id
  })

/**
 * What became of a message of the outbox; `None` where there is none of that id, or not yet.
 *
 * @example
 * ```ts
 * import * as Durable from "effect-genesys-chats/workflow"
 *
 * const status = Durable.outboxStatus("shipped/4711")
 * ```
 * @since 0.1.0
 * @category outbox
 */
export const outboxStatus = (
  id: string
): Effect.Effect<
  Option.Option<
    | { readonly _tag: "Waiting" }
    | { readonly _tag: "Sent"; readonly messageId: string }
    | { readonly _tag: "Failed"; readonly error: SendError }
  >,
  SqlError,
  SqlClient.SqlClient
> =>
  Effect.gen(function* () {
    const sql = (yield* SqlClient.SqlClient).withoutTransforms()
    const [row] = yield* sql<{ readonly state: string; readonly result: string | null }>`
      SELECT state, result FROM ${sql(outbox)} WHERE id = ${id}`
    if (row === undefined) return Option.none()
    if (row.result === null) return Option.some({ _tag: "Waiting" as const })
    return Option.some(
      row.state === "sent"
        ? { _tag: "Sent" as const, messageId: row.result }
        : { _tag: "Failed" as const, error: yield* Effect.orDie(Schema.decode(Failure)(row.result)) }
    )
  })

/**
 * @since 0.1.0
 * @category models
 */
export interface OutboxOptions extends Pick<SendOptions, "ifUnsure"> {
  /** How often the outbox is checked for new messages: from 1 millisecond, finite. Default 1 second. */
  readonly every?: Duration.DurationInput | undefined
}

/**
 * Sends what is in the outbox, each message as {@link send} does; those of one conversation in the order in which
 * they were enqueued. Any number of processes may run it. Where the service is away, or gives no token, a message
 * waits until it is back, and holds up those of its conversation alone. One that the service refuses is logged as
 * a warning, and its error is kept for {@link outboxStatus}.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import * as Durable from "effect-genesys-chats/workflow"
 *
 * // engine, client and SqlClient are left to provide
 * const outbox = Durable.outboxLayer({ every: "500 millis" }).pipe(Layer.provide(Durable.layer))
 * ```
 * @since 0.1.0
 * @category outbox
 */
export const outboxLayer = (
  options?: OutboxOptions
): Layer.Layer<never, never, WorkflowEngine | ChatsClient | Store | SqlClient.SqlClient> =>
  Layer.scopedDiscard(
    Effect.gen(function* () {
      const every = Check.duration("Durable.outboxLayer: every", options?.every ?? "1 second", { least: 1 })
      const ifUnsure = Check.oneOf("Durable.outboxLayer: ifUnsure", options?.ifUnsure ?? "resend", ["resend", "fail"])
      const sql = (yield* SqlClient.SqlClient).withoutTransforms()
      const scope = yield* Effect.scope
      const underWay = new Set<string>()
      const workOff = (conversation: string, queue: ReadonlyArray<Row>) => {
        underWay.add(conversation)
        return Effect.forEach(queue, (row) => deliver(sql, row, ifUnsure), { discard: true }).pipe(
          isolated,
          Effect.ensuring(Effect.sync(() => underWay.delete(conversation))),
          Effect.forkIn(scope)
        )
      }
      const look = Effect.gen(function* () {
        const rows = yield* sql<Row>`SELECT id, conversation, message FROM ${sql(outbox)}
          WHERE state = 'waiting' AND conversation NOT IN ${sql.in(["", ...underWay])}
          ORDER BY sequence LIMIT ${atATime - underWay.size}`
        const queues = Object.entries(Arr.groupBy(rows, ({ conversation }) => conversation))
        yield* Effect.forEach(queues, ([conversation, queue]) => workOff(conversation, queue), { discard: true })
      })
      yield* Effect.forkScoped(Effect.repeat(isolated(look), Schedule.spaced(every)))
    })
  ).pipe(Layer.provide(QueuedLive))

/** So many conversations are worked off at a time. */
const atATime = 100

/** What is wrong with one conversation's messages holds up no other's. */
const isolated = <E, R>(queue: Effect.Effect<void, E, R>): Effect.Effect<void, never, R> =>
  Effect.catchAllCause(queue, (cause) =>
    Cause.isInterruptedOnly(cause)
      ? Effect.interrupt
      : Effect.annotateLogs(
          Effect.logWarning("The outbox could not be worked off, and will be again"),
          "error",
          summary(Cause.squash(cause))
        )
  )

interface Row {
  readonly id: string
  readonly conversation: string
  readonly message: string
}

const Target = /*#__PURE__*/ Schema.suspend(() => Schema.parseJson(Conversation.Conversation))
const Text = /*#__PURE__*/ Schema.suspend(() => Schema.parseJson(Schema.Union(Schema.String, SendMessageBody)))
const Failure = /*#__PURE__*/ Schema.parseJson(SendError)

const deliver = (sql: SqlClient.SqlClient, { conversation, id, message }: Row, ifUnsure: "resend" | "fail") =>
  Effect.gen(function* () {
    // whichever process asks, and however often: one execution
    const sent = yield* Effect.either(Queued.execute({ id, conversation, message, ifUnsure }))
    if (Either.isLeft(sent)) {
      const said = Effect.logWarning("A message of the outbox was not sent: its row says why")
      yield* Effect.annotateLogs(said, "error", summary(sent.left))
    }
    const [state, result] = Either.isRight(sent)
      ? ["sent", sent.right.id]
      : ["failed", Schema.encodeSync(Failure)(sent.left)]
    yield* sql`UPDATE ${sql(outbox)} SET state = ${state}, result = ${result} WHERE id = ${id}`
  })

const Queued = /*#__PURE__*/ Workflow.make({
  name: "effect-genesys-chats/Outbox",
  payload: {
    id: Schema.String,
    conversation: Schema.String,
    message: Schema.String,
    ifUnsure: Schema.Literal("resend", "fail")
  },
  idempotencyKey: ({ id }) => id,
  success: /*#__PURE__*/ Schema.suspend(() => ChatSendMessageResponse),
  error: SendError
})

const QueuedLive = /*#__PURE__*/ Queued.toLayer(({ conversation, ifUnsure, message }) =>
  Effect.flatMap(
    // what somebody else has put into the table costs itself alone
    Effect.mapError(
      Effect.all([Schema.decode(Target)(conversation), Schema.decode(Text)(message)]),
      (error) => new InvalidRequest({ message: "the outbox holds no such message", issues: issues(error) })
    ),
    ([target, text]) => sendStep("send", target, text, { ifUnsure }, true)
  )
)
