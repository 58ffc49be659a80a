import type * as HttpClient from "@effect/platform/HttpClient"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type { Email, GroupId, MessageId, RoomJid, UserId, UserJid } from "../../domain/Ids.js"
import type { ChatMessageResponse } from "../../domain/Message.js"
import type { Room } from "../../domain/Room.js"
import type { Faults } from "../faults/Faults.js"
import type { ChannelState } from "./channels/ChannelState.js"
import type { EventOptions } from "./channels/options.js"
import type { RateLimitOptions } from "./options.js"
import type { ReceivedRequest } from "./requestLog.js"
import type { Snapshot } from "./Snapshot.js"

/**
 * A user of the emulated org. A client's bot is one too.
 *
 * @since 0.1.0
 * @category models
 */
export interface User {
  readonly id: UserId
  readonly jid: UserJid
  readonly name: string
  readonly email: Email
}

/**
 * A group of the emulated org, and the JID of its room.
 *
 * @since 0.1.0
 * @category models
 */
export interface Group {
  readonly id: GroupId
  readonly name: string
  readonly roomJid: RoomJid
}

/**
 * An OAuth client of the emulated org, and the bot user that it posts as.
 *
 * @since 0.1.0
 * @category models
 */
export interface Client {
  readonly clientId: string
  readonly clientSecret: Redacted.Redacted
  readonly bot: User
}

/**
 * Everything, or a list of permissions as `"chat:room:view"`.
 *
 * @since 0.1.0
 * @category models
 */
export type PermissionSet = "all" | ReadonlyArray<string>

/**
 * A room by its JID, or a 1on1 by its two users, in either order.
 *
 * @since 0.1.0
 * @category models
 */
export type ConversationRef = RoomJid | readonly [UserId, UserId]

/**
 * A room as the API shows it, and who is in it.
 *
 * @since 0.1.0
 * @category models
 */
export interface RoomState {
  readonly room: Room
  readonly participants: ReadonlyArray<User>
}

/**
 * The notification channels of an emulator.
 *
 * @since 0.1.0
 * @category models
 */
export interface ChannelControl {
  /** How many sockets are open. */
  readonly sockets: Effect.Effect<number>
  /** The channels that are open, in the order they were opened. */
  readonly list: Effect.Effect<ReadonlyArray<ChannelState>>
  /** The topics subscribed to, channel by channel. */
  readonly topics: Effect.Effect<ReadonlyArray<string>>
  /** Changes which topics there are, and how events go wrong. */
  readonly setEvents: (options: EventOptions) => Effect.Effect<void>
  /** Sends a frame to all sockets, whatever it holds. */
  readonly send: (data: string | Uint8Array) => Effect.Effect<void>
  /** Tells all sockets that they will be closed (`v2.system.socket_closing`). */
  readonly announceClosing: Effect.Effect<void>
  /** Closes all sockets with a code. Default 1001. */
  readonly close: (code?: number) => Effect.Effect<void>
  /** Ends all connections without a word. */
  readonly terminate: Effect.Effect<void>
  /** Forgets all channels, as after their 24 hours. */
  readonly forget: Effect.Effect<void>
  /** Forgets one channel by its id; does nothing if it is not there. */
  readonly expire: (channelId: string) => Effect.Effect<void>
}

