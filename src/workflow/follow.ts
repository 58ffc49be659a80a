import * as Chunk from "effect/Chunk"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { type ChatsError, InvalidRequest } from "../ChatsError.js"
import { issues } from "../codec/codec.js"
import * as Conversation from "../conversation/Conversation.js"
import type { ChatsClient } from "../declaration.js"
import type { ChatMessageResponse } from "../domain/Message.js"
import type { Survived } from "../history/follow.js"
import * as History from "../history/History.js"
import { unlogged } from "../internal/effect/fiber.js"
import * as Check from "../internal/options.js"
import { hintMillis, isTransient } from "../limits/transient.js"
import { Store, type StoreService } from "./Store.js"

/**
 * How to follow: as `History.follow` does, edits aside.
 *
 * @since 0.1.0
 * @category models
 */
export interface FollowOptions {
  readonly every?: Duration.DurationInput | undefined
  readonly slowest?: Duration.DurationInput | undefined
  /** How much older than the newest message another can be and still be noticed, also after a restart: from 0. Default 5 seconds. */
  readonly lookBack?: Duration.DurationInput | undefined
  /** Messages dated at this time or later, the first time. Default: those after the newest that is there then. */
  readonly since?: DateTime.DateTime | undefined
}

/** The newest message's date, as far as this machine's clock has come, and which ones are known that are not older than `lookBack`. */
const Cursor = /*#__PURE__*/ Schema.parseJson(
  /*#__PURE__*/ Schema.Struct({
    newest: Schema.Number,
    known: Schema.Record({ key: Schema.String, value: Schema.Number })
  })
)
type Cursor = typeof Cursor.Type

/**
 * Gives each message of a conversation to `handle`, one after the other, and stores after each how far it has come:
 * at least once, across any restart, and never past one that was not handled. Ends when `handle` fails, and goes on
 * with the same message when it is run again. `name` is the cursor's; a conversation that several processes follow
 * by the same name is to be followed by one of them at a time, such as a `Singleton` of `@effect/cluster`. It is
 * not a workflow itself: a record of each message would grow without end, while the cursor is one row.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conversation, RoomJid } from "effect-genesys-chats"
 * import * as Durable from "effect-genesys-chats/workflow"
 *
 * const room = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))
 * const program = Durable.follow("archive", room, (message) => Effect.log(message.body), { every: "1 second" })
 * ```
 * @since 0.1.0
 * @category streams
 */
export const follow = <E, R>(
  name: string,
  conversation: Conversation.Conversation,
  handle: (message: ChatMessageResponse) => Effect.Effect<unknown, E, R>,
  options?: FollowOptions
): Effect.Effect<never, E | Conversation.FollowError, R | ChatsClient | Store> =>
  Effect.gen(function* () {
    const store = yield* Store
    const { every, lookBack, slowest } = settingsOf(options)
    const key = keyOf("follow", name)
    const keep = (cursor: Cursor) => store.setCursor(key, Schema.encodeSync(Cursor)(cursor))
    const stored = yield* readFrom(store, key, Cursor)
    let cursor = Option.isSome(stored) ? stored.value : yield* firstCursor(conversation, lookBack, options?.since)
    yield* keep(cursor)
    const since = DateTime.unsafeMake(Math.max(0, cursor.newest - lookBack))
    const messages = Conversation.follow(conversation, { every, slowest, lookBack, since })
    const following = Stream.runForEach(messages, (message) => {
      if (Object.hasOwn(cursor.known, message.id)) return Effect.void
      return Effect.flatMap(Effect.zipRight(handle(message), Clock.currentTimeMillis), (now) => {
        cursor = after(cursor, message, lookBack, now)
        return keep(cursor)
      })
    })
    yield* unlogged(following)
    // a stream that does not end
    return yield* Effect.never
  })

const settingsOf = (options: FollowOptions | undefined) => {
  const every = Check.duration("Durable.follow: every", options?.every ?? "2 seconds", { least: 1 })
  const slowest = options?.slowest ?? Duration.times(every, 10)
  return {
    every,
    slowest: Check.duration("Durable.follow: slowest", slowest, { least: every }),
    lookBack: Duration.toMillis(
      Check.duration("Durable.follow: lookBack", options?.lookBack ?? "5 seconds", { least: 0 })
    )
  }
}

/** Where a cursor is stored. */
const keyOf = (what: "follow" | "export", name: string): string =>
  `${what}/${Check.text(`Durable.${what === "follow" ? "follow" : "exportHistory"}: name`, name, 2_000)}`

