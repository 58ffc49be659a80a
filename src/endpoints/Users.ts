/**
 * Users of the organisation.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Endpoint from "../declaration.js"
import { User, UserEntityListing, UserSearchRequest, UsersSearchResponse } from "../domain/Directory.js"
import { UserId, UserJid } from "../domain/Ids.js"
import { openEnum, optional } from "../internal/schema.js"
import { count, inList } from "./parameters.js"

/** None at all would be no restriction, and all users the answer. */
const several = <A extends string>(id: Schema.Schema<A, string>) =>
  Schema.Array(inList(id)).pipe(Schema.minItems(1, { message: () => "must hold at least one" }))

/**
 * Which users to get: by ids or by JIDs, not by both.
 *
 * @since 0.1.0
 * @category models
 */
export interface UsersQuery {
  readonly id?: ReadonlyArray<UserId> | undefined
  readonly jabberId?: ReadonlyArray<UserJid> | undefined
  /** Users per page: a whole number from 1. */
  readonly pageSize?: number | undefined
  /** From 1. */
  readonly pageNumber?: number | undefined
  readonly state?: "active" | "inactive" | "deleted" | "any" | (string & {}) | undefined
}

/**
 * Gets users in bulk, by their ids or by their JIDs; the service does not take both at once. They are sent as one
 * list joined by commas, as the vendor's SDK sends them. Unknown ids are left out of the reply. A page holds 25
 * users unless `pageSize` says otherwise, and only active ones unless `state` does.
 *
 * @example
 * ```ts
 * import { DirectoryApi, UserId } from "effect-genesys-chats"
 *
 * const program = DirectoryApi.getUsers({ id: [UserId.make("7f0e"), UserId.make("8a1b")], pageSize: 2 })
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const getUsers: Endpoint.Of<"getUsers", UsersQuery, UserEntityListing> = Endpoint.make("getUsers", {
  method: "GET",
  path: "/api/v2/users",
  pathParameters: {},
  query: {
    id: optional(several(UserId)),
    jabberId: optional(several(UserJid)),
    pageSize: optional(count),
    pageNumber: optional(count),
    state: optional(openEnum("UserState", "active", "inactive", "deleted", "any"))
  },
  success: UserEntityListing,
  permissions: ["directory:user:view"]
})

/**
 * Gets a user, whatever their state.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { DirectoryApi, UserId } from "effect-genesys-chats"
 *
 * const jid = Effect.map(DirectoryApi.getUser({ userId: UserId.make("7f0e") }), ({ chat }) => chat?.jabberId)
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const getUser: Endpoint.Of<"getUser", { readonly userId: UserId }, User> = Endpoint.make("getUser", {
  method: "GET",
  path: "/api/v2/users/{userId}",
  pathParameters: { userId: UserId },
  success: User,
  permissions: []
})

/**
 * Gets the user whose token it is. The service refuses the token of a client (client credentials)
 * with `BadRequest`.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { DirectoryApi } from "effect-genesys-chats"
 *
 * const jid = Effect.map(DirectoryApi.getUsersMe(), ({ chat }) => chat?.jabberId)
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const getUsersMe: Endpoint.Of<"getUsersMe", {}, User> = Endpoint.make("getUsersMe", {
  method: "GET",
  path: "/api/v2/users/me",
  pathParameters: {},
  success: User,
  permissions: []
})

/**
 * Searches for users. It changes nothing, so it is retried as a GET is, though it is a POST.
 *
 * @example
 * ```ts
 * import { DirectoryApi } from "effect-genesys-chats"
 *
 * const program = DirectoryApi.postUsersSearch({
 *   query: [{ type: "EXACT", fields: ["email"], value: "alice@acme.example" }]
 * })
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const postUsersSearch: Endpoint.Of<"postUsersSearch", UserSearchRequest, UsersSearchResponse> = Endpoint.make(
  "postUsersSearch",
  {
    method: "POST",
    path: "/api/v2/users/search",
    pathParameters: {},
    body: UserSearchRequest,
    success: UsersSearchResponse,
    idempotent: true,
    permissions: ["directory:user:view"]
  }
)
