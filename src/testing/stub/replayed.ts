import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { ChatsError } from "../../ChatsError.js"
import { fromResponse } from "../../client/fromResponse.js"
import { encodeInput } from "../../client/operation.js"
import { decodeError } from "../../client/reply.js"
import { codecOf } from "../../codec/codec.js"
import type { Description } from "../../declaration.js"
import { bodyText, type Recording } from "../recorder/recording.js"
import { Replayer, type Reply, requestOf } from "../recorder/replay.js"
import type { Answer } from "./stub.js"

/** Answers as was recorded, each time from the beginning. */
export const replayed = (recording: Recording): Answer => {
  const replayer = new Replayer(recording)
  return (endpoint, input) =>
    Effect.suspend(() => {
      const encoded = encodeInput(endpoint, input)
      if (Either.isLeft(encoded)) return Effect.fail(encoded.left)
      const { body = "", pathAndQuery } = encoded.right
      const sent = { method: endpoint.method, headers: { "content-type": "application/json" } }
      const url = new URL(pathAndQuery, "http://recorded.invalid")
      return Either.match(replayer.outcome(requestOf(sent, url, new TextEncoder().encode(body))), {
        onLeft: Effect.die,
        onRight: (reply) => valueOf(endpoint, reply)
      })
    })
}

const valueOf = (endpoint: Description, { body, headers, status }: Reply): Effect.Effect<unknown, ChatsError> =>
  Effect.suspend((): Effect.Effect<unknown, ChatsError> => {
    const text = bodyText(body) ?? ""
    if (status < 200 || status > 299) {
      return Effect.clockWith((clock) =>
        Effect.fail(fromResponse(endpoint, { status, headers, text, now: clock.unsafeCurrentTimeMillis() }))
      )
    }
    if (endpoint.success === undefined) return Effect.void
    return Either.mapLeft(codecOf(endpoint).decode(text), (issues) =>
      decodeError(endpoint, { status, correlationId: headers["inin-correlation-id"] }, issues)
    )
  })