/** What is stored. To begin anew where it cannot be read would be to pass over what was not handled. */
const readFrom = <A>(store: StoreService, key: string, schema: Schema.Schema<A, string>) =>
  Effect.flatMap(store.cursor(key), (stored) =>
    Effect.mapError(
      Effect.transposeOption(Option.map(stored, (text) => Schema.decode(schema)(text))),
      (error) => new InvalidRequest({ message: `what is stored as ${key} cannot be read`, issues: issues(error) })
    )
  )

const after = (
  { known, newest }: Cursor,
  { dateCreated, id }: Pick<ChatMessageResponse, "dateCreated" | "id">,
  lookBack: number,
  now: number
): Cursor => {
  const date = dateCreated.epochMillis
  // one that is dated ahead of the others must not hide those that come after it
  const reached = Math.max(newest, Math.min(date, now))
  const kept = Object.entries(known).filter(([, at]) => at >= reached - lookBack)
  return { newest: reached, known: Object.fromEntries([...kept, [id, date]]) }
}

/** What is there before the first time is known. */
const firstCursor = (
  conversation: Conversation.Conversation,
  lookBack: number,
  since: DateTime.DateTime | undefined
): Effect.Effect<Cursor, Conversation.FollowError, ChatsClient> => {
  if (since !== undefined) return Effect.succeed({ newest: since.epochMillis + lookBack, known: {} })
  return Effect.flatMap(Clock.currentTimeMillis, (now) => {
    let cursor: Cursor = { newest: 0, known: {} }
    const present = Stream.takeWhile(
      Conversation.history(conversation),
      ({ dateCreated }) => dateCreated.epochMillis >= cursor.newest - lookBack
    )
    return Effect.map(
      unlogged(
        Stream.runForEach(present, (message) => Effect.sync(() => (cursor = after(cursor, message, lookBack, now))))
      ),
      () => cursor
    )
  }).pipe(
    // as the tail itself, its beginning lives through what passes
    Effect.catchAll((error) =>
      isPermanent(error)
        ? Effect.fail(error)
        : Effect.delay(firstCursor(conversation, lookBack, since), hintMillis(error) + 5_000)
    )
  )
}

const isPermanent = <E extends ChatsError>(error: E): error is Exclude<E, Survived> => !isTransient(error)

/**
 * Which part of a history to export, and how.
 *
 * @since 0.1.0
 * @category models
 */
export interface ExportOptions
  extends Pick<History.StreamOptions, "after" | "before" | "excludeMetadata" | "pageSize"> {
  /** Messages written at a time: a whole number from 1. Default 100. */
  readonly batch?: number | undefined
}

/**
 * Gives a history to `write`, oldest first, in batches, and stores after each batch how far it has come: killed at
 * any moment and run again under the same name, it goes on there. So each message is written at least once, and
 * those of the last batch perhaps twice: write them under their ids. Succeeds with the number of messages that this
 * run has written; run again later it writes what has come since.
 *
 * @example
 * ```ts
 * import { Activity } from "@effect/workflow"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 * import { Conversation, RoomJid } from "effect-genesys-chats"
 * import * as Durable from "effect-genesys-chats/workflow"
 *
 * const room = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))
 * const program = Durable.exportHistory("audit-2026", room, (messages) => Effect.log(`${messages.length} more`))
 *
 * const step = Activity.make({ name: "export", success: Schema.Number, execute: Effect.orDie(program) })
 * ```
 * @since 0.1.0
 * @category streams
 */
export const exportHistory = <E, R>(
  name: string,
  conversation: Conversation.Conversation,
  write: (messages: ReadonlyArray<ChatMessageResponse>) => Effect.Effect<unknown, E, R>,
  options?: ExportOptions
): Effect.Effect<number, E | Conversation.HistoryError, R | ChatsClient | Store> =>
  Effect.gen(function* () {
    const store = yield* Store
    const { batch, ...range } = options ?? {}
    const size = Check.wholeNumber("Durable.exportHistory: batch", batch ?? 100, { least: 1 })
    const key = keyOf("export", name)
    const stored = yield* readFrom(store, key, Reached)
    let checkpoint = Option.getOrUndefined(stored)
    let written = 0
    const messages = Conversation.history(conversation, { ...range, order: "ascending", from: checkpoint })
    const writing = Stream.runForEachChunk(Stream.rechunk(messages, size), (chunk) =>
      Effect.flatMap(write(Chunk.toReadonlyArray(chunk)), () => {
        written += chunk.length
        checkpoint = Chunk.reduce(chunk, checkpoint, History.checkpoint)
        return checkpoint === undefined ? Effect.void : store.setCursor(key, Schema.encodeSync(Reached)(checkpoint))
      })
    )
    yield* unlogged(writing)
    return written
  })

const Reached = /*#__PURE__*/ Schema.suspend(() => Schema.parseJson(History.Checkpoint))
