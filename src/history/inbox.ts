import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { conversation as conversationOf, type InboxError, items } from "../conversation/inbox/items.js"
import type { Conversation } from "../conversation/model.js"
import type * as Endpoint from "../declaration.js"
import { unlogged } from "../internal/effect/fiber.js"
import { collect } from "../internal/effect/stream.js"
import { patiently } from "../limits/patiently.js"
import { Gap, Heard as HeardOf } from "../live/service.js"
import type { Heard } from "./follow.js"

/** When each conversation had its last message, in epoch milliseconds. */
type LastMessages = ReadonlyMap<string, number>

interface Look {
  readonly dates: LastMessages
  /** How many requests it took. */
  readonly requests: number
}

const keyOf = (conversation: Conversation): string =>
  conversation._tag === "Room" ? conversation.jid : conversation.userId

/**
 * A conversation without a date has no message yet. But where none has a date, the service may not tell
 * them at all, so that nothing can be heard by them.
 */
const lookAtAll: Effect.Effect<Look, InboxError, Endpoint.ChatsClient> = Effect.suspend(() => {
  let requests = 0
  return Effect.map(unlogged(collect(items(undefined, () => requests++))), (all) => {
    const dates = new Map<string, number>()
    for (const item of all) {
      const key = Option.map(conversationOf(item), keyOf)
      if (Option.isSome(key)) dates.set(key.value, item.dateLastMessage?.epochMillis ?? noMessage)
    }
    const tells = [...dates.values()].some((date) => date !== noMessage)
    return { dates: tells ? dates : new Map<string, number>(), requests }
  })
})

const gap = (reason: "Connected" | "Disconnected") => new Gap({ topic: "", reason })

const noMessage = Number.NEGATIVE_INFINITY

/** More is never behind: what is told is taken in at once. */
const capacity = 16

/**
 * Asks again and again which conversations have a new message, and tells those who listen to one. `every`
 * is the time between two requests: a list of several pages is asked for as many times more seldom. What
 * the list does not have is heard by nobody, until it has it; where the list cannot be had at all there is
 * nothing to listen to.
 */
export const listenToInbox = (
  every: number,
  slowest: number
): Effect.Effect<(conversation: Conversation) => Heard | undefined, never, Scope.Scope | Endpoint.ChatsClient> =>
  Effect.gen(function* () {
    const queues = new Map<string, Queue.Queue<HeardOf | Gap>>()
    const first = yield* Effect.option(patiently(lookAtAll, every))
    if (Option.isNone(first)) return () => undefined
    const end = Effect.suspend(() => Effect.forEach(queues.values(), Queue.shutdown, { discard: true }))
    const lookAfter = (before: Look, pace: number): Effect.Effect<never, InboxError, Endpoint.ChatsClient> =>
      Effect.sleep(pace).pipe(
        Effect.zipRight(patiently(lookAtAll, every)),
        Effect.flatMap((now) => {
          let changed = false
          for (const [key, queue] of queues) {
            const news = newsOf(before.dates.get(key), now.dates.get(key))
            if (news === undefined) continue
            queue.unsafeOffer(news)
            changed = true
          }
          const fastest = every * now.requests
          return lookAfter(now, changed ? fastest : Math.max(fastest, Math.min(slowest, pace * 1.5)))
        })
      )
    yield* Effect.forkScoped(Effect.catchAll(lookAfter(first.value, every * first.value.requests), () => end))
    return (conversation) => {
      const key = keyOf(conversation)
      // who listens asks for it where nothing runs yet
      // @effect-diagnostics-next-line runEffectInsideEffect:off
      const queue = queues.get(key) ?? Effect.runSync(Queue.sliding<HeardOf | Gap>(capacity))
      queues.set(key, queue)
      return { stream: Stream.fromQueue(queue), live: first.value.dates.has(key) }
    }
  })

const newsOf = (before: number | undefined, now: number | undefined): HeardOf | Gap | undefined => {
  if (before === now) return undefined
  if (now === undefined) return gap("Disconnected")
  return before === undefined ? gap("Connected") : new HeardOf({ messageId: undefined })
}
