/**
 * Finds the people and groups to chat with: users by e-mail address, id or JID, the caller, and groups with their
 * rooms. Look-ups that are made together become few requests, one that is under way is not made again, and what was
 * found is cached for a while.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Conversation from "../conversation/Conversation.js"
import { ChatsClient } from "../declaration.js"
import type { Group } from "../domain/Directory.js"
import { type Address, Email, type GroupId, UserId, UserJid } from "../domain/Ids.js"
import { isJid } from "../domain/isJid.js"
import { perInputs } from "../internal/perInputs.js"
import type { KnownUser } from "./directory/choose.js"
import type { GroupError, UserError } from "./directory/errors.js"
import { makeOver, type Options, type Service } from "./directory/service.js"

export {
  Group,
  State,
  User,
  UserEntityListing,
  UserSearchCriteria,
  UserSearchRequest,
  UsersSearchResponse
} from "../domain/Directory.js"
export type { KnownUser } from "./directory/choose.js"
export { AmbiguousUser, type GroupError, GroupNotFound, type UserError, UserNotFound } from "./directory/errors.js"
export { LookUpGroup, LookUpUser, type Options, type Service } from "./directory/service.js"

/**
 * The directory as a service, for your own options.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Directory, Email } from "effect-genesys-chats"
 *
 * const program = Effect.flatMap(Directory.Directory, (directory) => directory.user(Email.make("alice@acme.example")))
 * ```
 * @since 0.1.0
 * @category tags
 */
export class Directory extends Context.Tag("effect-genesys-chats/Directory")<Directory, Service>() {}

/**
 * Your own directory, with its own cache.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Directory, Email } from "effect-genesys-chats"
 *
 * const program = Effect.gen(function* () {
 *   const directory = yield* Directory.make({ cache: { capacity: 1000, timeToLive: "1 hour" } })
 *   return yield* directory.user(Email.make("alice@acme.example"))
 * })
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const make = (options?: Options): Effect.Effect<Service, never, ChatsClient> =>
  Effect.flatMap(ChatsClient, (client) => makeOver(client, options))

/**
 * A directory as a layer. Each place where it is provided has one of its own, so that two orgs in
 * one program share nothing.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Directory, Email } from "effect-genesys-chats"
 *
 * const program = Effect.flatMap(Directory.Directory, (directory) =>
 *   directory.user(Email.make("alice@acme.example"))
 * ).pipe(Effect.provide(Directory.layer({ state: "any" })))
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: Options): Layer.Layer<Directory, never, ChatsClient> =>
  perInputs(Layer.effect(Directory, make(options)), { services: [ChatsClient] })

/**
 * Finds a user by e-mail address; case does not count. Look-ups that Effect makes as one batch, as in the example,
 * become one request for each 50 of them. A user who is not there fails alone, with {@link UserNotFound}; so does a
 * text that is not an address, with `InvalidRequest`, and it is not sent.
 *
 * Needs the permission `directory:user:view`.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Directory, Email } from "effect-genesys-chats"
 *
 * const program = Effect.forEach(
 *   ["alice@acme.example", "bob@acme.example"].map((address) => Email.make(address)),
 *   (email) => Effect.option(Directory.user(email)),
 *   { batching: true }
 * )
 * ```
 * @since 0.1.0
 * @category accessors
 */
export const user = (email: Email | Address): Effect.Effect<KnownUser, UserError, ChatsClient> =>
  Effect.flatMap(shared, (directory) => directory.user(asEmail(email)))

/**
 * Finds a user by id, with the JID. It batches as {@link user} does.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Directory, UserId } from "effect-genesys-chats"
 *
 * const jid = Effect.map(Directory.userById(UserId.make("7f0e")), ({ chat }) => chat?.jabberId)
 * ```
 * @since 0.1.0
 * @category accessors
 */
export const userById = (userId: UserId): Effect.Effect<KnownUser, UserError, ChatsClient> =>
  Effect.flatMap(shared, (directory) => directory.userById(userId))

/**
 * Finds a user by JID, as messages and participants carry it. It batches as {@link user} does.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Directory, type Domain } from "effect-genesys-chats"
 *
 * const author = (message: Domain.ChatMessageResponse) =>
 *   Effect.map(Directory.userByJid(message.jid), ({ name }) => name ?? "somebody")
 * ```
 * @since 0.1.0
 * @category accessors
 */
