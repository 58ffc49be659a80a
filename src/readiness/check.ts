import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as ChatsError from "../ChatsError.js"
import { ChatsClient, type Description } from "../declaration.js"
import type { TokenInfo } from "../domain/Authorization.js"
import { getAuthorizationSubjectsMe, getTokensMe } from "../endpoints/Authorization.js"
import { monotonicMillis } from "../internal/monotonic.js"
import * as Check from "../internal/options.js"
import { spanned } from "../internal/span.js"
import * as RetryPolicy from "../limits/RetryPolicy.js"
import { type NotReady, notReady, tooLate } from "./NotReady.js"
import { type Permission, permissionOf } from "./permissions.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface CheckOptions {
  /** For the whole check: from 1 millisecond to 10 minutes. Default 10 seconds. */
  readonly deadline?: Duration.DurationInput | undefined
}

/**
 * What a check found. Whatever the service does not say is `undefined` or `"unknown"`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Checked<Operation extends string = string> {
  /** The organisation of the token. */
  readonly org: { readonly id: string | undefined; readonly name: string | undefined } | undefined
  /** By its name, or the host of the API if the hosts are your own; `"unknown"` for a stub. */
  readonly region: string
  /** Whether the token is a user's, or a client's own (client credentials), which acts for nobody. */
  readonly caller: "user" | "client" | "unknown"
  /** The scopes of the token. One that is too narrow refuses what the roles permit. */
  readonly scopes: ReadonlyArray<string> | undefined
  /** By operation: whether the caller's roles permit it. */
  readonly permissions: { readonly [K in Operation]: Permission }
}

/**
 * Checks that the credentials and the region are right, and which of the endpoints named the caller's roles
 * permit: for a deploy, or for a readiness probe. It succeeds where the service takes the token, also where
 * permissions are missing: that is for the caller to judge.
 *
 * - *Cost*: one request, a second where one of the endpoints needs a permission, and one for a token
 *   where there is none yet; each is tried again once at most. They count against the rate limit, so a
 *   probe of every few seconds is better served by {@link status}.
 * - *Scope*: roles are what it knows. A scope of the OAuth client that is too narrow, or a room that the
 *   caller is no member of, is refused all the same. For a client's own token the service may not list
 *   roles at all: then all is `"unknown"`, as are endpoints of `/me` to whom is no user.
 *
 * Sources: `GET /api/v2/tokens/me` and `GET /api/v2/authorization/subjects/me`, for which no permission is
 * needed, as purecloud-platform-client-v2 262 declares them.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, ChatsClient } from "effect-genesys-chats"
 *
 * const deploy = Effect.gen(function* () {
 *   const { org, permissions } = yield* ChatsClient.check([Chats.postChatsRooms, Chats.postChatsRoomMessages])
 *   yield* Effect.log(`logged in to ${org?.name ?? "an organisation"}`)
 *   if (permissions.postChatsRooms === "missing") yield* Effect.logError("may not open rooms")
 * })
 * ```
 * @since 0.1.0
 * @category checks
 */
export const check = <Operation extends string = never>(
  endpoints: ReadonlyArray<Description<Operation>>,
  options?: CheckOptions
): Effect.Effect<Checked<Operation>, NotReady, ChatsClient> =>
  Effect.suspend(() => {
    const deadline = Check.duration("ChatsClient.check: deadline", options?.deadline ?? "10 seconds", {
      least: "1 millis",
      most: "10 minutes"
    })
    return spanned("check", () => checkWithin(endpoints, deadline))
  })

const checkWithin = <Operation extends string>(
  endpoints: ReadonlyArray<Description<Operation>>,
  deadline: Duration.Duration
): Effect.Effect<Checked<Operation>, NotReady, ChatsClient> =>
  Effect.gen(function* () {
    const { region = "unknown" } = yield* ChatsClient
    const clock = yield* Effect.clock
    const end = monotonicMillis(clock) + Duration.toMillis(deadline)
    const timed = <A, E, R>(call: Effect.Effect<A, E, R>): Effect.Effect<A, E | NotReady, R> =>
      Effect.suspend((): Effect.Effect<A, E | NotReady, R> => {
        const left = end - monotonicMillis(clock)
        return left < 1 ? Effect.fail(tooLate(region)) : RetryPolicy.with(call, hasty(left))
      })
    const info = yield* timed(getTokensMe({ preserveIdleTTL: true })).pipe(
      Effect.catchAll((error) => {
        if (error._tag === "NotReady") return Effect.fail(error)
        return isServices(error) ? Effect.succeed<TokenInfo>({}) : Effect.fail(notReady(region, error))
      })
    )
    const asks = endpoints.some(({ permissions }) => permissions.length > 0)
    // what cannot be had is not known: that the client works has been seen
    const subject = asks ? yield* Effect.orElseSucceed(timed(getAuthorizationSubjectsMe()), () => undefined) : undefined
    const caller = callerOf(info)
    const permissions = endpoints.map((endpoint): readonly [Operation, Permission] => [
      endpoint.operation,
      // these need a user, which no permission says
      caller !== "user" && isOfMe(endpoint) ? "unknown" : permissionOf(endpoint, subject)
    ])
    const { authorizedScope: scopes, organization } = info
    return {
      org: organization && { id: organization.id, name: organization.name },
      region,
      caller,
      scopes,
      permissions: Object.fromEntries(permissions) as Checked<Operation>["permissions"]
    }
  })

/** One more try, and no wait that is longer than the check. */
const hasty = (left: number): RetryPolicy.Policy =>
  RetryPolicy.make({ maxRetries: 1, deadline: Duration.millis(left), patience: Duration.millis(left) })

/** Whether the service itself has answered, to a token that it takes, though not with what was asked for. */
const isServices = (error: ChatsError.ChatsError): boolean => {
  switch (error._tag) {
    case "BadRequest":
    case "Forbidden":
    case "NotFound":
      return error.code !== undefined || error.contextId !== undefined
    default:
      return false
  }
}

const callerOf = ({ OAuthClient }: TokenInfo): Checked["caller"] => {
  const grant = OAuthClient?.authorizedGrantType?.toUpperCase().replace(/[^A-Z0-9]/g, "")
  if (grant === undefined || grant === "") return "unknown"
  return grant === "CLIENTCREDENTIALS" ? "client" : "user"
}

/** `/users/me/…`, `/users/chats/me`. */
const isOfMe = ({ path }: Description): boolean => path.split("/").includes("me")
