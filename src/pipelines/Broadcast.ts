/**
 * One message to many conversations: a result for each, never a failure of the whole, and a report to resume from.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as MutableHashMap from "effect/MutableHashMap"
import * as MutableHashSet from "effect/MutableHashSet"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as ChatsError from "../ChatsError.js"
import * as Conversation from "../conversation/Conversation.js"
import type { ChatsClient } from "../declaration.js"
import { MessageId } from "../domain/Ids.js"
import { received } from "../domain/received.js"
import { interruptFork, unlogged } from "../internal/effect/fiber.js"
import { lazySchema } from "../internal/lazySchema.js"
import * as Check from "../internal/options.js"
import { spanOfScope } from "../internal/span.js"
import { disposal, within } from "../internal/within.js"

/**
 * The message was sent, and this is its id.
 *
 * @example
 * ```ts
 * import { Broadcast } from "effect-genesys-chats"
 *
 * const ids = (report: Broadcast.Report) =>
 *   report.results.flatMap((result) => (result._tag === "Sent" ? [result.messageId] : []))
 * ```
 * @since 0.1.0
 * @category results
 */
export const Sent = lazySchema(() =>
  Schema.TaggedStruct("Sent", {
    conversation: Conversation.Conversation,
    messageId: received(MessageId)
  })
)
/**
 * @since 0.1.0
 * @category results
 */
export interface Sent extends Schema.Schema.Type<typeof Sent> {}

/**
 * The service refused the message.
 *
 * @example
 * ```ts
 * import { Broadcast } from "effect-genesys-chats"
 *
 * const refused = (report: Broadcast.Report) => report.results.filter((result) => result._tag === "Rejected")
 * ```
 * @since 0.1.0
 * @category results
 */
export const Rejected = lazySchema(() =>
  Schema.TaggedStruct("Rejected", {
    conversation: Conversation.Conversation,
    error: ChatsError.ChatsError
  })
)
/**
 * @since 0.1.0
 * @category results
 */
export interface Rejected extends Schema.Schema.Type<typeof Rejected> {}

/**
 * The message may have been sent: the error does not say, or the sending was interrupted and there is no error.
 *
 * @example
 * ```ts
 * import { Broadcast } from "effect-genesys-chats"
 *
 * const inDoubt = (report: Broadcast.Report) => report.results.filter((result) => result._tag === "Unknown")
 * ```
 * @since 0.1.0
 * @category results
 */
export const Unknown = lazySchema(() =>
  Schema.TaggedStruct("Unknown", {
    conversation: Conversation.Conversation,
    error: Schema.optional(ChatsError.ChatsError)
  })
)
/**
 * @since 0.1.0
 * @category results
 */
export interface Unknown extends Schema.Schema.Type<typeof Unknown> {}

/**
 * The message was certainly not sent: nothing reached the service, or it was interrupted before its turn and there
 * is no error.
 *
 * @example
 * ```ts
 * import { Broadcast } from "effect-genesys-chats"
 *
 * const left = (report: Broadcast.Report) => report.results.filter((result) => result._tag === "NotSent")
 * ```
 * @since 0.1.0
 * @category results
 */
export const NotSent = lazySchema(() =>
  Schema.TaggedStruct("NotSent", {
    conversation: Conversation.Conversation,
    error: Schema.optional(ChatsError.ChatsError)
  })
)
/**
 * @since 0.1.0
 * @category results
 */
export interface NotSent extends Schema.Schema.Type<typeof NotSent> {}

/**
 * What became of one conversation's message.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import { Broadcast } from "effect-genesys-chats"
 *
 * const fromJson = Schema.decodeUnknown(Schema.parseJson(Broadcast.Result))
 * ```
 * @since 0.1.0
 * @category results
 */
export const Result = lazySchema(() => Schema.Union(Sent, Rejected, Unknown, NotSent))
/**
 * @since 0.1.0
 * @category results
 */
export type Result = typeof Result.Type

/**
 * The message is about to be sent: what comes before its result in a journal.
 *
 * @example
 * ```ts
 * import { Broadcast } from "effect-genesys-chats"
 *
 * const isSending = (entry: Broadcast.Entry) => entry._tag === "Sending"
 * ```
 * @since 0.1.0
 * @category journal
 */
export const Sending = lazySchema(() =>
  Schema.TaggedStruct("Sending", {
    conversation: Conversation.Conversation
  })
)
/**
 * @since 0.1.0
 * @category journal
 */
