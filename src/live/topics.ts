import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Chats from "../Chats.js"
import type * as ChatsError from "../ChatsError.js"
import { isTransient } from "../client/transient.js"
import type * as Conversation from "../conversation/model.js"
import type { UserId } from "../domain/Ids.js"
import type { ChatsClient } from "../Endpoint.js"
import * as Endpoints from "./endpoints.js"
import { ChannelFailed, TopicUnavailable } from "./errors.js"
import type { BadgeEvent } from "./event.js"
import { Gap, Heard } from "./service.js"

const badgesTemplate = "v2.users.{id}.badges.chats"
const messagesTemplate = (kind: "adhoc" | "group") => `v2.detail.events.collaboratechat.${kind}.{id}.messages`

/** Which topic says what, and whether the org has it on a socket: each is asked for once. */
export interface Topics {
  readonly ofMessages: (
    conversation: Conversation.Conversation
  ) => Effect.Effect<string, TopicUnavailable | ChannelFailed>
  readonly ofBadges: (userId: UserId) => Effect.Effect<string, TopicUnavailable | ChannelFailed>
  /** The user whose token it is. */
  readonly me: Effect.Effect<UserId, ChatsError.ChatsError>
  /** By which JID badges name a conversation. */
  readonly jidOf: (conversation: Conversation.Conversation) => Effect.Effect<string, ChatsError.ChatsError>
}

export const make: Effect.Effect<Topics, never, ChatsClient> = Effect.gen(function* () {
  const context = yield* Effect.context<ChatsClient>()
  const once = yield* onceIfFine(
    Endpoints.getNotificationsAvailabletopics({ expand: "transports" }).pipe(
      Effect.map(
        ({ entities = [] }) =>
          new Map(entities.flatMap(({ id, transports = [] }) => (id === undefined ? [] : [[id, transports] as const])))
      ),
      Effect.provide(context)
    )
  )
  const me = yield* onceIfFine(
    Effect.provide(
      Effect.map(Endpoints.getUsersMe(), ({ id }) => id),
      context
    )
  )
  const rooms = yield* Effect.cachedFunction((jid: Conversation.Room["jid"]) =>
    onceIfFine(Effect.provide(Chats.getChatsRoom({ roomJid: jid }), context))
  )
  const users = yield* Effect.cachedFunction((userId: UserId) =>
    onceIfFine(Effect.provide(Endpoints.getUser({ userId }), context))
  )

  const onSocket = (template: string, topic: string): Effect.Effect<string, TopicUnavailable | ChannelFailed> =>
    Effect.flatMap(patiently(once), (available) => {
      const transports = available.get(template) ?? []
      return transports.includes("All") || transports.includes("Websocket")
        ? Effect.succeed(topic)
        : Effect.fail(new TopicUnavailable({ topic, transports }))
    })

  const roomTopic = (jid: Conversation.Room["jid"]): Effect.Effect<string, TopicUnavailable | ChannelFailed> => {
    const adhoc = /^adhoc-([^@]+)@/.exec(jid)?.[1]
    const of = (kind: "adhoc" | "group", id: string) =>
      onSocket(messagesTemplate(kind), messagesTemplate(kind).replace("{id}", id))
    if (adhoc !== undefined) return of("adhoc", adhoc)
    // whether there is such a topic at all costs less to know
    return Effect.zipRight(
      of("group", "{id}"),
      Effect.flatMap(patiently(Effect.flatten(rooms(jid))), (room) => of("group", room.id ?? jid))
    )
  }

  return {
    me,
    ofMessages: (conversation) =>
      conversation._tag === "Room"
        ? roomTopic(conversation.jid)
        : Effect.fail(
            new TopicUnavailable({ topic: `messages of the 1on1 with ${conversation.userId}`, transports: [] })
          ),
    ofBadges: (userId) => onSocket(badgesTemplate, badgesTemplate.replace("{id}", userId)),
    jidOf: (conversation) =>
      conversation._tag === "Room"
        ? Effect.succeed(conversation.jid)
        : Effect.map(Effect.flatten(users(conversation.userId)), ({ chat }) => chat?.jabberId ?? "")
  }
})

/** What a badge says of a conversation, by its JID. */
export const heardOf =
  (jid: string) =>
  (event: BadgeEvent | Gap): Option.Option<Heard | Gap> =>
    event instanceof Gap
      ? Option.some(event)
      : event.badge.entity?.jabberId === jid
        ? Option.some(new Heard({ messageId: undefined }))
        : Option.none()

/** Asks once, and again where that failed. */
const onceIfFine = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<Effect.Effect<A, E>> =>
  Effect.map(Effect.cachedInvalidateWithTTL(effect, Number.POSITIVE_INFINITY), ([cached, invalidate]) =>
    Effect.tapErrorCause(cached, () => invalidate)
  )

/** A failure that passes is waited out; one that does not is told. */
const patiently = <A, E extends ChatsError.ChatsError>(effect: Effect.Effect<A, E>): Effect.Effect<A, ChannelFailed> =>
  Effect.catchAll(effect, (error: ChatsError.ChatsError) =>
    isTransient(error)
      ? Effect.zipRight(Effect.sleep("5 seconds"), patiently(effect))
      : Effect.fail(new ChannelFailed({ reason: "Refused", message: error.message }))
  )
