/**
 * References to other resources. The API has one definition for all of them
 * (`AddressableEntityRef`); here each says whose id it holds.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { lazySchema } from "../internal/lazySchema.js"
import { optional } from "../internal/schema.js"
import { MessageId, ThreadId, UserId } from "./Ids.js"
import { received } from "./received.js"

const addressableEntityRef = <A extends string>(id: Schema.Schema<A, string>) =>
  lazySchema(() =>
    Schema.Struct({
      id: optional(received(id)),
      selfUri: optional(Schema.String)
    }).annotations({ identifier: "AddressableEntityRef" })
  )

/**
 * A reference to a user.
 *
 * @example
 * ```ts
 * import { type Domain, UserId } from "effect-genesys-chats"
 *
 * const value: Domain.UserRef = { id: UserId.make("7f0e") }
 * ```
 * @since 0.1.0
 * @category references
 */
export const UserRef = addressableEntityRef(UserId)
/**
 * @since 0.1.0
 * @category references
 */
export interface UserRef extends Schema.Schema.Type<typeof UserRef> {}

/**
 * A reference to a message.
 *
 * @example
 * ```ts
 * import { type Domain, MessageId } from "effect-genesys-chats"
 *
 * const value: Domain.MessageRef = { id: MessageId.make("5d0f") }
 * ```
 * @since 0.1.0
 * @category references
 */
export const MessageRef = addressableEntityRef(MessageId)
/**
 * @since 0.1.0
 * @category references
 */
export interface MessageRef extends Schema.Schema.Type<typeof MessageRef> {}

/**
 * A reference to an owner of a room.
 *
 * @example
 * ```ts
 * import { type Domain, UserId } from "effect-genesys-chats"
 *
 * const value: Domain.UserReference = { id: UserId.make("7f0e") }
 * ```
 * @since 0.1.0
 * @category references
 */
export const UserReference = lazySchema(() =>
  Schema.Struct({
    id: optional(received(UserId)),
    selfUri: optional(Schema.String)
  }).annotations({ identifier: "UserReference" })
)
/**
 * @since 0.1.0
 * @category references
 */
export interface UserReference extends Schema.Schema.Type<typeof UserReference> {}

/**
 * A reference to a thread (the API's `Entity`).
 *
 * @example
 * ```ts
 * import { type Domain, ThreadId } from "effect-genesys-chats"
 *
 * const value: Domain.ThreadRef = { id: ThreadId.make("0f1d") }
 * ```
 * @since 0.1.0
 * @category references
 */
export const ThreadRef = lazySchema(() =>
  Schema.Struct({
    id: optional(received(ThreadId))
  }).annotations({ identifier: "Entity" })
)
/**
 * @since 0.1.0
 * @category references
 */
export interface ThreadRef extends Schema.Schema.Type<typeof ThreadRef> {}
