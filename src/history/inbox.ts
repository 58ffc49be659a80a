import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type * as ChatsError from "../ChatsError.js"
import { hintOf, isTransient } from "../client/transient.js"
import type { Conversation } from "../conversation/model.js"
import * as Endpoint from "../Endpoint.js"
import { lazySchema } from "../internal/lazySchema.js"
import { optional } from "../internal/schema.js"
import { Heard as HeardOf } from "../live/service.js"
import type { Heard } from "./follow.js"

const Items = lazySchema(() => {
  const withId = Schema.Struct({ id: optional(Schema.String) })
  return Schema.Struct({
    entities: optional(
      Schema.Array(
        Schema.Struct({
          dateLastMessage: optional(Schema.String),
          user: optional(withId),
          room: optional(Schema.Struct({ jid: optional(Schema.String) }))
        })
      )
    ),
    nextUri: optional(Schema.String)
  })
})

/** All conversations of the token's user, with the dates of their last messages: one request for many. */
const getUsersChatsMe = Endpoint.make("getUsersChatsMe", {
  method: "GET",
  path: "/api/v2/users/chats/me",
  pathParameters: {},
  query: { after: optional(Schema.String) },
  success: Items,
  permissions: ["chat:chat:access", "user:chats:view"]
})

type LastMessages = ReadonlyMap<string, string>

/** What the API's own pages are counted by, so that a cursor that goes round in circles ends. */
const maxPages = 100

const lastMessages: Effect.Effect<
  LastMessages,
  Endpoint.Endpoint.Error<typeof getUsersChatsMe>,
  Endpoint.ChatsClient
> = Effect.gen(function* () {
  const dates = new Map<string, string>()
  let after: string | undefined
  for (let page = 0; page < maxPages; page++) {
    const { entities = [], nextUri } = yield* getUsersChatsMe(after === undefined ? {} : { after })
    for (const { dateLastMessage = "", room, user } of entities) {
      const id = room?.jid ?? user?.id
      if (id !== undefined) dates.set(id, dateLastMessage)
    }
    const next =
      nextUri === undefined
        ? undefined
        : (new URL(nextUri, "https://api.invalid").searchParams.get("after") ?? undefined)
    if (next === undefined || next === after) break
    after = next
  }
  return dates
})

const keyOf = (conversation: Conversation): string =>
  conversation._tag === "Room" ? conversation.jid : conversation.userId

/**
 * Asks again and again which conversations have a new message, and tells those who listen to one. What
 * the inbox does not have, and all where it cannot be had, is heard by nobody: `undefined`.
 */
export const listenToInbox = (
  every: number,
  slowest: number
): Effect.Effect<(conversation: Conversation) => Heard | undefined, never, Scope.Scope | Endpoint.ChatsClient> =>
  Effect.gen(function* () {
    const queues = new Map<string, Queue.Queue<HeardOf>>()
    const first = yield* Effect.option(patiently(lastMessages, every))
    if (first._tag === "None") return () => undefined
    const end = Effect.suspend(() => Effect.forEach(queues.values(), Queue.shutdown, { discard: true }))
    const look = (before: LastMessages, pace: number): Effect.Effect<never, unknown, Endpoint.ChatsClient> =>
      Effect.sleep(pace).pipe(
        Effect.zipRight(patiently(lastMessages, every)),
        Effect.flatMap((now) => {
          const changed = [...now].filter(([key, date]) => before.get(key) !== date && queues.has(key))
          for (const [key] of changed) queues.get(key)?.unsafeOffer(new HeardOf({ messageId: undefined }))
          return look(now, changed.length > 0 ? every : Math.min(slowest, pace * 1.5))
        })
      )
    yield* Effect.forkScoped(Effect.catchAll(look(first.value, every), () => end))
    return (conversation) => {
      const key = keyOf(conversation)
      if (!first.value.has(key)) return undefined
      const queue = queues.get(key) ?? Effect.runSync(Queue.sliding<HeardOf>(1))
      queues.set(key, queue)
      return { stream: Stream.fromQueue(queue), live: true }
    }
  })

/** A failure that passes is waited out. */
const patiently = <A, E extends ChatsError.ChatsError, R>(
  effect: Effect.Effect<A, E, R>,
  every: number
): Effect.Effect<A, E, R> => {
  const ask = (failures: number): Effect.Effect<A, E, R> =>
    Effect.catchAll(effect, (error) =>
      isTransient(error)
        ? Effect.zipRight(Effect.sleep(hintOf(error) + Math.min(every * 2 ** failures, 60_000)), ask(failures + 1))
        : Effect.fail(error)
    )
  return ask(0)
}
