/**
 * What a chat needs of users and groups: who they are, and how to reach them. The platform's directory has more;
 * decoding leaves the other fields out.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { lazySchema } from "../internal/lazySchema.js"
import { openEnum, optional } from "../internal/schema.js"
import { GroupId, RoomJid, UserId, UserJid } from "./Ids.js"
import { received } from "./received.js"

/**
 * Whether an account is in use. Open: the service may add values.
 *
 * @example
 * ```ts
 * import type { Directory } from "effect-genesys-chats"
 *
 * const value: Directory.State = "active"
 * ```
 * @since 0.1.0
 * @category models
 */
export const State = openEnum("State", "active", "inactive", "deleted")
/**
 * @since 0.1.0
 * @category models
 */
export type State = typeof State.Type

/**
 * A user: `chat.jabberId` is the JID that messages and participants carry.
 *
 * @example
 * ```ts
 * import { type Directory, UserId, UserJid } from "effect-genesys-chats"
 *
 * const value: Directory.User = {
 *   id: UserId.make("7f0e"),
 *   name: "Alice",
 *   email: "alice@acme.example",
 *   chat: { jabberId: UserJid.make("5f0e7c2b9a1d4e6f8a3b2c1d@acme.orgspan.com") }
 * }
 * ```
 * @since 0.1.0
 * @category models
 */
export const User = lazySchema(() =>
  Schema.Struct({
    id: optional(received(UserId)),
    name: optional(Schema.String),
    chat: optional(Schema.Struct({ jabberId: optional(received(UserJid)) })),
    department: optional(Schema.String),
    email: optional(Schema.String),
    state: optional(State),
    title: optional(Schema.String),
    username: optional(Schema.String),
    preferredName: optional(Schema.String),
    selfUri: optional(Schema.String)
  }).annotations({ identifier: "User" })
)
/**
 * @since 0.1.0
 * @category models
 */
export interface User extends Schema.Schema.Type<typeof User> {}

/**
 * A page of users.
 *
 * @example
 * ```ts
 * import type { Directory } from "effect-genesys-chats"
 *
 * const names = ({ entities = [] }: Directory.UserEntityListing) => entities.map(({ name }) => name)
 * ```
 * @since 0.1.0
 * @category models
 */
export const UserEntityListing = lazySchema(() =>
  Schema.Struct({
    entities: optional(Schema.Array(User)),
    pageSize: optional(Schema.Number),
    pageNumber: optional(Schema.Number),
    pageCount: optional(Schema.Number),
    total: optional(Schema.Number)
  }).annotations({ identifier: "UserEntityListing" })
)
/**
 * @since 0.1.0
 * @category models
 */
export interface UserEntityListing extends Schema.Schema.Type<typeof UserEntityListing> {}

/**
 * What a search looks for: users whose `fields` match `value`, or any one of `values`, in the way
 * that `type` says. `operator` joins it to the other criteria.
 *
 * @example
 * ```ts
 * import type { Directory } from "effect-genesys-chats"
 *
 * const value: Directory.UserSearchCriteria = { type: "EXACT", fields: ["email"], value: "alice@acme.example" }
 * ```
 * @since 0.1.0
 * @category models
 */
export const UserSearchCriteria = lazySchema(() =>
  Schema.Struct({
    type: openEnum("UserSearchType", "EXACT", "STARTS_WITH", "CONTAINS", "TERM", "TERMS", "QUERY_STRING", "MATCH_ALL"),
    fields: optional(Schema.Array(Schema.String)),
    value: optional(Schema.String),
    values: optional(Schema.Array(Schema.String)),
    operator: optional(openEnum("UserSearchOperator", "AND", "OR", "NOT"))
  }).annotations({ identifier: "UserSearchCriteria" })
)
/**
 * @since 0.1.0
 * @category models
 */
export interface UserSearchCriteria extends Schema.Schema.Type<typeof UserSearchCriteria> {}

/**
 * A search for users. Pages are counted from 1.
 *
 * @example
 * ```ts
 * import type { Directory } from "effect-genesys-chats"
 *
 * const value: Directory.UserSearchRequest = {
 *   pageSize: 100,
 *   query: [{ type: "EXACT", fields: ["email"], value: "alice@acme.example" }]
 * }
 * ```
 * @since 0.1.0
 * @category models
 */
export const UserSearchRequest = lazySchema(() =>
  Schema.Struct({
    query: optional(Schema.Array(UserSearchCriteria)),
    pageSize: optional(Schema.Int.pipe(Schema.positive())),
    pageNumber: optional(Schema.Int.pipe(Schema.positive())),
    sortOrder: optional(openEnum("UserSearchSortOrder", "ASC", "DESC", "SCORE")),
    sortBy: optional(Schema.String)
  }).annotations({ identifier: "UserSearchRequest" })
)
/**
 * @since 0.1.0
 * @category models
 */
export interface UserSearchRequest extends Schema.Schema.Type<typeof UserSearchRequest> {}

/**
 * A page of the users that a search found.
 *
 * @example
 * ```ts
 * import type { Directory } from "effect-genesys-chats"
 *
 * const names = ({ results = [] }: Directory.UsersSearchResponse) => results.map(({ name }) => name)
 * ```
 * @since 0.1.0
 * @category models
 */
export const UsersSearchResponse = lazySchema(() =>
  Schema.Struct({
    results: optional(Schema.Array(User)),
    total: optional(Schema.Number),
    pageCount: optional(Schema.Number),
    pageSize: optional(Schema.Number),
    pageNumber: optional(Schema.Number)
  }).annotations({ identifier: "UsersSearchResponse" })
)
/**
 * @since 0.1.0
 * @category models
 */
export interface UsersSearchResponse extends Schema.Schema.Type<typeof UsersSearchResponse> {}

/**
 * A group. The service sends the JID of its room as `chat.jabberId`, which the vendor does not
 * document: where it is missing, `Inbox.roomOfGroup` finds the room the documented way.
 *
 * @example
 * ```ts
 * import { type Directory, GroupId, RoomJid } from "effect-genesys-chats"
 *
 * const value: Directory.Group = {
 *   id: GroupId.make("c1d2"),
 *   name: "Payments",
 *   chat: { jabberId: RoomJid.make("5f0e7c2b9a1d4e6f8a3b2c1d@conference.acme.orgspan.com") }
 * }
 * ```
 * @since 0.1.0
 * @category models
 */
export const Group = lazySchema(() =>
  Schema.Struct({
    id: optional(received(GroupId)),
    name: optional(Schema.String),
    description: optional(Schema.String),
    chat: optional(Schema.Struct({ jabberId: optional(received(RoomJid)) })),
    email: optional(Schema.String),
    memberCount: optional(Schema.Number),
    owners: optional(Schema.Array(User)),
    state: optional(State),
    type: optional(Schema.String),
    visibility: optional(Schema.String),
    selfUri: optional(Schema.String)
  }).annotations({ identifier: "Group" })
)
/**
 * @since 0.1.0
 * @category models
 */
export interface Group extends Schema.Schema.Type<typeof Group> {}
