/**
 * Finds the people and groups to chat with: users by e-mail address, id or JID, the caller, and
 * groups with their rooms. What is looked up at once becomes few requests, what is being looked
 * up already is not asked for again, and who was found is remembered for a while.
 *
 * @since 0.1.0
 */
import * as Cache from "effect/Cache"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Request from "effect/Request"
import * as Schema from "effect/Schema"
import * as ChatsError from "../ChatsError.js"
import * as Conversation from "../conversation/Conversation.js"
import * as DirectoryApi from "../DirectoryApi.js"
import type { Group } from "../domain/Directory.js"
import { Email, GroupId, isJid, received, UserId, UserJid } from "../domain/Ids.js"
import { ChatsClient, type Endpoint } from "../Endpoint.js"
import { lazySchema } from "../internal/lazySchema.js"
import * as Check from "../internal/options.js"
import type { KnownUser } from "./directory/choose.js"
import { fetchUsers, nameOf, namesIn, type RequestError, type Wanted } from "./directory/fetchUsers.js"
import { makeResolver } from "./loader/resolver.js"

export {
  Group,
  State,
  User,
  UserEntityListing,
  UserSearchCriteria,
  UserSearchRequest,
  UsersSearchResponse
} from "../domain/Directory.js"
export type {
  /**
   * A user who was found, with the id that everything else goes by.
   *
   * @since 0.1.0
   * @category models
   */
  KnownUser
} from "./directory/choose.js"

/**
 * The directory has nobody there, or nobody who is active: then `state` says what they are
 * (`"inactive"`, `"deleted"`).
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Directory, Email } from "effect-genesys-chats"
 *
 * const program = Directory.user(Email.make("nobody@acme.example")).pipe(
 *   Effect.catchTag("UserNotFound", (error) => Effect.logWarning(`${error.value}: ${error.state ?? "unknown"}`))
 * )
 * ```
 * @since 0.1.0
 * @category errors
 */
export class UserNotFound extends lazySchema(() =>
  Schema.TaggedError<UserNotFound>("effect-genesys-chats/UserNotFound")("UserNotFound", {
    by: Schema.Literal("email", "id", "jid", "me"),
    value: Schema.String,
    state: Schema.optional(Schema.String)
  })
) {
  override get message(): string {
    const whom = this.by === "me" ? "The caller" : `The user with the ${whatIs[this.by]} ${this.value}`
    return this.state === undefined ? `${whom} is not in the directory` : `${whom} is ${this.state}`
  }
}

const whatIs = { email: "e-mail address", id: "id", jid: "JID" }

/**
 * Several users have the e-mail address, and nothing says which of them is meant: nobody is taken
 * rather than the wrong one.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Directory, Email } from "effect-genesys-chats"
 *
 * const program = Directory.user(Email.make("team@acme.example")).pipe(
 *   Effect.catchTag("AmbiguousUser", ({ userIds }) => Effect.forEach(userIds, Directory.userById, { batching: true }))
 * )
 * ```
 * @since 0.1.0
 * @category errors
 */
export class AmbiguousUser extends lazySchema(() =>
  Schema.TaggedError<AmbiguousUser>("effect-genesys-chats/AmbiguousUser")("AmbiguousUser", {
    by: Schema.Literal("email", "id", "jid", "me"),
    value: Schema.String,
    userIds: Schema.Array(received(UserId))
  })
) {
  override get message(): string {
    return `${this.userIds.length} users are found by ${this.value}`
  }
}

/**
 * There is no such group.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Directory, GroupId } from "effect-genesys-chats"
 *
 * const program = Directory.group(GroupId.make("c1d2")).pipe(
 *   Effect.catchTag("GroupNotFound", (error) => Effect.logWarning(error.message))
 * )
 * ```
 * @since 0.1.0
 * @category errors
 */
export class GroupNotFound extends lazySchema(() =>
  Schema.TaggedError<GroupNotFound>("effect-genesys-chats/GroupNotFound")("GroupNotFound", {
    groupId: received(GroupId)
  })
) {
  override get message(): string {
    return `There is no group ${this.groupId}`
  }
}

