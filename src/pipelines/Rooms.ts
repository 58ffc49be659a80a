/**
 * Rooms that are ready to work in: opened with all their users, owners and a first message,
 * or not at all.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Chats from "../Chats.js"
import * as Conversation from "../conversation/Conversation.js"
import type * as Endpoint from "../declaration.js"
import type { Address, Email, MessageId, UserId, UserJid } from "../domain/Ids.js"
import * as Check from "../internal/options.js"
import { spanned } from "../internal/span.js"
import { logFailure } from "../internal/summary.js"
import * as Directory from "./Directory.js"

/**
 * A user: the id, or an address or JID by which `Directory.userIds` finds it. An address may be a plain literal,
 * `"alice@acme.example"`. A plain `string` does not compile: `Email.make` and `UserId.make` check one (and throw),
 * the schemas `Email` and `UserId` decode it with a typed error.
 *
 * @since 0.1.0
 * @category models
 */
export type Person = UserId | Email | UserJid | Address

/**
 * The room to open. `pin` is about a `firstMessage`, and so does not compile without one.
 *
 * @since 0.1.0
 * @category models
 */
export type Options = Furnishing &
  (
    | { readonly firstMessage?: Conversation.Message | undefined; readonly pin?: undefined }
    | {
        /** Posted when all users are in. */
        readonly firstMessage: Conversation.Message | undefined
        /** Whether the first message is pinned. Default false. */
        readonly pin?: boolean | undefined
      }
  )

/**
 * @since 0.1.0
 * @category models
 */
export interface Furnishing {
  readonly subject: string
  readonly description?: string | undefined
  /**
   * Whom to invite, each once: ids, e-mail addresses and JIDs in any mix. The first 25 are invited
   * as the room is created, the others one by one, 4 at a time. A room takes 1000 participants.
   */
  readonly users: Iterable<Person>
  /** Who owns the room. Default: as the service does. */
  readonly owners?: Iterable<Person> | undefined
  /**
   * How long cleaning up may take if a step fails: from 0 (none is done), or `Infinity` (until it is done). Default
   * 30 seconds.
   */
  readonly cleanUpWithin?: Duration.DurationInput | undefined
}

/**
 * A room that was opened.
 *
 * @since 0.1.0
 * @category models
 */
export interface Opened {
  readonly room: Conversation.Room
  /** The id of the first message, where there is one. */
  readonly firstMessageId: MessageId | undefined
}

/**
 * What {@link open} can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type OpenError =
  | Directory.UserError
  | Endpoint.Endpoint.Error<typeof Chats.postChatsRooms>
  | Endpoint.Endpoint.Error<typeof Chats.postChatsRoomParticipant>
  | Endpoint.Endpoint.Error<typeof Chats.patchChatsRoom>
  | Endpoint.Endpoint.Error<typeof Chats.postChatsRoomMessages>
  | Endpoint.Endpoint.Error<typeof Chats.postChatsRoomMessagesPins>

/**
 * What {@link close} can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type CloseError =
  | Endpoint.Endpoint.Error<typeof Chats.getChatsRoomParticipants>
  | Endpoint.Endpoint.Error<typeof Chats.deleteChatsRoomParticipant>

/**
 * Opens a room, brings in its users and owners, posts the first message and pins it. Users who are
 * given by e-mail address or JID are looked up first: where one of them is not in the directory,
 * the error is `UserNotFound` and no room is created.
 *
 * When a step fails or the whole is interrupted after the room was created, what was done is undone as far as the
 * API allows: the first message is deleted, and all users are removed. The API cannot delete a room, so an empty
 * one is left. Clean-up is best effort, within `cleanUpWithin`, and its failures are logged (debug level); the
 * error is the failed step's. A creation whose reply was lost can leave a room that nobody knows of.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conversation, Rooms, UserId } from "effect-genesys-chats"
 *
 * const program = Effect.gen(function* () {
 *   const { room } = yield* Rooms.open({
 *     subject: "Incident 4711",
 *     users: [UserId.make("7f0e"), "bob@acme.example"],
 *     firstMessage: "We are on it",
 *     pin: true
 *   })
 *   yield* Conversation.send(room, "Who has the logs?")
 * })
 * ```
 * @since 0.1.0
 * @category rooms
 */
export const open = (options: Options): Effect.Effect<Opened, OpenError, Endpoint.ChatsClient> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.suspend(() => {
      const patience = patienceOf(options, "Rooms.open")
      return spanned("Rooms.open", () =>
        Effect.flatMap(restore(findPeople(options)), (people) => openWith(restore, options, people, patience))
      )
    })
  )

/**
 * A room for as long as a scope lasts: {@link open} now, and when the scope closes, everyone who was invited or
 * came later is removed. The caller, who was in the room uninvited when it was opened, stays. A failure while
 * closing is logged (debug level) and does not fail the scope.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conversation, Rooms, UserId } from "effect-genesys-chats"
 *
 * const program = Effect.scoped(
 *   Effect.flatMap(Rooms.scoped({ subject: "Drill", users: [UserId.make("7f0e")] }), ({ room }) =>
 *     Conversation.send(room, "This is a drill")
 *   )
 * )
 * ```
 * @since 0.1.0
 * @category rooms
 */
