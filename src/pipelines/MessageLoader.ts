/**
 * Many look-ups of single messages as few requests: what is asked for at once, in any mix of
 * conversations, becomes one request for each `max` ids of a conversation.
 *
 * @since 0.1.0
 */
import * as Cache from "effect/Cache"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Request from "effect/Request"
import * as Schema from "effect/Schema"
import type * as ChatsError from "../ChatsError.js"
import * as Conversation from "../conversation/Conversation.js"
import { ChatsClient } from "../declaration.js"
import { MessageId } from "../domain/Ids.js"
import type { ChatMessageResponse } from "../domain/Message.js"
import { received } from "../domain/received.js"
import * as FromEnvironment from "../internal/config.js"
import { configProviderOf } from "../internal/effect/fiber.js"
import { lazySchema } from "../internal/lazySchema.js"
import * as Check from "../internal/options.js"
import { perInputs } from "../internal/perInputs.js"
import { fetchMessages, nameOf, type Wanted } from "./loader/fetchMessages.js"
import { makeResolver } from "./loader/resolver.js"

/**
 * There is no such message in the conversation: the service left the id out of its reply, or answered 404.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conversation, MessageId, MessageLoader, RoomJid } from "effect-genesys-chats"
 *
 * const room = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))
 * const program = MessageLoader.get(room, MessageId.make("5d0f")).pipe(
 *   Effect.catchTag("MessageNotFound", (error) => Effect.logWarning(error.message))
 * )
 * ```
 * @since 0.1.0
 * @category errors
 */
export class MessageNotFound extends lazySchema(() =>
  Schema.TaggedError<MessageNotFound>("effect-genesys-chats/MessageNotFound")("MessageNotFound", {
    conversation: Conversation.Conversation,
    messageId: received(MessageId)
  })
) {
  override get message(): string {
    return `No message ${this.messageId} in this conversation`
  }
}

/**
 * What a look-up can fail with. There is no `NotFound`: a 404 is a {@link MessageNotFound}
 * for each id that is not there.
 *
 * @since 0.1.0
 * @category errors
 */
export type LoadError = Exclude<Conversation.GetError, ChatsError.NotFound> | MessageNotFound

/**
 * A look-up as a request: those with the same conversation and id are equal.
 *
 * @example
 * ```ts
 * import { Conversation, MessageId, MessageLoader, RoomJid } from "effect-genesys-chats"
 *
 * const room = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))
 * const request = new MessageLoader.LoadMessage({ conversation: room, messageId: MessageId.make("5d0f") })
 * ```
 * @since 0.1.0
 * @category models
 */
export class LoadMessage extends Request.TaggedClass("LoadMessage")<
  ChatMessageResponse,
  LoadError,
  { readonly conversation: Conversation.Conversation; readonly messageId: MessageId }
> {}

/**
 * @since 0.1.0
 * @category models
 */
export interface Loader {
  /** As {@link get}, through this loader. */
  readonly get: {
    (messageId: MessageId): (conversation: Conversation.Conversation) => Effect.Effect<ChatMessageResponse, LoadError>
    (conversation: Conversation.Conversation, messageId: MessageId): Effect.Effect<ChatMessageResponse, LoadError>
  }
}

/**
 * How a loader asks.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * Ids per request: a whole number from 1. The highest number that the service takes is not known: if it refuses
   * that many (400 or 413), the request is split, and this loader asks for fewer from then on. Default 50.
   */
  readonly max?: number | undefined
  /** Requests at a time: a whole number from 1, or `Infinity` (all at once). Default 4. */
  readonly concurrency?: number | undefined
  /**
   * Keeps messages that were found; errors are not kept. `capacity` is how many: a whole number
   * from 1, or `Infinity`; `timeToLive` for how long: from 1 millisecond, or `Infinity`. Default:
   * none are kept.
   */
  readonly cache?: { readonly capacity: number; readonly timeToLive: Duration.DurationInput } | undefined
}

/**
 * The loader as a service, for your own `max`, concurrency or cache.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conversation, MessageId, MessageLoader, RoomJid } from "effect-genesys-chats"
 *
 * const room = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))
 * const program = Effect.flatMap(MessageLoader.MessageLoader, (loader) => loader.get(room, MessageId.make("5d0f")))
 * ```
 * @since 0.1.0
 * @category tags
 */
export class MessageLoader extends Context.Tag("effect-genesys-chats/MessageLoader")<MessageLoader, Loader>() {}

