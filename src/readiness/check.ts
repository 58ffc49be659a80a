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
 * What a check found. Anything the service does not say is `undefined` or `"unknown"`.
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
  /** The scopes of the token. If they are too narrow, calls that the roles permit are refused. */
  readonly scopes: ReadonlyArray<string> | undefined
  /** By operation: whether the caller's roles permit it. */
  readonly permissions: { readonly [K in Operation]: Permission }
}

/**
 * Checks that the credentials and the region are right, and which of the endpoints named the caller's roles permit:
 * for a deploy, or for the start of a program. It succeeds if the service accepts the token, even if permissions
 * are missing: whether that matters is up to the caller.
 *
 * - *Cost*: one request, a second if one of the endpoints needs a permission, and one for a token if there is none
 *   yet; each is retried at most once. They count against the rate limit: for readiness probes use {@link status},
 *   which makes no request.
 * - *Scope*: it knows about roles only. A call is refused all the same if a scope of the OAuth client is too
 *   narrow, or in a room that the caller is not a member of. For a client's own token the service may not list
 *   roles at all: then all is `"unknown"`, as are `/me` endpoints for a caller that is not a user.
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