export const scoped = (options: Options): Effect.Effect<Opened, OpenError, Endpoint.ChatsClient | Scope.Scope> =>
  Effect.uninterruptibleMask((restore) => {
    const patience = patienceOf(options, "Rooms.scoped")
    const opened = spanned("Rooms.open", () =>
      Effect.flatMap(restore(findPeople(options)), (people) =>
        Effect.map(openWith(restore, options, people, patience), (opened) => ({ opened, people }))
      )
    )
    return Effect.flatMap(opened, ({ opened, people }) => {
      const { room } = opened
      let keep: ReadonlyArray<UserId> | undefined
      const invited = new Set(people.users)
      const finalizer = Effect.addFinalizer(() => {
        // where the participants cannot be listed, those are known who were invited
        const removeInvited = removeAll(room, people.users)
        const cleanUp = keep === undefined ? removeInvited : Effect.catchAll(close(room, { keep }), () => removeInvited)
        return within(patience, cleanUp)
      })
      const whoIsHere = Effect.match(restore(userIdsIn(room)), {
        onFailure: () => {},
        onSuccess: (present) => {
          keep = present.filter((userId) => !invited.has(userId))
        }
      })
      return Effect.as(Effect.zipRight(finalizer, whoIsHere), opened)
    })
  })

/**
 * Empties a room: removes every participant except those to `keep`, 4 at a time. A participant who has left already
 * is not an error. Name the caller among those to keep: it may not remove the others once it has removed itself.
 * This is as near to deleting a room as the API comes.
 *
 * @example
 * ```ts
 * import { Conversation, RoomJid, Rooms, UserId } from "effect-genesys-chats"
 *
 * const room = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))
 * const program = Rooms.close(room, { keep: [UserId.make("7f0e")] })
 * ```
 * @since 0.1.0
 * @category rooms
 */
export const close = (
  room: Conversation.Room,
  options?: { readonly keep?: Iterable<UserId> | undefined }
): Effect.Effect<void, CloseError, Endpoint.ChatsClient> =>
  spanned("Rooms.close", () =>
    Effect.flatMap(userIdsIn(room), (userIds) => {
      const keep = new Set(options?.keep)
      return Effect.forEach(
        userIds.filter((userId) => !keep.has(userId)),
        (userId) => Effect.catchTag(Conversation.removeParticipant(room, userId), "NotFound", () => Effect.void),
        { concurrency, discard: true }
      )
    })
  )

const userIdsIn = (room: Conversation.Room) =>
  Effect.map(Conversation.participants(room), (participants) => participants.flatMap(({ user }) => user?.id ?? []))

/** As the API describes `CreateRoomRequest.userIds`. */
const invitedAtCreation = 25

const concurrency = 4

const patienceOf = ({ cleanUpWithin }: Options, name: string): Duration.Duration =>
  Check.duration(`${name}: cleanUpWithin`, cleanUpWithin ?? "30 seconds", { least: 0, infinite: true })

interface People {
  readonly users: ReadonlyArray<UserId>
  readonly owners: Option.Option<ReadonlyArray<UserId>>
}

/** Everybody's id, before anything is created. */
const findPeople = ({ owners, users }: Options): Effect.Effect<People, Directory.UserError, Endpoint.ChatsClient> =>
  Effect.all(
    {
      users: Directory.userIds(users),
      owners: owners === undefined ? Effect.succeedNone : Effect.asSome(Directory.userIds(owners))
    },
    { batching: true }
  )

/** To be run where it cannot be interrupted: once the room is there, its clean-up is sure to run. */
const openWith = (
  restore: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>,
  options: Options,
  { owners, users }: People,
  patience: Duration.Duration
): Effect.Effect<Opened, OpenError, Endpoint.ChatsClient> =>
  Effect.gen(function* () {
    const { jid } = yield* restore(
      Chats.postChatsRooms({
        subject: options.subject,
        description: options.description,
        userIds: users.slice(0, invitedAtCreation)
      })
    )
    const room = Conversation.room(jid)
    let firstMessageId: MessageId | undefined
    const cleanUp = Effect.suspend(() =>
      Effect.zipRight(
        firstMessageId === undefined ? Effect.void : attempt(Conversation.remove(room, firstMessageId)),
        removeAll(room, users)
      )
    )
    const furnish = Effect.gen(function* () {
      yield* Effect.forEach(users.slice(invitedAtCreation), (userId) => Conversation.addParticipant(room, userId), {
        concurrency,
        discard: true
      })
      if (Option.isSome(owners)) yield* Chats.patchChatsRoom({ roomJid: jid, ownerIds: owners.value })
      if (options.firstMessage === undefined) return
      firstMessageId = (yield* Conversation.send(room, options.firstMessage)).id
      if (options.pin === true) yield* Conversation.pin(room, [firstMessageId])
    })
    yield* Effect.onError(restore(furnish), () => within(patience, cleanUp))
    return { room, firstMessageId }
  })

const removeAll = (room: Conversation.Room, users: ReadonlyArray<UserId>) =>
  Effect.forEach(users, (userId) => attempt(Conversation.removeParticipant(room, userId)), {
    concurrency,
    discard: true
  })

const attempt = <E, R>(self: Effect.Effect<void, E, R>): Effect.Effect<void, never, R> =>
  Effect.catchAll(self, (error) => logFailure("A step of cleaning up a room failed", error))

/** In a finalizer, which nothing else can interrupt. */
const within = <R>(
  patience: Duration.Duration,
  cleanUp: Effect.Effect<void, never, R>
): Effect.Effect<unknown, never, R> =>
  Duration.isFinite(patience) ? Effect.timeoutOption(Effect.interruptible(cleanUp), patience) : cleanUp
