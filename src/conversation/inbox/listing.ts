import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as Chats from "../../Chats.js"
import type { Issue } from "../../ChatsError.js"
import { issues } from "../../codec/codec.js"
import { leniently } from "../../codec/leniently.js"
import { ChatItem } from "../../domain/Inbox.js"
import { lazySchema } from "../../internal/lazySchema.js"
import { optional } from "../../internal/schema.js"

/** A page of conversations. Where one of them does not decode it is left out, and said what is wrong with it. */
export interface Listing {
  readonly entities?: ReadonlyArray<ChatItem> | undefined
  readonly nextUri?: string | undefined
  readonly leftOut?: ReadonlyArray<ReadonlyArray<Issue>> | undefined
}

const Rough = lazySchema(() =>
  Schema.Struct({ entities: optional(Schema.Array(Schema.Unknown)), nextUri: optional(Schema.String) })
)

const Legible = lazySchema(() =>
  Schema.transform(
    Rough,
    Schema.declare((_: unknown): _ is Listing => true),
    {
      strict: false,
      decode: ({ entities = [], nextUri }): Listing => {
        const decoded = entities.map((item) => Schema.decodeUnknownEither(ChatItem)(item))
        return {
          entities: decoded.filter(Either.isRight).map(({ right }) => right),
          nextUri,
          leftOut: decoded.filter(Either.isLeft).map(({ left }) => issues(left))
        }
      },
      encode: () => ({})
    }
  )
)

/** As in `Chats`, but that an entry that does not decode costs that entry. */
export const getUsersChatsMe = leniently<Listing>(() => Legible)(Chats.getUsersChatsMe)
