import * as Schema from "effect/Schema"
import type * as ChatsError from "../../ChatsError.js"
import type * as DirectoryApi from "../../DirectoryApi.js"
import type { Endpoint } from "../../declaration.js"
import { GroupId, UserId } from "../../domain/Ids.js"
import { received } from "../../domain/received.js"
import { lazySchema } from "../../internal/lazySchema.js"
import type { RequestError } from "./fetchUsers.js"

/**
 * The directory has no such user, or only one that is not active: then `state` says what it is (`"inactive"`,
 * `"deleted"`).
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
 * Several users have the e-mail address, and nothing says which of them is meant: none is taken rather than the
 * wrong one.
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
