/**
 * The ids of messages. `import * as MessageId` of this path has `make` and the schema; the root of the package exports the schema alone.
 *
 * @since 0.1.0
 */
import type * as Brand from "effect/Brand"
import { id } from "./id.js"

/**
 * The id (a UUID) of a message.
 *
 * @example
 * ```ts
 * import { MessageId } from "effect-genesys-chats"
 *
 * const id = MessageId.make("5d0f6a5e-52a7-4d52-8a0e-4c1f0f7f0a10")
 * ```
 * @since 0.1.0
 * @category ids
 */
export const MessageId = id("MessageId", "the id of a message", "5d0f6a5e-52a7-4d52-8a0e-4c1f0f7f0a10")
/**
 * @since 0.1.0
 * @category ids
 */
export type MessageId = string & Brand.Brand<"MessageId">

/**
 * Turns a string into a `MessageId`. Throws if it is empty or cannot stand in a URL.
 *
 * @example
 * ```ts
 * import * as MessageId from "effect-genesys-chats/MessageId"
 *
 * const id: MessageId.MessageId = MessageId.make("5d0f6a5e-52a7-4d52-8a0e-4c1f0f7f0a10")
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const make = (value: string): MessageId => MessageId.make(value)