export interface Sending extends Schema.Schema.Type<typeof Sending> {}

/**
 * An entry of a journal. A schema, so that a line of a file or a row of a table can hold it.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import { Broadcast } from "effect-genesys-chats"
 *
 * const Line = Schema.parseJson(Broadcast.Entry)
 * ```
 * @since 0.1.0
 * @category journal
 */
export const Entry = lazySchema(() => Schema.Union(Sending, Result))
/**
 * @since 0.1.0
 * @category journal
 */
export type Entry = typeof Entry.Type

/**
 * The report of a run that was killed and left only its journal: a target to which the message was about to be
 * sent, without a result, is `Unknown`. With it as `previous` the broadcast goes on, and nobody gets the message
 * twice.
 *
 * @example
 * ```ts
 * import { appendFileSync, readFileSync } from "node:fs"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 * import { Broadcast, type Conversation, RetryPolicy } from "effect-genesys-chats"
 *
 * const Line = Schema.parseJson(Broadcast.Entry)
 * const goOn = (targets: ReadonlyArray<Conversation.Conversation>, file: string) =>
 *   Effect.gen(function* () {
 *     const lines = readFileSync(file, { encoding: "utf8", flag: "a+" }).split("\n").filter((line) => line !== "")
 *     const entries = yield* Effect.forEach(lines, (line) => Schema.decode(Line)(line))
 *     return yield* Broadcast.send(targets, "We are back", {
 *       previous: Broadcast.fromJournal(entries),
 *       journal: (entry) => Effect.sync(() => appendFileSync(file, `${Schema.encodeSync(Line)(entry)}\n`))
 *     })
 *   }).pipe(RetryPolicy.with(RetryPolicy.atMostOnce))
 * ```
 * @since 0.1.0
 * @category journal
 */
export const fromJournal = (entries: Iterable<Entry>): Report => {
  const last = MutableHashMap.empty<Conversation.Conversation, Result>()
  const order = MutableHashSet.empty<Conversation.Conversation>()
  for (const entry of entries) {
    const { conversation } = entry
    MutableHashSet.add(order, conversation)
    MutableHashMap.set(last, conversation, entry._tag === "Sending" ? { _tag: "Unknown", conversation } : entry)
  }
  return { results: Array.from(order, (conversation) => Option.toArray(MutableHashMap.get(last, conversation))).flat() }
}

/**
 * A result for each conversation, in the order of the targets. A schema, so that it can be
 * stored as JSON and a later run goes on from it.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 * import { Broadcast, Conversation, UserId } from "effect-genesys-chats"
 *
 * const Stored = Schema.parseJson(Broadcast.Report)
 * const targets = [Conversation.user(UserId.make("7f0e"))]
 * const goOn = (json: string) =>
 *   Effect.gen(function* () {
 *     const previous = yield* Schema.decode(Stored)(json)
 *     const report = yield* Broadcast.send(targets, "We are back", { previous })
 *     return yield* Schema.encode(Stored)(report)
 *   })
 * ```
 * @since 0.1.0
 * @category models
 */
export const Report = lazySchema(() =>
  Schema.Struct({ results: Schema.Array(Result) }).annotations({ identifier: "BroadcastReport" })
)
/**
 * @since 0.1.0
 * @category models
 */
export interface Report extends Schema.Schema.Type<typeof Report> {}

/**
 * One more result, and how far the broadcast has come.
 *
 * @since 0.1.0
 * @category models
 */
export interface Progress {
  readonly result: Result
  /** How many targets have their result, those taken over from the previous report included. */
  readonly done: number
  readonly total: number
}

/**
 * How to broadcast. `resendUnknown` is about a `previous` report, and so does not compile without one.
 *
 * @since 0.1.0
 * @category models
 */
export type Options = Pace & (Anew | Again)

/**
 * @since 0.1.0
 * @category models
 */
