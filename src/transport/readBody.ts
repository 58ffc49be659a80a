import type { ResponseError } from "@effect/platform/HttpClientError"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/** What can be unpacked. */
export const acceptEncoding = "identity"

/** A body that is longer than it may be. */
export class BodyTooLong {
  readonly _tag = "BodyTooLong"
  constructor(readonly limit: number) {}
}

/** Bytes as they come, up to a limit; `over` where there were more. */
interface Collected {
  readonly chunks: Array<Uint8Array>
  size: number
  over: boolean
}

const collect = (response: HttpClientResponse, into: Collected, limit: number): Effect.Effect<void, ResponseError> =>
  response.stream.pipe(
    Stream.takeUntil((chunk) => {
      into.chunks.push(into.size + chunk.length > limit ? chunk.subarray(0, limit - into.size) : chunk)
      into.over = into.size + chunk.length > limit
      into.size = Math.min(limit, into.size + chunk.length)
      return into.over
    }),
    Stream.runDrain,
    // the error is handled; what Effect would log of it holds the URL, ids and all
    Effect.withUnhandledErrorLogLevel(Option.none()),
    Effect.catchIf(
      (error) => error.reason === "EmptyBody",
      () => Effect.void
    )
  )

const text = ({ chunks, size }: Collected): string => {
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return new TextDecoder().decode(bytes)
}

/**
 * The text of a body of at most `limit` bytes. A reply that says its length, and
 * whose bytes are not packed, cannot be longer: the transport's own reader is
 * cheapest for it. All others are counted as they come.
 */
export const readText = (
  response: HttpClientResponse,
  limit: number
): Effect.Effect<string | BodyTooLong, ResponseError> => {
  const length = Number(response.headers["content-length"] ?? Number.NaN)
  if (length > limit) return Effect.as(discard(response), new BodyTooLong(limit))
  if (length >= 0 && response.headers["content-encoding"] === undefined) return response.text
  const collected: Collected = { chunks: [], size: 0, over: false }
  return Effect.map(collect(response, collected, limit), () =>
    collected.over ? new BodyTooLong(limit) : text(collected)
  )
}

/**
 * As much text as comes within `limit` bytes and `patience`, however the body ends:
 * a status is never lost to a body that breaks off or stalls.
 */
export const readSomeText = (
  response: HttpClientResponse,
  limit: number,
  patience: Duration.Duration
): Effect.Effect<string> =>
  Effect.suspend(() => {
    const collected: Collected = { chunks: [], size: 0, over: false }
    return collect(response, collected, limit).pipe(
      Effect.timeoutOption(patience),
      Effect.ignore,
      Effect.map(() => text(collected))
    )
  })

/** Ends a body that nobody wants, so that its connection is free again. */
export const discard = (response: HttpClientResponse): Effect.Effect<void> =>
  Effect.asVoid(readSomeText(response, 64 * 1024, Duration.seconds(1)))
