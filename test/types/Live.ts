/**
 * What `Live`, `History.follow` with it and `followAll` give, fail with and need, and what an endpoint with a
 * whole body takes, pinned by hand. Nothing here runs.
 */
import type * as Socket from "@effect/platform/Socket"
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import {
  type ChatsClient,
  type ChatsError,
  type Conversation,
  type Domain,
  Endpoint,
  type History,
  type Live,
  type UserId
} from "effect-genesys-chats"

type Equal<X, Y> = (<T>() => T extends X ? 1 : 2) extends <T>() => T extends Y ? 1 : 2 ? true : false
type Expect<T extends true> = T
type Client = ChatsClient.ChatsClient
type LiveError = Live.TopicRejected | Live.TopicUnavailable | Live.ChannelFailed

export type Streams = [
  Expect<Equal<ReturnType<typeof Live.events>, Stream.Stream<Live.Event | Live.Gap, LiveError, Live.Live>>>,
  Expect<Equal<ReturnType<typeof Live.messages>, Stream.Stream<Live.MessageEvent | Live.Gap, LiveError, Live.Live>>>,
  Expect<Equal<Parameters<typeof Live.messages>, [conversation: Conversation.Conversation]>>,
  Expect<Equal<ReturnType<typeof Live.badges>, Stream.Stream<Live.BadgeEvent | Live.Gap, LiveError, Live.Live>>>,
  Expect<Equal<Parameters<typeof Live.badges>, [userId: UserId]>>,
  Expect<Equal<Live.LiveError, LiveError>>,
  Expect<Equal<ReturnType<typeof Live.fromTrigger>, Effect.Effect<Live.Event, ParseResult.ParseError>>>,
  Expect<Equal<ReturnType<typeof Live.fromEventBridge>, Effect.Effect<Live.Event, ParseResult.ParseError>>>,
  Expect<Equal<ReturnType<typeof Live.layer>, Layer.Layer<Live.Live, never, Client | Socket.WebSocketConstructor>>>,
  Expect<
    Equal<
      ReturnType<typeof Live.make>,
      Effect.Effect<Live.Service, never, Scope.Scope | Client | Socket.WebSocketConstructor>
    >
  >,
  // `Live` is used where it is there, and not needed
  Expect<
    Equal<
      ReturnType<typeof History.followAll>,
      Stream.Stream<
        { readonly conversation: Conversation.Conversation; readonly message: Domain.ChatMessageResponse },
        Conversation.FollowError,
        Client
      >
    >
  >
]

const postTopics = Endpoint.make("postTopics", {
  method: "POST",
  path: "/api/v2/channels/{channelId}",
  pathParameters: { channelId: Schema.String },
  body: Endpoint.wholeBody("topics", Schema.Array(Schema.NumberFromString)),
  permissions: []
})
type Sent = ChatsError.StatusError | ChatsError.TransportError | ChatsError.CredentialsError

export type WholeBody = [
  Expect<
    Equal<
      Parameters<typeof postTopics>,
      [input: { readonly channelId: string; readonly topics: ReadonlyArray<number> }]
    >
  >,
  Expect<Equal<ReturnType<typeof postTopics>, Effect.Effect<void, Sent | ChatsError.InvalidRequest, Client>>>
]

/** Each line must not compile, for the one reason that is given. */
export const refused = () => [
  // @ts-expect-error the body is not left out
  postTopics({ channelId: "1" }),
  // @ts-expect-error a body is one for the schema
  postTopics({ channelId: "1", topics: ["1"] })
]
