/**
 * Input, value, errors and requirements of the directory's endpoints and of what is made of them,
 * pinned by hand, and the schemas against the vendor's own types. Nothing here runs.
 */
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import {
  type Address,
  type ChatsClient,
  type ChatsError,
  type Conversation,
  Directory,
  type DirectoryApi,
  type Domain,
  Email,
  type Endpoint,
  type GroupId,
  type Inbox,
  Mentions,
  type RoomJid,
  Rooms,
  type UserId,
  type UserJid
} from "effect-genesys-chats"
import type { Models } from "purecloud-platform-client-v2"

type Equal<X, Y> = (<T>() => T extends X ? 1 : 2) extends <T>() => T extends Y ? 1 : 2 ? true : false
type Expect<T extends true> = T

type Of<T> = T extends (...args: infer Args) => Effect.Effect<infer A, infer E, infer R> ? [Args, A, E, R] : never

type Sent = ChatsError.StatusError | ChatsError.TransportError | ChatsError.CredentialsError
type Both = Sent | ChatsError.InvalidRequest | ChatsError.DecodeError
type Client = ChatsClient.ChatsClient

export type Endpoints = [
  Expect<
    Equal<
      Of<typeof DirectoryApi.getUsers>,
      [
        [
          input: {
            readonly id?: ReadonlyArray<UserId> | undefined
            readonly jabberId?: ReadonlyArray<UserJid> | undefined
            readonly pageSize?: number | undefined
            readonly pageNumber?: number | undefined
            readonly state?: "active" | "inactive" | "deleted" | "any" | (string & {}) | undefined
          }
        ],
        Directory.UserEntityListing,
        Both,
        Client
      ]
    >
  >,
  Expect<Equal<Of<typeof DirectoryApi.getUser>, [[input: { readonly userId: UserId }], Directory.User, Both, Client]>>,
  Expect<Equal<Of<typeof DirectoryApi.getUsersMe>, [[], Directory.User, Sent | ChatsError.DecodeError, Client]>>,
  Expect<
    Equal<
      Endpoint.Endpoint.Input<typeof DirectoryApi.postUsersSearch>["query"],
      ReadonlyArray<Directory.UserSearchCriteria> | undefined
    >
  >,
  Expect<Equal<Endpoint.Endpoint.Success<typeof DirectoryApi.postUsersSearch>, Directory.UsersSearchResponse>>,
  Expect<Equal<Endpoint.Endpoint.Error<typeof DirectoryApi.postUsersSearch>, Both>>,
  Expect<
    Equal<Of<typeof DirectoryApi.getGroup>, [[input: { readonly groupId: GroupId }], Directory.Group, Both, Client]>
  >
]

type FindError = Exclude<Both, ChatsError.NotFound> | Directory.UserNotFound | Directory.AmbiguousUser

export type LookUps = [
  Expect<Equal<Of<typeof Directory.user>, [[email: Email | Address], Directory.KnownUser, FindError, Client]>>,
  Expect<Equal<Of<typeof Directory.userById>, [[userId: UserId], Directory.KnownUser, FindError, Client]>>,
  Expect<Equal<Of<typeof Directory.userByJid>, [[jid: UserJid], Directory.KnownUser, FindError, Client]>>,
  Expect<Equal<typeof Directory.me, Effect.Effect<Directory.KnownUser, FindError, Client>>>,
  Expect<
    Equal<
      Of<typeof Directory.group>,
      [[groupId: GroupId], Directory.Group, Exclude<Both, ChatsError.NotFound> | Directory.GroupNotFound, Client]
    >
  >,
  Expect<Equal<ReturnType<typeof Directory.roomOf>, Option.Option<Conversation.Room>>>,
  Expect<Equal<Rooms.OpenError, FindError | ChatsError.NotFound>>,
  Expect<Equal<ReturnType<typeof Inbox.stream>, Stream.Stream<Domain.ChatItem, Both, Client>>>,
  Expect<Equal<ReturnType<typeof Inbox.conversations>, Stream.Stream<Conversation.Conversation, Both, Client>>>,
  Expect<Equal<Of<typeof Inbox.roomOfGroup>, [[groupId: GroupId], RoomJid, Both | Inbox.GroupRoomNotFound, Client]>>
]

/** What of a definition the vendor's SDK does not declare; sent, though: the room of a group. */
type Undeclared<Own, Vendor> = Exclude<keyof Own, keyof Vendor>
export type FieldsAreTheVendors = [
  Expect<Equal<Undeclared<Directory.User, Models.User>, never>>,
  Expect<Equal<Undeclared<Directory.User, Models.UserMe>, never>>,
  Expect<Equal<Undeclared<Directory.UserEntityListing, Models.UserEntityListing>, never>>,
  Expect<Equal<Undeclared<Directory.UserSearchRequest, Models.UserSearchRequest>, never>>,
  Expect<Equal<Undeclared<Directory.UserSearchCriteria, Models.UserSearchCriteria>, never>>,
  Expect<Equal<Undeclared<Directory.UsersSearchResponse, Models.UsersSearchResponse>, never>>,
  Expect<Equal<Undeclared<Directory.Group, Models.Group>, "chat">>
]

declare const sdk: {
  readonly user: Models.User
  readonly group: Models.Group
  readonly found: Models.UsersSearchResponse
}
declare const email: Email
declare const text: string
declare const userId: UserId
declare const jid: UserJid
declare const user: Directory.User
declare const item: Domain.ChatItem
declare const participant: Domain.RoomParticipantResponse
declare const encoded: {
  readonly user: (value: typeof Directory.User.Encoded) => void
  readonly group: (value: typeof Directory.Group.Encoded) => void
  readonly found: (value: typeof Directory.UsersSearchResponse.Encoded) => void
}

/** These must compile. */
export const taken = () => [
  encoded.user(sdk.user),
  encoded.group(sdk.group),
  encoded.found(sdk.found),
  Rooms.open({ subject: "s", users: [userId, email, jid], owners: [email] }),
  Rooms.open({ subject: "s", users: [Email.make("alice@acme.example"), "bob@acme.example"] }),
  Directory.user("alice@acme.example"),
  Mentions.of([userId, jid, user, participant, ...(item.user === undefined ? [] : [item.user])])
]

/** Each line must not compile, for the one reason that is given. */
export const refused = () => [
  // @ts-expect-error what is not written like an address may be anything
  Rooms.open({ subject: "s", users: ["alice"] }),
  // @ts-expect-error a string of which nothing is known
  Rooms.open({ subject: "s", users: [text] }),
  // @ts-expect-error an address is nothing to be mentioned by
  Mentions.of([email])
]