/**
 * Your own loader. An option that is out of its range is a defect that names it.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conversation, MessageId, MessageLoader, RoomJid } from "effect-genesys-chats"
 *
 * const room = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))
 * const program = Effect.gen(function* () {
 *   const loader = yield* MessageLoader.make({ max: 100, cache: { capacity: 10_000, timeToLive: "5 minutes" } })
 *   return yield* loader.get(room, MessageId.make("5d0f"))
 * })
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const make = (options?: Options): Effect.Effect<Loader, never, ChatsClient> =>
  Effect.flatMap(ChatsClient, (client) => {
    const settings = settingsOf(options)
    return options?.cache === undefined
      ? Effect.succeed(loaderOver(client, settings, undefined))
      : Effect.map(makeCache(options.cache), (cache) => loaderOver(client, settings, cache))
  })

/**
 * A loader as a layer.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conversation, MessageId, MessageLoader, RoomJid } from "effect-genesys-chats"
 *
 * const room = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))
 * const program = Effect.flatMap(MessageLoader.MessageLoader, (loader) => loader.get(room, MessageId.make("5d0f"))).pipe(
 *   Effect.provide(MessageLoader.layer({ max: 100 }))
 * )
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: Options): Layer.Layer<MessageLoader, never, ChatsClient> =>
  perInputs(Layer.effect(MessageLoader, make(options)), { services: [ChatsClient] })

const ids: Check.Range = { least: 1 }
const requests: Check.Range = { least: 1, infinite: true }

/**
 * The loader that the environment asks for: `GENESYS_CLOUD_IDS_PER_REQUEST` and `GENESYS_CLOUD_LOADER_CONCURRENCY`,
 * the `max` and `concurrency` of {@link Options}. A missing one is as in {@link make}; a wrong one is a
 * `ConfigError` that names it.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import { ChatsClient, MessageLoader } from "effect-genesys-chats"
 *
 * const Live = MessageLoader.layerConfig.pipe(Layer.provideMerge(ChatsClient.layerConfig))
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerConfig: Layer.Layer<MessageLoader, ConfigError.ConfigError, ChatsClient> = perInputs(
  Layer.effect(
    MessageLoader,
    Effect.flatMap(
      Config.all({
        max: FromEnvironment.optional(FromEnvironment.wholeNumber("GENESYS_CLOUD_IDS_PER_REQUEST", ids)),
        concurrency: FromEnvironment.optional(FromEnvironment.wholeNumber("GENESYS_CLOUD_LOADER_CONCURRENCY", requests))
      }),
      make
    )
  ),
  { services: [ChatsClient], config: configProviderOf }
)

/**
 * Gets a message of a conversation by its id; look-ups made together become one request.
 *
 * It goes through the {@link MessageLoader} that is provided, or else through one with the defaults that all
 * look-ups of a client share. Look-ups that Effect makes as one batch, as in the example, become one request for
 * each `max` ids of a conversation, and an id that is being looked up already, by any fiber, is not asked for
 * again.
 *
 * An id that is not there fails alone, with {@link MessageNotFound}. If the service answers 404 or 400 to a request
 * for several ids, it is split until it is known which of them it was: at most two requests for each of its ids. A
 * message that does not decode fails alone as well, with `DecodeError`.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conversation, MessageId, MessageLoader, RoomJid } from "effect-genesys-chats"
 *
 * const room = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))
 * const program = Effect.forEach(
 *   ["5d0f", "6e1a"].map((id) => MessageId.make(id)),
 *   (id) => MessageLoader.get(room, id).pipe(Effect.catchTag("MessageNotFound", () => Effect.succeed(undefined))),
 *   { batching: true }
 * )
 * ```
 * @since 0.1.0
 * @category accessors
 */
export const get: {
  /** Gets a message of a conversation by its id; look-ups made together become one request. */
  (
    messageId: MessageId
  ): (conversation: Conversation.Conversation) => Effect.Effect<ChatMessageResponse, LoadError, ChatsClient>
  /** Gets a message of a conversation by its id; look-ups made together become one request. */
  (
    conversation: Conversation.Conversation,
    messageId: MessageId
  ): Effect.Effect<ChatMessageResponse, LoadError, ChatsClient>
} = dual(2, (conversation: Conversation.Conversation, messageId: MessageId) =>
  Effect.flatMap(Effect.serviceOption(MessageLoader), (provided) =>
    Option.isSome(provided)
      ? provided.value.get(conversation, messageId)
      : Effect.flatMap(ChatsClient, (client) => shared(client).get(conversation, messageId))
  )
)

type Client = Context.Tag.Service<typeof ChatsClient>

/** One loader for each client, so that look-ups from anywhere find each other. */
const loaders = new WeakMap<Client, Loader>()

const shared = (client: Client): Loader => {
  const existing = loaders.get(client)
  if (existing !== undefined) return existing
  const loader = loaderOver(client, settingsOf(undefined), undefined)
  loaders.set(client, loader)
  return loader
}

interface Settings {
  readonly max: number
  readonly concurrency: number
}

const settingsOf = (options: Options | undefined): Settings => ({
  max: Check.wholeNumber("MessageLoader.make: max", options?.max ?? 50, ids),
  concurrency: Check.wholeNumber("MessageLoader.make: concurrency", options?.concurrency ?? 4, requests)
})

const makeCache = ({ capacity, timeToLive }: NonNullable<Options["cache"]>): Effect.Effect<MessageCache> =>
  Cache.make({
    capacity: Check.wholeNumber("MessageLoader.make: cache.capacity", capacity, { least: 1, infinite: true }),
    timeToLive: Check.duration("MessageLoader.make: cache.timeToLive", timeToLive, { least: 1, infinite: true }),
    // messages are put in, and never looked up by the cache itself
    lookup: (_: string): Effect.Effect<ChatMessageResponse> => Effect.never
  })

type MessageCache = Cache.Cache<string, ChatMessageResponse>

const loaderOver = (client: Client, settings: Settings, cache: MessageCache | undefined): Loader => {
  const fetch = fetchMessages(client, {
    ...settings,
    notFound: ({ conversation, messageId }) =>
      new MessageNotFound({ conversation, messageId }, { disableValidation: true })
  })
  const resolver = makeResolver<Wanted, ChatMessageResponse, LoadError, LoadMessage>({
    span: "MessageLoader.batch",
    fetch,
    nameOf,
    cache
  })
  return {
    get: dual(2, (conversation: Conversation.Conversation, messageId: MessageId) =>
      Effect.request(new LoadMessage({ conversation, messageId }), resolver)
    )
  }
}
