import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { defaultErrorBody } from "../emulator/defaultErrorBody.js"
import { type Answer, ConnectionLost, type WireReply } from "../emulator/wire.js"
import type { Fault } from "./Faults.js"

interface Context {
  readonly clock: Clock.Clock
  readonly correlationId: string
}

/** Does to a request what the fault says; `processed` is the request taken in and answered. */
export const inject = (
  fault: Fault,
  processed: Effect.Effect<Answer>,
  context: Context
): Effect.Effect<WireReply, ConnectionLost> => {
  switch (fault._tag) {
    case "Event":
    case "Pass":
      return Effect.map(processed, encode)
    case "Delay":
      return Effect.zipRight(context.clock.sleep(fault.duration), inject(fault.then, processed, context))
    case "Reply": {
      const reply = encode({
        status: fault.status,
        headers: { ...fault.headers, "inin-correlation-id": context.correlationId },
        body: fault.body ?? defaultErrorBody(fault.status, fault.headers["retry-after"], context.correlationId)
      })
      return fault.when === "after" ? Effect.as(processed, reply) : Effect.succeed(reply)
    }
    case "Reset": {
      const lost = Effect.fail(new ConnectionLost(fault.code))
      return fault.when === "after" ? Effect.zipRight(processed, lost) : lost
    }
    case "Stall":
      return fault.when === "after" ? Effect.zipRight(processed, Effect.never) : Effect.never
    case "StallBody":
      return Effect.flatMap(processed, (answer) =>
        answer.body === undefined
          ? Effect.never
          : Effect.succeed(withStream(answer, (bytes) => Stream.concat(first(bytes, fault.bytes), Stream.never)))
      )
    case "ResetBody":
      return Effect.flatMap(processed, (answer) =>
        answer.body === undefined
          ? Effect.fail(new ConnectionLost("ECONNRESET"))
          : Effect.succeed(
              withStream(answer, (bytes) =>
                Stream.concat(first(bytes, fault.bytes), Stream.fail(new ConnectionLost("ECONNRESET")))
              )
            )
      )
    case "SlowBody":
      return Effect.map(processed, (answer) =>
        answer.body === undefined
          ? encode(answer)
          : withStream(answer, (bytes) =>
              Stream.mapEffect(Stream.fromIterable(bytes), (byte) =>
                Effect.as(context.clock.sleep(fault.interval), Uint8Array.of(byte))
              )
            )
      )
    case "Truncate":
      return Effect.map(processed, (answer) => {
        const reply = encode(answer)
        return reply.body === undefined ? reply : { ...reply, body: reply.body.subarray(0, fault.bytes) }
      })
    case "ContentType":
      return Effect.map(processed, (answer) =>
        encode(
          answer.body === undefined
            ? answer
            : { ...answer, headers: { ...answer.headers, "content-type": fault.contentType } }
        )
      )
  }
}

type BytesReply = WireReply & { readonly body: Uint8Array | undefined }

const encode = (answer: Answer): BytesReply => ({
  ...answer,
  body: answer.body === undefined || bodiless.has(answer.status) ? undefined : new TextEncoder().encode(answer.body)
})

/** Statuses whose replies have no body. */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304])

const withStream = (
  answer: Answer,
  stream: (bytes: Uint8Array) => Stream.Stream<Uint8Array, ConnectionLost>
): WireReply => ({ ...answer, body: stream(new TextEncoder().encode(answer.body)) })

const first = (bytes: Uint8Array, count: number): Stream.Stream<Uint8Array> =>
  count <= 0 ? Stream.empty : Stream.succeed(bytes.subarray(0, count))
