import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Chats from "../Chats.js"
import type * as ChatsError from "../ChatsError.js"
import type * as Conversation from "../conversation/model.js"
import * as DirectoryApi from "../DirectoryApi.js"
import type { ChatsClient } from "../declaration.js"
import type { UserId } from "../domain/Ids.js"
import { forkIn } from "../internal/effect/fiber.js"
import { patiently } from "../limits/patiently.js"
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
  readonly me: Effect.Effect<UserId, ChannelFailed>
  /** By which JID badges name a conversation. */
  readonly jidOf: (conversation: Conversation.Conversation) => Effect.Effect<string, ChannelFailed>
}

export const make: Effect.Effect<Topics, never, ChatsClient | Scope.Scope> = Effect.gen(function* () {
  const context = yield* Effect.context<ChatsClient>()
  const once = onceIfFine(yield* Effect.scope)
  const topicsOnSocket = once(
    Endpoints.getNotificationsAvailabletopics({ expand: ["transports"] }).pipe(
      Effect.map(
        ({ entities = [] }) =>
          new Map(entities.flatMap(({ id, transports = [] }) => (id === undefined ? [] : [[id, transports] as const])))
      ),
      Effect.provide(context)
    )
  )
  const me = once(Effect.provide(DirectoryApi.getUsersMe(), context))
  const room = byKey((roomJid: Conversation.Room["jid"]) =>
    once(Effect.provide(Chats.getChatsRoom({ roomJid }), context))
  )
  const user = byKey((userId: UserId) => once(Effect.provide(DirectoryApi.getUser({ userId }), context)))

  const onSocket = (template: string, topic: string): Effect.Effect<string, TopicUnavailable | ChannelFailed> =>
    Effect.flatMap(waitedOut(topicsOnSocket), (available) => {
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
      Effect.flatMap(waitedOut(room(jid)), ({ id = jid }) => of("group", id))
    )
  }

  /** What must be there for events to be told apart. */
  const known = <A>(value: A | undefined, what: string): Effect.Effect<A, ChannelFailed> =>
    value === undefined
      ? Effect.fail(new ChannelFailed({ reason: "Refused", message: `The service does not say ${what}` }))
      : Effect.succeed(value)

  return {
    me: Effect.flatMap(waitedOut(me), ({ id }) => known(id, "whose token it is")),
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
        : Effect.flatMap(waitedOut(user(conversation.userId)), ({ chat }) =>
            known(chat?.jabberId, `the JID of user ${conversation.userId}`)
          )
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

/**
 * Asks once, and again where that failed. Who waits for the answer may leave: it is asked for in a fiber of
 * its own, so that the others have it all the same.
 */
const onceIfFine =
  (scope: Scope.Scope) =>
  <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> => {
    let asked: Deferred.Deferred<A, E> | undefined
    const ask = Effect.suspend(() => {
      const answer: Deferred.Deferred<A, E> = Deferred.unsafeMake(FiberId.none)
      asked = answer
      const forget = Effect.sync(() => {
        asked = undefined
      })
      return Effect.interruptible(effect).pipe(
        Effect.tapErrorCause(() => forget),
        Effect.intoDeferred(answer),
        forkIn(scope),
        Effect.as(answer)
      )
    })
    return Effect.flatMap(
      Effect.uninterruptible(Effect.suspend(() => (asked === undefined ? ask : Effect.succeed(asked)))),
      Deferred.await
    )
  }

/** One for each key. */
const byKey = <K, V>(make: (key: K) => V): ((key: K) => V) => {
  const made = new Map<K, V>()
  return (key) => {
    const value = made.get(key) ?? make(key)
    made.set(key, value)
    return value
  }
}

/** A failure that passes is waited out; one that does not is told. */
const waitedOut = <A, E extends ChatsError.ChatsError>(effect: Effect.Effect<A, E>): Effect.Effect<A, ChannelFailed> =>
  Effect.mapError(
    patiently(effect, 1000),
    (error: ChatsError.ChatsError) => new ChannelFailed({ reason: "Refused", message: error.message })
  )
