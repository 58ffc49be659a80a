import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Chats from "../Chats.js"
import { leniently } from "../codec/leniently.js"
import { decodedBy } from "../internal/effect/schema.js"
import { lazySchema } from "../internal/lazySchema.js"
import { optional } from "../internal/schema.js"
import { type Entry, entriesOf } from "./entry.js"

/*
 * The listings of messages, as they are declared in `Chats`, but that one message that does not
 * decode costs that message and not the page: where a page as a whole does not decode, its elements are
 * decoded one by one.
 */

export interface EntryListing {
  readonly entities?: ReadonlyArray<Entry>
}

const Rough = lazySchema(() => Schema.Struct({ entities: optional(Schema.Array(Schema.Unknown)) }))

const Entries = lazySchema(() =>
  Schema.transform(
    Rough,
    Schema.declare((_: unknown): _ is EntryListing => true),
    {
      strict: false,
      decode: ({ entities = [] }): EntryListing => ({ entities: entriesOf(entities) }),
      encode: () => ({ entities: [] })
    }
  )
)

/** A bare message, legible or not, is a listing of one. */
const EntriesOrEntry = lazySchema(() =>
  decodedBy<EntryListing>((json) =>
    Predicate.isRecord(json) && ["id", "dateCreated", "toJid", "jid", "body", "thread"].some((key) => key in json)
      ? Either.right({ entities: entriesOf([json]) })
      : Schema.decodeUnknownEither(Entries)(json)
  )
)

const entries = leniently<EntryListing>(() => Entries)

export const getChatsRoomMessages = entries(Chats.getChatsRoomMessages)
export const getChatsThreadMessages = entries(Chats.getChatsThreadMessages)
export const getChatsUserMessages = leniently<EntryListing>(() => EntriesOrEntry)(Chats.getChatsUserMessages)
export const getChatsRoomMessage = entries(Chats.getChatsRoomMessage)
export const getChatsUserMessage = entries(Chats.getChatsUserMessage)