/**
 * The control of an emulator: seed it, inspect it, reset it, fork it, move its clock. Naming a user, client or room
 * that is not there is a defect, because it is a mistake in the test.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** The base URL of API and login alike. In memory a placeholder: any origin is answered. */
  readonly url: string
  /** The default client's id. */
  readonly clientId: string
  /** The default client's secret. */
  readonly clientSecret: Redacted.Redacted
  /** The user as whom the default client posts. */
  readonly bot: User
  /** Sends requests to this emulator without a socket, also where it has a server. */
  readonly httpClient: HttpClient.HttpClient

  /** Makes a `WebSocket` to this emulator's channels without a socket, also where it has a server. */
  readonly webSocket: (url: string) => WebSocket
  /** The notification channels, and what can go wrong with them. */
  readonly channels: ChannelControl

  /**
   * Adds a user. Default permissions: all. The default address is made of the name: `alice@acme.example`. An
   * address may be given to several users. The default `state` is `"active"`; `"inactive"` and `"deleted"` users
   * are found only by requests that ask for them.
   */
  readonly addUser: (options?: {
    readonly name?: string | undefined
    readonly email?: string | undefined
    readonly state?: string | undefined
    readonly permissions?: PermissionSet | undefined
  }) => Effect.Effect<User>
  /** Changes what the directory says of a user. What is left out stays. */
  readonly updateUser: (
    userId: UserId,
    changes: {
      readonly name?: string | undefined
      readonly email?: string | undefined
      readonly state?: string | undefined
    }
  ) => Effect.Effect<User>
  /** Adds an OAuth client with its bot. Default: a drawn id and secret, all permissions. */
  readonly addClient: (options?: {
    readonly clientId?: string | undefined
    readonly clientSecret?: Redacted.Redacted | undefined
    readonly permissions?: PermissionSet | undefined
  }) => Effect.Effect<Client>
  /** Adds an adhoc room. The default owner is the first participant. */
  readonly addRoom: (options: {
    readonly subject: string
    readonly description?: string | undefined
    readonly participants: ReadonlyArray<UserId>
    readonly owners?: ReadonlyArray<UserId> | undefined
  }) => Effect.Effect<RoomJid>
  /** Adds a group with its room. The default owner is the first member. */
  readonly addGroup: (options: {
    readonly name: string
    readonly members: ReadonlyArray<UserId>
    readonly owners?: ReadonlyArray<UserId> | undefined
  }) => Effect.Effect<Group>
  /** Adds a group by its room: its `id` is the group's id and no room JID. */
  readonly addGroupRoom: (options: {
    readonly name: string
    readonly participants: ReadonlyArray<UserId>
    readonly owners?: ReadonlyArray<UserId> | undefined
  }) => Effect.Effect<{ readonly jid: RoomJid; readonly id: GroupId }>
  /** Closes a conversation in a user's list, until a message is posted in it. */
  readonly closeChat: (userId: UserId, conversation: ConversationRef) => Effect.Effect<void>
  /**
   * Adds so many messages at once, `interval` (default 1 minute) apart, the last one an interval
   * ago; gives their ids, oldest first. The default author is the first participant, or the first
   * of the two users.
   */
  readonly seedMessages: (
    conversation: ConversationRef,
    count: number,
    options?: {
      readonly author?: UserId | undefined
      readonly interval?: Duration.DurationInput | undefined
      readonly message?: ((index: number) => string) | undefined
    }
  ) => Effect.Effect<ReadonlyArray<MessageId>>

  /** What a user may do from now on, with the tokens held already too. */
  readonly setPermissions: (userId: UserId, permissions: PermissionSet) => Effect.Effect<void>
  /** What a client may do with its own tokens from now on. */
  readonly setClientPermissions: (clientId: string, permissions: PermissionSet) => Effect.Effect<void>
  /**
   * Issues an access token with the user's context. `permissions` narrows it; `expiresIn` is the
   * lifetime (default: the emulator's).
   */
  readonly issueToken: (
    userId: UserId,
    options?: {
      readonly clientId?: string | undefined
      readonly expiresIn?: Duration.DurationInput | undefined
      readonly permissions?: PermissionSet | undefined
    }
  ) => Effect.Effect<Redacted.Redacted>
  /** Issues a refresh token. A public client (PKCE) refreshes it without a secret. */
  readonly issueRefreshToken: (
    userId: UserId,
    options?: {
      readonly clientId?: string | undefined
      readonly publicClient?: boolean | undefined
    }
  ) => Effect.Effect<Redacted.Redacted>
  /** Issues an authorization code, as the login page does: good for 5 minutes and one try. */
  readonly issueCode: (
    userId: UserId,
    options: {
      readonly redirectUri: string
      readonly clientId?: string | undefined
      /** The S256 challenge of PKCE. */
      readonly codeChallenge?: string | undefined
    }
  ) => Effect.Effect<Redacted.Redacted>
  /** Issues a SAML2 assertion that stands for the user. */
  readonly issueAssertion: (userId: UserId) => Effect.Effect<Redacted.Redacted>
  /** Lets all access tokens expire now. */
  readonly expireTokens: Effect.Effect<void>

  /** All users, bots too, in the order they were added. */
  readonly users: Effect.Effect<ReadonlyArray<User>>
  /** A room and its participants. */
  readonly room: (jid: RoomJid) => Effect.Effect<Option.Option<RoomState>>
  /** All messages of a conversation, oldest first. */
  readonly messages: (conversation: ConversationRef) => Effect.Effect<ReadonlyArray<ChatMessageResponse>>
  /** The messages pinned in a conversation. */
  readonly pins: (conversation: ConversationRef) => Effect.Effect<ReadonlyArray<MessageId>>
  /** The requests received, oldest first, up to the log's capacity. */
  readonly requests: Effect.Effect<ReadonlyArray<ReceivedRequest>>
  /** Forgets the requests received. */
  readonly clearRequests: Effect.Effect<void>

  /** Moves the emulator's own clock forward; otherwise it follows Effect's `Clock`. */
  readonly adjustClock: (duration: Duration.DurationInput) => Effect.Effect<void>
  /** Changes the rate limit of the API. */
  readonly setRateLimit: (limit: RateLimitOptions | "unlimited") => Effect.Effect<void>
  /** The plan of failures: it prints itself, with its seed. */
  readonly faults: Effect.Effect<Faults>
  /** Changes the plan of failures, and starts it from its beginning. */
  readonly setFaults: (faults: Faults) => Effect.Effect<void>

  /** The state as it is, to `reset` to. */
  readonly snapshot: Effect.Effect<Snapshot>
  /**
   * Goes back to a snapshot, or to the state in which the emulator began: users, rooms, messages,
   * tokens, rate windows and clock. The plan of failures starts over and the log is empty.
   */
  readonly reset: (snapshot?: Snapshot) => Effect.Effect<void>
  /** An independent emulator in memory with a copy of the state: what happens to one does not happen to the other. */
  readonly fork: Effect.Effect<Service>
}
