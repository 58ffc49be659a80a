import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Stream from "effect/Stream"
import type * as Conversation from "../conversation/model.js"
import type { MessageId, UserId } from "../domain/Ids.js"
import type { LiveError } from "./errors.js"
import type { BadgeEvent, Event, MessageEvent } from "./event.js"

/**
 * Why events may be missing at this place of a stream. `"Connected"`: from here on they come; what was before must
 * be read. `"Disconnected"`: they do not come until `"Connected"`. `"Overflow"`: the consumer was slower than the
 * events, and the oldest were dropped. `"Unreadable"`: something unreadable came that may have been an event.
 *
 * @since 0.1.0
 * @category models
 */
export type GapReason = "Connected" | "Disconnected" | "Overflow" | "Unreadable"

/**
 * Events have no durability: what happened during a gap has to be read through the API.
 *
 * @example
 * ```ts
 * import type { Live } from "effect-genesys-chats"
 *
 * const mayHaveMissed = ({ reason }: Live.Gap) => reason !== "Disconnected"
 * ```
 * @since 0.1.0
 * @category models
 */
export class Gap extends Data.TaggedClass("Gap")<{
  readonly topic: string
  readonly reason: GapReason
}> {}

/**
 * That there is something new in a conversation, as far as events tell.
 *
 * @example
 * ```ts
 * import type { Live } from "effect-genesys-chats"
 *
 * const isNamed = ({ messageId }: Live.Heard) => messageId !== undefined
 * ```
 * @since 0.1.0
 * @category models
 */
export class Heard extends Data.TaggedClass("Heard")<{
  /** The message, if the event names it. */
  readonly messageId: MessageId | undefined
}> {}

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** The events of any topic. The first element is a `Gap`: `"Connected"`. */
  readonly events: (topic: string) => Stream.Stream<Event | Gap, LiveError>
  /** The messages of a conversation, where the org has their topic on a socket. */
  readonly messages: (conversation: Conversation.Conversation) => Stream.Stream<MessageEvent | Gap, LiveError>
  /** The unread counts of a user's chats. */
  readonly badges: (userId: UserId) => Stream.Stream<BadgeEvent | Gap, LiveError>
  /**
   * That something is new in a conversation: by its messages where these can be heard, else by the
   * badges of the token's own user. Ends where neither can be heard.
   */
  readonly heard: (conversation: Conversation.Conversation) => Stream.Stream<Heard | Gap>
}

/**
 * Events as they happen, by notification channels.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Live, UserId } from "effect-genesys-chats"
 *
 * const program = Effect.flatMap(Live.Live, (live) => Stream.runDrain(live.badges(UserId.make("7f0e"))))
 * ```
 * @since 0.1.0
 * @category tags
 */
export class Live extends Context.Tag("effect-genesys-chats/Live")<Live, Service>() {}
