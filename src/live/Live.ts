/**
 * Messages and unread counts as they happen, by the platform's notification channels: a WebSocket that
 * is kept alive, reopened when it is lost, and shared by all listeners.
 *
 * It needs a `WebSocketConstructor` of `@effect/platform`'s `Socket`: browsers, Deno, Bun and Node from 22 on
 * have one (`Socket.layerWebSocketConstructorGlobal`); on Node 20 it is
 * `NodeSocket.layerWebSocketConstructor` of `@effect/platform-node`.
 *
 * Events have no durability. Where some may be missing, a stream has a {@link Gap}; `History.follow` reads what was
 * missed from the history, so that its own stream has no gaps.
 *
 * @since 0.1.0
 */
import * as Socket from "@effect/platform/Socket"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type * as Conversation from "../conversation/model.js"
import { ChatsClient } from "../declaration.js"
import type { UserId } from "../domain/Ids.js"
import { perInputs } from "../internal/perInputs.js"
import type { LiveError } from "./errors.js"
import type { BadgeEvent, Event, MessageEvent } from "./event.js"
import { make as makeService } from "./make.js"
import type { Options } from "./options.js"
import { type Gap, Live, type Service } from "./service.js"

export * from "./errors.js"
export {
  BadgeBody,
  BadgeEvent,
  Entity,
  type Event,
  fromEventBridge,
  fromTrigger,
  MessageBody,
  MessageEvent,
  OtherEvent
} from "./event.js"
export type { Options } from "./options.js"
export { Gap, type GapReason, Heard, Live, type Service } from "./service.js"

/**
 * The service, until the scope closes. A channel is opened when the first topic is listened to.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Live } from "effect-genesys-chats"
 *
 * const program = Effect.scoped(
 *   Effect.flatMap(Live.make({ bufferSize: 100 }), (live) =>
 *     Stream.runForEach(live.events("v2.users.7f0e.presence"), Effect.log)
 *   )
 * )
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const make: (
  options?: Options
) => Effect.Effect<Service, never, Scope.Scope | ChatsClient | Socket.WebSocketConstructor> = makeService

/**
 * The service as a layer. With it in the context `History.follow` hears first and asks second.
 *
 * @example
 * ```ts
 * import * as Socket from "@effect/platform/Socket"
 * import * as Layer from "effect/Layer"
 * import { ChatsClient, Live } from "effect-genesys-chats"
 *
 * // on Node 20: NodeSocket.layerWebSocketConstructor of @effect/platform-node
 * const Main = Live.layer().pipe(
 *   Layer.provideMerge(ChatsClient.layerConfig),
 *   Layer.provide(Socket.layerWebSocketConstructorGlobal)
 * )
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: Options): Layer.Layer<Live, never, ChatsClient | Socket.WebSocketConstructor> =>
  perInputs(Layer.scoped(Live, makeService(options)), { services: [ChatsClient, Socket.WebSocketConstructor] })

/**
 * The events of any topic, by its name.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Live } from "effect-genesys-chats"
 *
 * const program = Stream.runForEach(Live.events("v2.users.7f0e.presence"), Effect.log)
 * ```
 * @since 0.1.0
 * @category streams
 */
export const events = (topic: string): Stream.Stream<Event | Gap, LiveError, Live> =>
  Stream.unwrap(Effect.map(Live, (live) => live.events(topic)))

/**
 * The messages that are posted to a room, edited and deleted, if the org has a topic for them on a socket; else the
 * stream fails with `TopicUnavailable`, as it does for a 1on1.
 *
 * The id in the topic of an adhoc room is taken from the room's JID, that of a group room is the group's.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Conversation, Live, RoomJid } from "effect-genesys-chats"
 *
 * const room = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))
 * const program = Live.messages(room).pipe(
 *   Stream.runForEach((event) => (event._tag === "Message" ? Effect.log(event.message.body) : Effect.log(event.reason)))
 * )
 * ```
 * @since 0.1.0
 * @category streams
 */
export const messages = (conversation: Conversation.Conversation): Stream.Stream<MessageEvent | Gap, LiveError, Live> =>
  Stream.unwrap(Effect.map(Live, (live) => live.messages(conversation)))

/**
 * The unread counts of a user's chats, as they change.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Live, UserId } from "effect-genesys-chats"
 *
 * const program = Live.badges(UserId.make("7f0e")).pipe(
 *   Stream.runForEach((event) => (event._tag === "Badge" ? Effect.log(event.badge.unreadCount) : Effect.void))
 * )
 * ```
 * @since 0.1.0
 * @category streams
 */
export const badges = (userId: UserId): Stream.Stream<BadgeEvent | Gap, LiveError, Live> =>
  Stream.unwrap(Effect.map(Live, (live) => live.badges(userId)))