/**
 * What looking up a user can fail with. There is no `NotFound`: it is a {@link UserNotFound} for
 * each user who is not there.
 *
 * @since 0.1.0
 * @category errors
 */
export type UserError = Exclude<RequestError, ChatsError.NotFound> | UserNotFound | AmbiguousUser

/**
 * What looking up a group can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type GroupError = Exclude<Endpoint.Error<typeof DirectoryApi.getGroup>, ChatsError.NotFound> | GroupNotFound

/**
 * A look-up of a user as a request: those by the same thing are equal.
 *
 * @example
 * ```ts
 * import { Directory } from "effect-genesys-chats"
 *
 * const request = new Directory.LookUpUser({ by: "email", value: "alice@acme.example" })
 * ```
 * @since 0.1.0
 * @category models
 */
export class LookUpUser extends Request.TaggedClass("LookUpUser")<KnownUser, UserError, Wanted> {}

/**
 * A look-up of a group as a request: those of the same id are equal.
 *
 * @example
 * ```ts
 * import { Directory, GroupId } from "effect-genesys-chats"
 *
 * const request = new Directory.LookUpGroup({ groupId: GroupId.make("c1d2") })
 * ```
 * @since 0.1.0
 * @category models
 */
export class LookUpGroup extends Request.TaggedClass("LookUpGroup")<Group, GroupError, { readonly groupId: GroupId }> {}

/**
 * A directory: the module's functions of the same names, through one with options of its own.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  readonly user: (email: Email) => Effect.Effect<KnownUser, UserError>
  readonly userById: (userId: UserId) => Effect.Effect<KnownUser, UserError>
  readonly userByJid: (jid: UserJid) => Effect.Effect<KnownUser, UserError>
  readonly me: Effect.Effect<KnownUser, UserError>
  readonly group: (groupId: GroupId) => Effect.Effect<Group, GroupError>
}

/**
 * How a directory asks and what it keeps.
 *
 * @since 0.1.0
 * @category options
 */
export interface Options {
  /**
   * Users a request, a whole number from 1 to 500. The highest number that the service takes is not known: where
   * it refuses so many (400, 413 or 414), the request is split, and fewer are asked for from then
   * on. Default 50.
   */
  readonly max?: number | undefined
  /** Requests at a time, a whole number from 1. `Infinity`: all at once. Default 4. */
  readonly concurrency?: number | undefined
  /**
   * Who is found: `"active"` users only, or `"any"`, who is inactive or deleted too. Where an
   * address has several users, active ones come first. Default `"active"`.
   */
  readonly state?: "active" | "any" | undefined
  /**
   * Who was found is kept: so many users and as many groups, a whole number from 1, for so long
   * (from 1 ms; `Infinity`: for good). Errors are not kept. `"none"` keeps nothing. Default: 10,000
   * for 5 minutes.
   */
  readonly cache?: "none" | { readonly capacity: number; readonly timeToLive: Duration.DurationInput } | undefined
}

/**
 * The directory as a service, for options of one's own.
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
 * A directory of one's own, with a cache of its own.
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
  Layer.fresh(Layer.effect(Directory, make(options)))

/**
 * Finds a user by e-mail address; case does not count. Look-ups that Effect batches
 * (`{ batching: true }` on `Effect.forEach` or `Effect.all`) become one request for each 50 of
 * them. Who is not there fails alone, with {@link UserNotFound}; so does an address that is none,
 * with `InvalidRequest`, and is not sent.
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
export const user = (email: Email): Effect.Effect<KnownUser, UserError, ChatsClient> =>
  Effect.flatMap(shared, (directory) => directory.user(email))

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
 * The room of a group, where the service said it: it sends the JID, but does not document that it
 * does. `Inbox.roomOfGroup` finds it the documented way, for who is a member.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conversation, Directory, GroupId, Inbox } from "effect-genesys-chats"
 *
 * const groupId = GroupId.make("c1d2")
 * const program = Effect.flatMap(Directory.group(groupId), Directory.roomOf).pipe(
 *   Effect.catchTag("NoSuchElementException", () => Effect.map(Inbox.roomOfGroup(groupId), Conversation.room))
 * )
 * ```
 * @since 0.1.0
 * @category getters
 */
