import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type * as Endpoint from "../declaration.js"
import type { ChatMessageResponse } from "../domain/Message.js"
import { type FollowOptions, followSource, type Heard, settingsOf } from "../history/follow.js"
import { listenToInbox } from "../history/inbox.js"
import { Live } from "../live/service.js"
import type { FollowError } from "./history.js"
import type { Conversation } from "./model.js"
import { sourceOf } from "./source.js"

/** The documentation is at `History.followAll`. */
export const followAll = (
  conversations: Iterable<Conversation>,
  options?: FollowOptions
): Stream.Stream<
  { readonly conversation: Conversation; readonly message: ChatMessageResponse },
  FollowError,
  Endpoint.ChatsClient
> =>
  Stream.unwrapScoped(
    Effect.gen(function* () {
      const all = [...conversations]
      const { every, slowest } = settingsOf(options)
      const live = yield* Effect.serviceOption(Live)
      const hearing = Option.isSome(live)
        ? (conversation: Conversation) => ({ stream: live.value.heard(conversation), live: false })
        : yield* listenToInbox(every, slowest)
      const resync = all.length * share
      return Stream.mergeAll(
        all.map((conversation) =>
          Stream.map(
            followSource(sourceOf(conversation, options), options, withResync(hearing(conversation), resync)),
            (message) => ({
              conversation,
              message
            })
          )
        ),
        { concurrency: "unbounded" }
      )
    })
  )

/** While nothing is heard, the histories of all together are asked no more often than this, in milliseconds. */
const share = 3000

const withResync = (heard: Heard | undefined, resync: number): Heard | undefined =>
  heard === undefined ? undefined : { ...heard, resync }
