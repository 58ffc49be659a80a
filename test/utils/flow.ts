/**
 * Calls through a flow control alone: a permit, a reply after a while, the permit back.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { FlowControl } from "effect-genesys-chats"

export const request = (more: Partial<FlowControl.Request> = {}): FlowControl.Request => ({
  operation: "getChatsSettings",
  method: "GET",
  patience: Duration.minutes(10),
  timeLeft: Duration.infinity,
  ...more
})

export const ok: FlowControl.Observation = { refused: false, retryAfter: undefined, limit: undefined }

/** What the headers say: `reset` in seconds. */
export const counted = (count: number, allowed: number, reset: number): FlowControl.Observation => ({
  ...ok,
  limit: { count, allowed, reset: reset * 1000 }
})

/** A 429, in seconds. */
export const refusedFor = (seconds: number, limit?: FlowControl.Observation["limit"]): FlowControl.Observation => ({
  refused: true,
  retryAfter: seconds * 1000,
  limit
})

/** Sends a request when it may; gives when that was, in milliseconds. */
export const send = (
  flow: FlowControl.Service,
  reply: FlowControl.Observation | Effect.Effect<FlowControl.Observation>,
  more?: Partial<FlowControl.Request>
): Effect.Effect<number, FlowControl.Refusal> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(restore(flow.acquire(request(more))), (permit) =>
      Effect.ensuring(
        restore(
          Effect.gen(function* () {
            const at = yield* Clock.currentTimeMillis
            yield* permit.observe(Effect.isEffect(reply) ? yield* reply : reply)
            return at
          })
        ),
        permit.release
      )
    )
  )
