/**
 * Who is mentioned in a message: for one that is to be sent, and in one that came.
 *
 * The service takes mentions beside the text (`mentions`), as ids or JIDs of users. How a mention
 * is marked in the text itself is not published; the text is sent as it is.
 *
 * @since 0.1.0
 */
import { dual } from "effect/Function"
import { UserId, UserJid } from "../domain/Ids.js"
import { isJid } from "../domain/isJid.js"
import type { SendMessageBody } from "../domain/Message.js"

/**
 * Who can be mentioned: a user's id or JID, or anything that holds one of them, as a user of the
 * directory, a participant of a room, a reference to a user or the other user of a 1on1 does.
 *
 * @since 0.1.0
 * @category models
 */
export type Mentionable =
  | UserId
  | UserJid
  | {
      readonly id?: UserId | undefined
      readonly jid?: UserJid | undefined
      readonly chat?: { readonly jabberId?: UserJid | undefined } | undefined
      readonly user?: { readonly id?: UserId | undefined } | undefined
    }

/**
 * A message with its mentions: a map in replies of the API, a list in events. Both are read.
 *
 * @since 0.1.0
 * @category models
 */
export interface Mentioning {
  readonly mentions?:
    | { readonly [key: string]: string }
    | ReadonlyArray<{
        readonly entityId?: string | undefined
        readonly entityJid?: string | undefined
        readonly entityType?: string | undefined
      }>
    | null
    | undefined
}

/**
 * A user who is mentioned in a message that came, as far as it says who it is.
 *
 * @since 0.1.0
 * @category models
 */
export interface Mention {
  readonly userId: UserId | undefined
  readonly jid: UserJid | undefined
}

/**
 * The `mentions` of a message that is to be sent: each user once, by the id where there is one,
 * else by the JID. Who has neither is left out.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conversation, Directory, Email, Mentions, RoomJid } from "effect-genesys-chats"
 *
 * const room = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))
 * const program = Effect.gen(function* () {
 *   const alice = yield* Directory.user(Email.make("alice@acme.example"))
 *   yield* Conversation.send(room, { message: "@Alice, your turn", mentions: Mentions.of([alice]) })
 * })
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const of = (users: Iterable<Mentionable>): ReadonlyArray<UserId | UserJid> => {
  const mentioned = new Map<string, UserId | UserJid>()
  const knownBy = new Set<string>()
  for (const user of users) {
    const names = namesOf(user)
    const [first] = names
    if (first !== undefined && !names.some((name) => knownBy.has(name))) mentioned.set(first, first)
    for (const name of names) knownBy.add(name)
  }
  return [...mentioned.values()]
}

/**
 * A message that mentions users, for `Conversation.send`.
 *
 * @example
 * ```ts
 * import { Conversation, Mentions, RoomJid, UserId } from "effect-genesys-chats"
 *
 * const room = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))
 * const program = room.pipe(Conversation.send(Mentions.message("@Alice, your turn", [UserId.make("7f0e")])))
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const message = (text: string, users: Iterable<Mentionable>): SendMessageBody => ({
  message: text,
  mentions: of(users)
})

/**
 * The users who are mentioned in a message that came, each once. What the keys of the map in the
 * API's replies are is not published: ids and JIDs are found on either side of it. Rooms and
 * groups that are mentioned are left out.
 *
 * @example
 * ```ts
 * import { type Domain, Mentions } from "effect-genesys-chats"
 *
 * const userIds = (message: Domain.ChatMessageResponse) =>
 *   Mentions.inMessage(message).map(({ userId, jid }) => userId ?? jid)
 * ```
 * @since 0.1.0
 * @category getters
 */
export const inMessage = ({ mentions }: Mentioning): ReadonlyArray<Mention> => {
  const found = new Map<string, Mention>()
  for (const texts of entriesOf(mentions)) {
    const jid = texts.find(isUserJid)
    const userId = texts.find(isUuid)
    const key = userId ?? jid
    if (key === undefined) continue
    const before = found.get(key)
    found.set(key, {
      // not validated: an id that the service sent is checked when it is sent back
      userId: userId === undefined ? undefined : UserId.make(userId, { disableValidation: true }),
      jid: jid === undefined ? before?.jid : UserJid.make(jid, { disableValidation: true })
    })
  }
  return [...found.values()]
}

/**
 * Whether a received message mentions a user, by id or by JID.
 *
 * Either is enough, whichever is known of the user and whichever the message has.
 *
 * @example
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Conversation, History, Mentions, RoomJid, UserId } from "effect-genesys-chats"
 *
 * const me = UserId.make("7f0e")
 * const room = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))
 * const forMe = History.follow(room).pipe(Stream.filter(Mentions.includes(me)))
 * ```
 * @since 0.1.0
 * @category getters
 */
export const includes: {
  /** Whether a received message mentions a user, by id or by JID. */
  (user: Mentionable): (message: Mentioning) => boolean
  /** Whether a received message mentions a user, by id or by JID. */
  (message: Mentioning, user: Mentionable): boolean
} = dual(2, ({ mentions }: Mentioning, user: Mentionable): boolean => {
  const names: ReadonlyArray<string> = namesOf(user)
  return entriesOf(mentions).some((texts) => texts.some((text) => names.includes(text)))
})

/** The id first. */
const namesOf = (user: Mentionable): ReadonlyArray<UserId | UserJid> =>
  typeof user === "string"
    ? [user]
    : [user.id ?? user.user?.id, user.jid ?? user.chat?.jabberId].filter((name) => name !== undefined)

/** All that an entry says of whom it mentions. */
const entriesOf = (mentions: Mentioning["mentions"]): ReadonlyArray<ReadonlyArray<string>> => {
  if (mentions === undefined || mentions === null) return []
  if (!isList(mentions)) return Object.entries(mentions)
  return mentions
    .filter(({ entityType }) => entityType === undefined || entityType === "User")
    .map(({ entityId, entityJid }) => [entityId, entityJid].filter((text) => text !== undefined))
}

const isList = Array.isArray as (value: unknown) => value is ReadonlyArray<unknown>

const isUserJid = (text: string): boolean => isJid(text) && !text.includes("@conference.")

const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
