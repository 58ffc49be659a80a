import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { type InboxError, conversation as conversationOf, items } from "../conversation/inbox/items.js"
import type { Conversation } from "../conversation/model.js"
import type * as Endpoint from "../Endpoint.js"
import { Gap, Heard as HeardOf } from "../live/service.js"
import type { Heard } from "./follow.js"
import { patiently } from "../client/patiently.js"

/** When each conversation had its last message, epoch milliseconds. */
type LastMessages = ReadonlyMap<string, number>

const keyOf = (conversation: Conversation): string =>
  conversation._tag === "Room" ? conversation.jid : conversation.userId

/** Those of which the list does not say when their last message was are not heard by it. */
const lastMessages: Effect.Effect<LastMessages, InboxError, Endpoint.ChatsClient> = Effect.map(
  Stream.runCollect(items()),
  (all) =>
    new Map(
      [...all].flatMap((item) => {
        const key = Option.map(conversationOf(item), keyOf)
        const date = item.dateLastMessage?.epochMillis
        return Option.isSome(key) && date !== undefined ? [[key.value, date] as const] : []
      })
    )
)

const gap = (reason: "Connected" | "Disconnected") => new Gap({ topic: "", reason })

/** More is never behind: what is told is taken in at once. */
const capacity = 16

/**
 * Asks again and again which conversations have a new message, and tells those who listen to one. What
 * the list does not have is heard by nobody, until it has it; where the list cannot be had at all there is
 * nothing to listen to.
 */
export const listenToInbox = (
  every: number,
  slowest: number
): Effect.Effect<(conversation: Conversation) => Heard | undefined, never, Scope.Scope | Endpoint.ChatsClient> =>
  Effect.gen(function* () {
    const queues = new Map<string, Queue.Queue<HeardOf | Gap>>()
    const first = yield* Effect.option(patiently(lastMessages, every))
    if (Option.isNone(first)) return () => undefined
    const end = Effect.suspend(() => Effect.forEach(queues.values(), Queue.shutdown, { discard: true }))
    const look = (before: LastMessages, pace: number): Effect.Effect<never, unknown, Endpoint.ChatsClient> =>
      Effect.sleep(pace).pipe(
        Effect.zipRight(patiently(lastMessages, every)),
        Effect.flatMap((now) => {
          let changed = false
          for (const [key, queue] of queues) {
            const news = newsOf(before.get(key), now.get(key))
            if (news === undefined) continue
            queue.unsafeOffer(news)
            changed = true
          }
          return look(now, changed ? every : Math.min(slowest, pace * 1.5))
        })
      )
    yield* Effect.forkScoped(Effect.catchAll(look(first.value, every), () => end))
    return (conversation) => {
      const key = keyOf(conversation)
      const queue = queues.get(key) ?? Effect.runSync(Queue.sliding<HeardOf | Gap>(capacity))
      queues.set(key, queue)
      return { stream: Stream.fromQueue(queue), live: first.value.has(key) }
    }
  })

const newsOf = (before: number | undefined, now: number | undefined): HeardOf | Gap | undefined => {
  if (before === now) return undefined
  if (now === undefined) return gap("Disconnected")
  return before === undefined ? gap("Connected") : new HeardOf({ messageId: undefined })
}