export interface Pace {
  /** Messages on their way at a time: a whole number from 1, or `Infinity` (all at once). Default 4. */
  readonly concurrency?: number | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Anew {
  readonly previous?: Report | undefined
  readonly resendUnknown?: undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Again {
  /**
   * The report of an earlier run: what it says was sent is not sent again, nor is what may have
   * been sent. What was refused or not sent is tried again.
   */
  readonly previous: Report | undefined
  /** Whether to send again what may have been sent: some may get it twice. Default false. */
  readonly resendUnknown?: boolean | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export type StreamOptions<R = never, E = never> = Options & {
  /**
   * Stores an entry durably: `Sending` before a message is sent, which waits for that, and the result as soon as it
   * is there. So a process that is killed leaves a journal from which {@link fromJournal} resumes, and what was on
   * its way is `Unknown`. If it fails, the broadcast ends with its error, and sends no more. When the broadcast is
   * interrupted, it waits up to 10 seconds for a result that is being stored.
   */
  readonly journal?: ((entry: Entry) => Effect.Effect<void, E, R>) | undefined
  /**
   * Run when the broadcast ends before all targets have their result, by interruption or because
   * the stream is not read to its end: those whose message was on its way are `Unknown`, those
   * whose turn had not come `NotSent`.
   */
  readonly onInterrupt?: ((report: Report) => Effect.Effect<void, never, R>) | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export type SendOptions<R = never, E = never> = StreamOptions<R, E> & {
  /** Run after each result, before the next is reported. */
  readonly onProgress?: ((progress: Progress) => Effect.Effect<void, never, R>) | undefined
}

/**
 * The message for all, or one for each.
 *
 * @since 0.1.0
 * @category models
 */
export type Message = Conversation.Message | ((conversation: Conversation.Conversation) => Conversation.Message)

/**
 * Sends a message to each of the targets, once to those that are named twice, and reports what became of each.
 * Fails only where a `journal` does: an error of a message is part of the report, and an option that is out of its
 * range is a defect that names it. By default a send that is answered with 502, 503 or 504 is tried again, which
 * can post twice; one whose reply was lost is not, and is `Unknown`. With `RetryPolicy.atMostOnce` both are
 * `Unknown`.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Broadcast, Conversation, RetryPolicy, RoomJid, UserId } from "effect-genesys-chats"
 *
 * const targets = [
 *   Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com")),
 *   Conversation.user(UserId.make("7f0e"))
 * ]
 * const program = Broadcast.send(targets, "Maintenance at 10", {
 *   concurrency: 8,
 *   onProgress: ({ done, total }) => Effect.log(`${done} of ${total}`)
 * }).pipe(RetryPolicy.with(RetryPolicy.atMostOnce))
 * ```
 * @since 0.1.0
 * @category broadcasting
 */
export const send = <R = never, E = never>(
  targets: Iterable<Conversation.Conversation>,
  message: Message,
  options?: SendOptions<R, E>
): Effect.Effect<Report, E, ChatsClient | R> =>
  Effect.suspend(() => {
    const run = prepare(targets, message, options, "Broadcast.send")
    const onProgress = options?.onProgress
    const progress = progressOf(run, options)
    return Effect.map(
      unlogged(onProgress === undefined ? Stream.runDrain(progress) : Stream.runForEach(progress, onProgress)),
      () => run.report()
    )
  })

/**
 * The same as a stream of its progress, each result as it comes. Sends no faster than the
 * stream is read.
 *
 * @example
 * ```ts
 * import * as Console from "effect/Console"
 * import * as Stream from "effect/Stream"
 * import { Broadcast, Conversation, UserId } from "effect-genesys-chats"
 *
 * const targets = [Conversation.user(UserId.make("7f0e"))]
 * const program = Broadcast.stream(targets, "Maintenance at 10").pipe(
 *   Stream.runForEach(({ done, result, total }) => Console.log(`${done}/${total} ${result._tag}`))
 * )
 * ```
 * @since 0.1.0
 * @category broadcasting
 */
export const stream = <R = never, E = never>(
  targets: Iterable<Conversation.Conversation>,
  message: Message,
  options?: StreamOptions<R, E>
): Stream.Stream<Progress, E, ChatsClient | R> =>
  Stream.suspend(() => progressOf(prepare(targets, message, options, "Broadcast.stream"), options))

/**
 * How many results of each kind a report holds.
 *
 * @example
 * ```ts
 * import { Broadcast } from "effect-genesys-chats"
 *
 * const summary = (report: Broadcast.Report) => {
 *   const { Rejected, Sent } = Broadcast.counts(report)
 *   return `${Sent} sent, ${Rejected} refused`
 * }
 * ```
 * @since 0.1.0
 * @category getters
 */
export const counts = (report: Report): { readonly [Tag in Result["_tag"]]: number } => {
  const counts = { Sent: 0, Rejected: 0, Unknown: 0, NotSent: 0 }
  for (const { _tag } of report.results) counts[_tag]++
  return counts
}

/** A broadcast under way: what there is to do, and what was done. */
interface Run<E, R> {
  readonly concurrency: number
  readonly pending: ReadonlyArray<Conversation.Conversation>
  readonly send: (target: Conversation.Conversation) => Effect.Effect<Progress, E, ChatsClient | R>
  readonly isComplete: () => boolean
  readonly report: () => Report
}

const prepare = <E, R>(
  targets: Iterable<Conversation.Conversation>,
  message: Message,
  options: StreamOptions<R, E> | undefined,
  name: string
): Run<E, R> => {
  const range: Check.Range = { least: 1, infinite: true }
  const concurrency = Check.wholeNumber(`${name}: concurrency`, options?.concurrency ?? 4, range)
  const named = MutableHashSet.empty<Conversation.Conversation>()
  const ordered: Array<Conversation.Conversation> = []
  for (const target of targets) {
    if (MutableHashSet.has(named, target)) continue
    MutableHashSet.add(named, target)
    ordered.push(target)
  }
  const previous = options?.previous?.results ?? []
  const kept = ({ _tag }: Result) => _tag === "Sent" || (_tag === "Unknown" && options?.resendUnknown !== true)
  const results = MutableHashMap.fromIterable(previous.map((result) => [result.conversation, result] as const))
  const pending = ordered.filter((target) => !Option.exists(MutableHashMap.get(results, target), kept))
  const total = ordered.length
  const alreadyDone = total - pending.length
  let done = 0
  const journal = options?.journal
  const underWay = new Set<Conversation.Conversation>()

  const resultSoFar = (conversation: Conversation.Conversation): Result =>
    underWay.has(conversation)
      ? { _tag: "Unknown", conversation }
      : Option.getOrElse(MutableHashMap.get(results, conversation), () => ({ _tag: "NotSent", conversation }))
  return {
    // not more than there are: the stream makes room for so many
    concurrency: Math.max(1, Math.min(concurrency, pending.length)),
    pending,
    isComplete: () => done === pending.length,
    send: (conversation) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          const text = typeof message === "function" ? message(conversation) : message
          if (journal !== undefined) yield* restore(journal({ _tag: "Sending", conversation }))
          underWay.add(conversation)
          const result = resultOf(conversation, yield* Effect.either(restore(Conversation.send(conversation, text))))
          underWay.delete(conversation)
          MutableHashMap.set(results, conversation, result)
          done++
          if (journal !== undefined) yield* written(journal(result), restore)
          return { result, done: alreadyDone + done, total }
        })
      ),
    report: () => ({
      results: [
        ...ordered.map(resultSoFar),
        // what is known of other conversations is not lost on the way through several runs
        ...previous.filter(({ conversation }) => !MutableHashSet.has(named, conversation))
      ]
    })
  }
}

/** What is known of a message is written down though the broadcast is interrupted, which waits for that, not for ever. */
const written = <E, R>(
  writing: Effect.Effect<void, E, R>,
  restore: <A, E>(wait: Effect.Effect<A, E>) => Effect.Effect<A, E>
): Effect.Effect<void, E, R> =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkDaemon(Effect.interruptible(Effect.exit(writing)))
    const waited = Effect.onInterrupt(restore(Fiber.join(fiber)), () =>
      Effect.zipRight(within(Fiber.await(fiber), disposal), interruptFork(fiber))
    )
    yield* yield* waited
  })

const resultOf = (
  conversation: Conversation.Conversation,
  sent: Either.Either<{ readonly id: MessageId }, Conversation.SendError>
): Result =>
  Either.isRight(sent)
    ? { _tag: "Sent", conversation, messageId: sent.right.id }
    : { _tag: ChatsError.outcome(sent.left), conversation, error: sent.left }

const progressOf = <E, R>(
  run: Run<E, R>,
  options: StreamOptions<R, E> | undefined
): Stream.Stream<Progress, E, ChatsClient | R> => {
  const progress = Stream.unwrapScoped(
    Effect.map(spanOfScope("Broadcast.send"), ({ note, within }) => {
      note("broadcast.targets", run.pending.length)
      return Stream.mapEffect(Stream.fromIterable(run.pending), (target) => within(run.send(target)), {
        concurrency: run.concurrency,
        unordered: true
      })
    })
  )
  const onInterrupt = options?.onInterrupt
  return onInterrupt === undefined
    ? progress
    : Stream.ensuring(
        progress,
        Effect.suspend(() => (run.isComplete() ? Effect.void : onInterrupt(run.report())))
      )
}