export const userByJid = (jid: UserJid): Effect.Effect<KnownUser, UserError, ChatsClient> =>
  Effect.flatMap(shared, (directory) => directory.userByJid(jid))

/**
 * The user whose token it is. The token of a client (client credentials) has no user, and the
 * service answers with `BadRequest`.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Directory } from "effect-genesys-chats"
 *
 * const name = Effect.map(Directory.me, ({ name }) => name)
 * ```
 * @since 0.1.0
 * @category accessors
 */
export const me: Effect.Effect<KnownUser, UserError, ChatsClient> = Effect.suspend(() =>
  Effect.flatMap(shared, (directory) => directory.me)
)

/**
 * Gets a group; {@link roomOf} is its room.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conversation, Directory, GroupId } from "effect-genesys-chats"
 *
 * const program = Effect.gen(function* () {
 *   const group = yield* Directory.group(GroupId.make("c1d2"))
 *   const room = yield* Directory.roomOf(group)
 *   yield* Conversation.send(room, "Maintenance at 10:00")
 * })
 * ```
 * @since 0.1.0
 * @category accessors
 */
export const group = (groupId: GroupId): Effect.Effect<Group, GroupError, ChatsClient> =>
  Effect.flatMap(shared, (directory) => directory.group(groupId))

/**
 * The room of a group, if the service names it: it sends the JID, but does not document that it does.
 * `Inbox.roomOfGroup` finds it the documented way, for members of the group.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Option from "effect/Option"
 * import { Conversation, Directory, GroupId, Inbox } from "effect-genesys-chats"
 *
 * const groupId = GroupId.make("c1d2")
 * const program = Effect.flatMap(Directory.group(groupId), (group) =>
 *   Option.match(Directory.roomOf(group), {
 *     onNone: () => Effect.map(Inbox.roomOfGroup(groupId), Conversation.room),
 *     onSome: Effect.succeed
 *   })
 * )
 * ```
 * @since 0.1.0
 * @category getters
 */
export const roomOf = ({ chat }: Group): Option.Option<Conversation.Room> =>
  Option.map(Option.fromNullable(chat?.jabberId), Conversation.room)

/**
 * The ids of users who are given by id, JID or e-mail address, each once, in their order. Only those that are not
 * given by id are looked up; the first who is not there is the error.
 *
 * @example
 * ```ts
 * import { Directory, Email, UserId } from "effect-genesys-chats"
 *
 * const program = Directory.userIds([UserId.make("7f0e"), Email.make("bob@acme.example")])
 * ```
 * @since 0.1.0
 * @category accessors
 */
export const userIds = (
  users: Iterable<UserId | UserJid | Email | Address>
): Effect.Effect<ReadonlyArray<UserId>, UserError, ChatsClient> =>
  Effect.suspend(() =>
    Effect.map(
      Effect.forEach(new Set(users), (one) => (one.includes("@") ? byAddress(one) : Effect.succeed(asUserId(one))), {
        batching: true
      }),
      (ids) => [...new Set(ids)]
    )
  )

const byAddress = (address: string) =>
  Effect.map(isJid(address) ? userByJid(asUserJid(address)) : user(asEmail(address)), ({ id }) => id)

/** What it is was told by its looks; it is checked where it is sent. */
const unchecked = { disableValidation: true } as const
const asUserId = (id: string): UserId => UserId.make(id, unchecked)
const asUserJid = (jid: string): UserJid => UserJid.make(jid, unchecked)
const asEmail = (email: string): Email => Email.make(email, unchecked)

type Client = Context.Tag.Service<typeof ChatsClient>

/** One directory for each client, so that look-ups from anywhere find each other, and orgs share nothing. */
const directories = new WeakMap<Client, Service>()

const shared: Effect.Effect<Service, never, ChatsClient> = Effect.flatMap(ChatsClient, (client) => {
  const existing = directories.get(client)
  if (existing !== undefined) return Effect.succeed(existing)
  return Effect.map(makeOver(client, undefined), (made) => {
    const first = directories.get(client) ?? made
    directories.set(client, first)
    return first
  })
})
