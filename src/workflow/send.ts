import * as Activity from "@effect/workflow/Activity"
import { WorkflowInstance } from "@effect/workflow/WorkflowEngine"
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Chats from "../Chats.js"
import * as ChatsError from "../ChatsError.js"
import { amend } from "../client/amend.js"
import * as Conversation from "../conversation/Conversation.js"
import * as Endpoint from "../declaration.js"
import { MessageId, type UserId } from "../domain/Ids.js"
import { type ChatMessageResponse, ChatSendMessageResponse } from "../domain/Message.js"
import { unlogged } from "../internal/effect/fiber.js"
import { typed } from "../internal/effect/schema.js"
import { lazySchema } from "../internal/lazySchema.js"
import * as Check from "../internal/options.js"
import { patiently, pauseAfter } from "../limits/patiently.js"
import * as RetryPolicy from "../limits/RetryPolicy.js"
import { isTransient } from "../limits/transient.js"
import { Store } from "./Store.js"
import { named, type Running } from "./step.js"

/**
 * Whether a message was posted cannot be told, and it was asked not to post it again (`ifUnsure: "fail"`).
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import type { Conversation } from "effect-genesys-chats"
 * import * as Durable from "effect-genesys-chats/workflow"
 *
 * const pay = (room: Conversation.Room) =>
 *   Durable.send("pay", room, "Please pay 100 €", { ifUnsure: "fail" }).pipe(
 *     Effect.catchTag("Unsure", (error) => Effect.logWarning(`look into the room: ${error.step}`))
 *   )
 * ```
 * @since 0.1.0
 * @category errors
 */
export class Unsure extends lazySchema(() =>
  Schema.TaggedError<Unsure>("effect-genesys-chats/workflow/Unsure")("Unsure", {
    /** The name of the step. */
    step: Schema.String,
    /** When it began. */
    since: Schema.DateTimeUtc,
    /** What the last attempt ended in, where it ended. */
    error: Schema.optional(ChatsError.ChatsError)
  })
) {
  override get message(): string {
    return `whether the message of the step ${JSON.stringify(this.step)} was posted cannot be told`
  }
}

/**
 * How to send.
 *
 * @since 0.1.0
 * @category models
 */
export interface SendOptions {
  /**
   * What to do where the message may have been posted, and the history does not show it. `"resend"`: it is posted
   * again, so that it is never lost, and is there twice where the history was late by more than `settle`, or where
   * somebody has edited or deleted the first one. `"fail"`: the step fails with {@link Unsure}, so that it is
   * never there twice; after a crash just before the request was sent, too. Default `"resend"`.
   */
  readonly ifUnsure?: "resend" | "fail" | undefined
  /** How long a message may take until the history shows it: from 0, finite. Waited for once in doubt. Default 2 seconds. */
  readonly settle?: Duration.DurationInput | undefined
  /**
   * How far this machine's clock may be ahead of the service's: from 0, finite. In doubt, messages that are so much
   * older than the beginning of the step are looked at, too. Default 1 minute.
   */
  readonly clockSkew?: Duration.DurationInput | undefined
  /** Whose messages can be ours, where others post the same texts. Default: anybody's. */
  readonly sender?: UserId | undefined
}

/**
 * What {@link send} can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type SendError = Conversation.SendError | Unsure

/**
 * Posts a message as a step of a workflow, once as far as the API allows. The API takes no key by which it would
 * recognize a message that comes twice, so this is what can be done:
 *
 * - Before the message is sent it is stored that, when and by which process it will be.
 * - If that was stored by an earlier run of the process, or the reply was lost, the history is read first. A
 *   message of the same text, from then on, is taken for the step's own, unless another step of the same
 *   {@link Store} has it: two sends of the same text are two messages.
 * - What is still in doubt then is decided by `ifUnsure`.
 *
 * A message of the same text that somebody else posts in the meantime, through another program and as the same
 * user, is taken for the step's own where the step is in doubt.
 *
 * @example
 * ```ts
 * import { Workflow } from "@effect/workflow"
 * import * as Schema from "effect/Schema"
 * import { Conversation, RoomJid } from "effect-genesys-chats"
 * import * as Durable from "effect-genesys-chats/workflow"
 *
 * const Announce = Workflow.make({
 *   name: "Announce",
 *   payload: { id: Schema.String, roomJid: RoomJid, text: Schema.String },
 *   idempotencyKey: ({ id }) => id,
 *   error: Durable.SendError
 * })
 * const AnnounceLive = Announce.toLayer(({ roomJid, text }) =>
 *   Durable.send("announce", Conversation.room(roomJid), text, { ifUnsure: "resend" })
 * )
 * ```
 * @since 0.1.0
 * @category steps
 */
export const send = (
  name: string,
  conversation: Conversation.Conversation,
  message: Conversation.Message,
  options?: SendOptions
): Effect.Effect<ChatSendMessageResponse, SendError, Endpoint.ChatsClient | Store | Running> =>
  sendStep(name, conversation, message, options, false)

