import * as Workflow from "@effect/workflow/Workflow"
import type { WorkflowEngine } from "@effect/workflow/WorkflowEngine"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as HashSet from "effect/HashSet"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as ChatsError from "../ChatsError.js"
import * as Conversation from "../conversation/Conversation.js"
import type { ChatsClient } from "../declaration.js"
import { SendMessageBody } from "../domain/Message.js"
import { typed } from "../internal/effect/schema.js"
import * as Check from "../internal/options.js"
import * as Broadcast from "../pipelines/Broadcast.js"
import type { Store } from "./Store.js"
import { type SendOptions, send } from "./send.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface BroadcastOptions extends Pick<SendOptions, "ifUnsure"> {
  /** Names the broadcast: with the same id again, it is the same one. */
  readonly id: string
  /** Whom to send it to, each once; by the hundred they are workflows of their own. */
  readonly targets: Iterable<Conversation.Conversation>
  readonly message: Conversation.Message
  /** Messages on their way at a time: a whole number from 1 to 100. Default 4. */
  readonly concurrency?: number | undefined
}

/** So many targets are one workflow: whoever goes on from what is stored reads all of its steps again. */
const chunk = 100

const fields = {
  id: Schema.String,
  targets: Schema.Array(Schema.suspend(() => Conversation.Conversation)),
  message: Schema.suspend(
    (): Schema.Schema<Conversation.Message, unknown> => typed(Schema.Union(Schema.String, SendMessageBody).ast)
  ),
  ifUnsure: Schema.Literal("resend", "fail"),
  concurrency: Schema.Int
}
const report = /*#__PURE__*/ Schema.suspend((): Schema.Schema<Broadcast.Report, unknown> => typed(Broadcast.Report.ast))

const Whole = /*#__PURE__*/ Workflow.make({
  name: "effect-genesys-chats/Broadcast",
  payload: fields,
  idempotencyKey: ({ id }) => id,
  success: report
})

const Part = /*#__PURE__*/ Workflow.make({
  name: "effect-genesys-chats/Broadcast/part",
  payload: { ...fields, part: Schema.Int },
  idempotencyKey: ({ id, part }) => `${part} ${id}`,
  success: report
})

/**
 * One message to many conversations, as a workflow: killed at any moment it goes on where it was, and each message
 * is sent as {@link send} does. Waits for the report, which holds a result for each target; an error of one target
 * is part of it. Needs {@link broadcastLayer} where the workflows run. A run that resumes reads the steps that are
 * done, a few hundred at most, each within the engine's `entityReplyPollInterval` (200 milliseconds if it is not
 * set): a shorter interval resumes sooner.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Broadcast, Conversation, UserId } from "effect-genesys-chats"
 * import * as Durable from "effect-genesys-chats/workflow"
 *
 * const program = Durable.broadcast({
 *   id: "maintenance-2026-03-01",
 *   targets: [Conversation.user(UserId.make("7f0e"))],
 *   message: "Maintenance at 10"
 * }).pipe(Effect.map(Broadcast.counts))
 * ```
 * @since 0.1.0
 * @category workflows
 */
export const broadcast = ({
  concurrency,
  id,
  ifUnsure,
  message,
  targets
}: BroadcastOptions): Effect.Effect<Broadcast.Report, never, WorkflowEngine> =>
  Effect.suspend(() =>
    Whole.execute({
      id,
      targets: [...HashSet.fromIterable(targets)].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
      message,
      ifUnsure: Check.oneOf("Durable.broadcast: ifUnsure", ifUnsure ?? "resend", ["resend", "fail"]),
      concurrency: Check.wholeNumber("Durable.broadcast: concurrency", concurrency ?? 4, { least: 1, most: 100 })
    })
  )

/**
 * Runs the workflows of {@link broadcast}.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import * as Durable from "effect-genesys-chats/workflow"
 *
 * // engine, client and SqlClient are left to provide
 * const broadcasts = Durable.broadcastLayer.pipe(Layer.provide(Durable.layer))
 * ```
 * @since 0.1.0
 * @category layers
 */
export const broadcastLayer: Layer.Layer<never, never, WorkflowEngine | ChatsClient | Store> =
  /*#__PURE__*/ Layer.merge(
    /*#__PURE__*/ Whole.toLayer((whole) => {
      if (whole.targets.length <= chunk) return sendAll(whole)
      const parts = Array.from({ length: Math.ceil(whole.targets.length / chunk) }, (_, part) => ({
        ...whole,
        part,
        targets: whole.targets.slice(part * chunk, (part + 1) * chunk)
      }))
      return Effect.map(
        Effect.forEach(parts, (part) => Part.execute(part)),
        (reports): Broadcast.Report => ({ results: reports.flatMap(({ results }) => results) })
      )
    }),
    /*#__PURE__*/ Part.toLayer((part) => sendAll(part))
  )

const sendAll = ({ concurrency, ifUnsure, message, targets }: Schema.Struct.Type<typeof fields>) =>
  Effect.map(
    Effect.forEach(
      targets,
      (conversation) =>
        Effect.map(
          Effect.either(send(keyOf(conversation), conversation, message, { ifUnsure })),
          (sent): Broadcast.Result => {
            if (Either.isRight(sent)) return { _tag: "Sent", conversation, messageId: sent.right.id }
            const error = sent.left
            return error._tag === "Unsure"
              ? { _tag: "Unknown", conversation, error: error.error }
              : { _tag: ChatsError.outcome(error), conversation, error }
          }
        ),
      { concurrency }
    ),
    (results): Broadcast.Report => ({ results })
  )

const keyOf = (conversation: Conversation.Conversation): string =>
  conversation._tag === "Room" ? `room/${conversation.jid}` : `user/${conversation.userId}`
