import * as Cache from "effect/Cache"
import type * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Request from "effect/Request"
import * as Schema from "effect/Schema"
import * as ChatsError from "../../ChatsError.js"
import * as DirectoryApi from "../../DirectoryApi.js"
import type { ChatsClient } from "../../declaration.js"
import type { Group } from "../../domain/Directory.js"
import { Email, type GroupId, type UserId, type UserJid } from "../../domain/Ids.js"
import { issuesOf } from "../../internal/effect/issues.js"
import * as Check from "../../internal/options.js"
import { makeResolver } from "../loader/resolver.js"
import type { KnownUser } from "./choose.js"
import { AmbiguousUser, type GroupError, GroupNotFound, type UserError, UserNotFound } from "./errors.js"
import { fetchUsers, nameOf, namesIn, type Wanted } from "./fetchUsers.js"

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
   * Users per request: a whole number from 1 to 500. The highest number that the service takes is not known: if it
   * refuses that many (400, 413 or 414), the request is split, and fewer are asked for from then on. Default 50.
   */
  readonly max?: number | undefined
  /** Requests at a time, a whole number from 1. `Infinity`: all at once. Default 4. */
  readonly concurrency?: number | undefined
  /**
   * Which users are found: `"active"` ones only, or `"any"`, inactive and deleted ones too. If an address has
   * several users, active ones come first. Default `"active"`.
   */
  readonly state?: "active" | "any" | undefined
  /**
   * The cache of what was found: `capacity` is how many users and how many groups it keeps (a whole number from 1),
   * `timeToLive` for how long (from 1 ms; `Infinity`: for good). Errors are not kept. `"none"` keeps nothing.
   * Default: 10,000 for 5 minutes.
   */
  readonly cache?: "none" | { readonly capacity: number; readonly timeToLive: Duration.DurationInput } | undefined
}

type Client = Context.Tag.Service<typeof ChatsClient>

const unchecked = { disableValidation: true } as const

const defaultCache = { capacity: 10_000, timeToLive: "5 minutes" } as const

export const makeOver = (client: Client, options: Options | undefined): Effect.Effect<Service> =>
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
      span: "Directory.users",
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
      span: "Directory.groups",
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
    capacity: Check.wholeNumber("Directory.make: cache.capacity", capacity, { least: 1, infinite: true }),
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
  const [issue] = issuesOf(decoded.left)
  const message = issue?.message ?? "must be an e-mail address"
  return new ChatsError.InvalidRequest({
    operation,
    method,
    path,
    issues: [{ path: "email", message }],
    message: `${operation} was not sent: email: ${message}`
  })
}