/** As {@link send}. One that is patient waits for as long as the service is away, rather than failing. */
export const sendStep = (
  name: string,
  conversation: Conversation.Conversation,
  message: Conversation.Message,
  options: SendOptions | undefined,
  isPatient: boolean
): Effect.Effect<ChatSendMessageResponse, SendError, Endpoint.ChatsClient | Store | Running> =>
  named(
    name,
    Effect.gen(function* () {
      const settings = settingsOf(options)
      const { executionId } = yield* WorkflowInstance
      const store = yield* Store
      const owner = `${executionId}/${name}`
      const begun = yield* Activity.make({ name: `${name}/begin`, success: Begun, execute: begin })

      const find = Effect.gen(function* () {
        const before = yield* store.claim(owner, [])
        if (Option.isSome(before)) return before
        yield* Effect.sleep(settings.settle)
        const look = Conversation.history(conversation, {
          after: DateTime.subtractDuration(begun.at, settings.clockSkew)
        }).pipe(
          Stream.filter((found) => isMessage(found, message, settings.sender)),
          Stream.runCollect,
          unlogged
        )
        const shown = yield* isPatient ? patiently(look, firstPause) : Effect.retry(look, looking)
        // the oldest first: whoever began first takes it
        const ids = Array.from(shown, ({ id }) => id).reverse()
        return yield* store.claim(owner, ids)
      })

      const post = Effect.gen(function* () {
        let isInDoubt = !fresh.delete(begun.life)
        let error: Conversation.SendError | undefined
        for (let failures = 0; ; ) {
          if (isInDoubt) {
            const found = Option.flatten(yield* Effect.option(find))
            if (Option.isSome(found)) return { id: MessageId.make(found.value) }
            if (settings.ifUnsure === "fail") return yield* new Unsure({ step: name, since: begun.at, error })
          }
          const sent = yield* Effect.either(atMostOnce(Conversation.send(conversation, message)))
          if (Either.isRight(sent)) {
            const mine = yield* store.claim(owner, [sent.right.id])
            if (Option.isSome(mine)) return { id: MessageId.make(mine.value) }
            // somebody who looked for theirs has taken it: there is theirs instead, or one too few
            isInDoubt = true
          } else {
            const isUnknown = ChatsError.outcome(sent.left) === "Unknown"
            // that this one was refused says nothing of an earlier one
            error = isInDoubt ? amend(sent.left, { priorOutcome: "Unknown" }) : sent.left
            isInDoubt ||= isUnknown
            if (++failures < attempts && isUnknown) continue
            if (!isPatient || !mayPass(error)) return yield* error
            yield* Effect.sleep(pauseAfter(error, failures, firstPause))
          }
        }
      })
      return yield* Activity.make({ name, success: ChatSendMessageResponse, error: SendError, execute: post })
    }),
    [`${name}/begin`]
  )

/**
 * The schema of what {@link send} can fail with, for a workflow's `error`.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import * as Durable from "effect-genesys-chats/workflow"
 *
 * const isSendError = Schema.is(Durable.SendError)
 * ```
 * @since 0.1.0
 * @category errors
 */
export const SendError: Schema.Schema<SendError, unknown> = /*#__PURE__*/ Schema.suspend(() => sendError())

const sendError = (): Schema.Schema<SendError, unknown> => {
  known ??= typed<SendError, unknown>(Schema.Union(Endpoint.errorSchema(Chats.postChatsRoomMessages), Unsure).ast)
  return known
}
let known: Schema.Schema<SendError, unknown> | undefined

/** So often a message is sent whose reply is lost. */
const attempts = 3

/** How long somebody patient waits for the first time, in milliseconds. */
const firstPause = 500

/** Whether it was not this message that was refused. */
const mayPass = (error: Conversation.SendError): boolean => isTransient(error) || error._tag === "CredentialsError"

const Begun = /*#__PURE__*/ Schema.Struct({ at: Schema.DateTimeUtc, life: Schema.String })

/** This process, until it ends. */
let life: string | undefined
let beginnings = 0

/** What was begun in this life, and not sent yet. */
const fresh = /*#__PURE__*/ new Set<string>()

const begin = /*#__PURE__*/ Effect.map(DateTime.now, (at) => {
  life ??= globalThis.crypto.randomUUID()
  const one = `${life}/${beginnings++}`
  fresh.add(one)
  return { at, life: one }
})

const settingsOf = (options: SendOptions | undefined) => ({
  ifUnsure: Check.oneOf("Durable.send: ifUnsure", options?.ifUnsure ?? "resend", ["resend", "fail"]),
  settle: Check.duration("Durable.send: settle", options?.settle ?? "2 seconds", { least: 0 }),
  clockSkew: Check.duration("Durable.send: clockSkew", options?.clockSkew ?? "1 minute", { least: 0 }),
  sender: options?.sender
})

/** The client's policy, but nothing is sent again behind our back. */
const atMostOnce = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(RetryPolicy.RetryPolicy, (policy) => RetryPolicy.with(self, { ...policy, sends: "atMostOnce" }))

const isMessage = (
  { body, user }: ChatMessageResponse,
  message: Conversation.Message,
  sender: UserId | undefined
): boolean =>
  body.trim() === (typeof message === "string" ? message : message.message).trim() &&
  (sender === undefined || user === undefined || user.id === sender)

/** A look that fails is no reason to post again, as long as it may yet succeed. */
const looking = {
  schedule: /*#__PURE__*/ Schedule.intersect(
    /*#__PURE__*/ Schedule.exponential("500 millis"),
    /*#__PURE__*/ Schedule.recurs(6)
  ),
  while: isTransient
}