export const roomOf = ({ chat }: Group): Option.Option<Conversation.Room> =>
  Option.map(Option.fromNullable(chat?.jabberId), Conversation.room)

/**
 * The ids of users who are given by id, JID or e-mail address, each once, in their order. Only
 * those who are not given by id are looked up; the first who is not there is the error.
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
  users: Iterable<UserId | UserJid | Email>
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

const defaultCache = { capacity: 10_000, timeToLive: "5 minutes" } as const

const makeOver = (client: Client, options: Options | undefined): Effect.Effect<Service> =>
  Effect.gen(function* () {
    const max = Check.wholeNumber("Directory.make: max", options?.max ?? 50, { least: 1, most: 500 })
    const concurrency = Check.wholeNumber("Directory.make: concurrency", options?.concurrency ?? 4, {
      least: 1,
      infinite: true
    })
    const cache = options?.cache ?? defaultCache
    const users = cache === "none" ? undefined : yield* makeCache<KnownUser>(cache)
    const groups = cache === "none" ? undefined : yield* makeCache<Group>(cache)

    const userResolver = makeResolver<Wanted, KnownUser, UserError, LookUpUser>({
      fetch: fetchUsers<UserNotFound | AmbiguousUser>(client, {
        max,
        concurrency,
        state: options?.state ?? "active",
        failure: ({ by, value }, choice) =>
          choice._tag === "None"
            ? new UserNotFound({ by, value, state: choice.state })
            : new AmbiguousUser({ by, value, userIds: choice.users.map(({ id }) => id) }, unchecked)
      }),
      nameOf,
      namesIn,
      cache: users
    })
    const groupResolver = makeResolver<{ readonly groupId: GroupId }, Group, GroupError, LookUpGroup>({
      fetch: (wanted, tell) =>
        Effect.forEach(
          wanted,
          (one) => Effect.flatMap(Effect.exit(getGroup(client, one.groupId)), (exit) => tell(one, exit)),
          {
            concurrency,
            discard: true
          }
        ),
      nameOf: ({ groupId }) => groupId,
      cache: groups
    })

    const lookUp = (by: Wanted["by"], value: string) => Effect.request(new LookUpUser({ by, value }), userResolver)
    return {
      user: (email) => Effect.flatMap(checked(email), (email) => lookUp("email", email)),
      userById: (userId) => lookUp("id", userId),
      userByJid: (jid) => lookUp("jid", jid),
      me: lookUp("me", ""),
      group: (groupId) => Effect.request(new LookUpGroup({ groupId }), groupResolver)
    }
  })

const makeCache = <A>({
  capacity,
  timeToLive
}: {
  readonly capacity: number
  readonly timeToLive: Duration.DurationInput
}) =>
  Cache.make({
    capacity: Check.wholeNumber("Directory.make: cache.capacity", capacity, { least: 1 }),
    timeToLive: Check.duration("Directory.make: cache.timeToLive", timeToLive, { least: "1 millis", infinite: true }),
    // who was found is put in, and never looked up by the cache itself
    lookup: (_: string): Effect.Effect<A> => Effect.never
  })

const getGroup = (client: Client, groupId: GroupId): Effect.Effect<Group, GroupError> =>
  Effect.catchTag(
    client.execute(DirectoryApi.getGroup, { groupId }),
    "NotFound",
    () => new GroupNotFound({ groupId }, unchecked)
  )

/** A body carries any text, so what is no address is refused here. */
const checked = (email: Email): Effect.Effect<Email, ChatsError.InvalidRequest> => {
  const decoded = Schema.decodeUnknownEither(Email)(email)
  if (Either.isRight(decoded)) return Effect.succeed(decoded.right)
  const { method, operation, path } = DirectoryApi.postUsersSearch
  const [issue] = ParseResult.ArrayFormatter.formatErrorSync(decoded.left)
  const message = issue?.message ?? "must be an e-mail address"
  return new ChatsError.InvalidRequest({
    operation,
    method,
    path,
    issues: [{ path: "email", message }],
    message: `${operation} was not sent: email: ${message}`
  })
}
