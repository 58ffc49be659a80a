import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import { unlogged } from "../internal/effect/fiber.js"
import { withMaxBodySize } from "../internal/effect/httpBody.js"
import { type HttpClientError, isEmptyBody } from "../internal/effect/httpErrors.js"
import { toPull } from "../internal/effect/stream.js"
import { BodyTooLong, isBounded } from "./bounded.js"
import { type Bytes, type CannotUnpack, Chunks, codingsOf, unpack } from "./unpack.js"

export { BodyTooLong } from "./bounded.js"
export { acceptEncoding, CannotUnpack } from "./unpack.js"

/**
 * The text of a body of at most `limit` bytes, packed and unpacked, or why there is none. A reply that
 * says its length, and is not packed, cannot be longer: the transport's own reader is cheapest for
 * it. So it is where that reader heeds a limit itself. All others are counted as they stream.
 */
export const readText = (
  response: HttpClientResponse,
  limit: number
): Effect.Effect<string | BodyTooLong | CannotUnpack, HttpClientError> => {
  const { headers } = response
  const coding = headers["content-encoding"]
  const codings = coding === undefined ? [] : codingsOf(coding)
  const length = Number(headers["content-length"] ?? Number.NaN)
  if (codings.length > 0) return Effect.map(readPacked(response, codings, limit), textOrFailure(limit))
  if (length > limit) return Effect.as(discard(response), new BodyTooLong(limit))
  if (isBounded(response)) return length >= 0 ? response.text : within(response.text, limit)
  return length >= 0 && !wasRead(response)
    ? Effect.map(response.text, withoutMark)
    : Effect.map(collect(response, new Chunks(limit)), textOrFailure(limit))
}

/**
 * As much text as comes within `limit` bytes and `patience`, however the body ends: a status is never
 * lost to a body that breaks off, stalls, or cannot be unpacked.
 */
export const readSomeText = (
  response: HttpClientResponse,
  limit: number,
  patience: Duration.DurationInput
): Effect.Effect<string> =>
  Effect.suspend(() => {
    const chunks = new Chunks(limit)
    return collect(response, chunks).pipe(
      Effect.timeoutOption(patience),
      Effect.ignore,
      Effect.flatMap(() => {
        const read = { bytes: chunks.concat(), over: false }
        return unpack(read, codingsOf(response.headers["content-encoding"] ?? ""), limit)
      }),
      Effect.map(({ bytes }) => utf8.decode(bytes))
    )
  })

/** Ends a body that nobody wants, so that its connection is free again. */
export const discard = (response: HttpClientResponse): Effect.Effect<void> =>
  collect(response, new Chunks(64 * 1024)).pipe(Effect.timeoutOption(Duration.seconds(1)), Effect.ignore)

const utf8 = new TextDecoder()

/** A decoder leaves out the byte order mark; Node's own streams do not. */
const withoutMark = (text: string): string => (text.startsWith("\uFEFF") ? text.slice(1) : text)

const textOrFailure =
  (limit: number) =>
  ({ bytes, failure, over }: Bytes): string | BodyTooLong | CannotUnpack =>
    failure ?? (over ? new BodyTooLong(limit) : utf8.decode(bytes))

const readPacked = (
  response: HttpClientResponse,
  codings: ReadonlyArray<string>,
  limit: number
): Effect.Effect<Bytes, HttpClientError> =>
  Effect.flatMap(readBytes(response, limit), (read) =>
    read.over ? Effect.succeed(read) : unpack(read, codings, limit)
  )

const readBytes = (response: HttpClientResponse, limit: number): Effect.Effect<Bytes, HttpClientError> =>
  isBounded(response)
    ? Effect.map(within(response.arrayBuffer, limit), (read) =>
        read instanceof BodyTooLong
          ? { bytes: new Uint8Array(0), over: true }
          : { bytes: new Uint8Array(read), over: false }
      )
    : collect(response, new Chunks(limit))

/** For a reader that heeds a limit itself. */
const within = <A>(
  read: Effect.Effect<A, HttpClientError>,
  limit: number
): Effect.Effect<A | BodyTooLong, HttpClientError> =>
  Effect.catchAll(withMaxBodySize(read, limit), (error) =>
    error.cause instanceof BodyTooLong ? Effect.succeed(error.cause) : Effect.fail(error)
  )

const collect = (response: HttpClientResponse, chunks: Chunks): Effect.Effect<Bytes, HttpClientError> =>
  wasRead(response) ? readBefore(response, chunks) : streamed(response, chunks)

/** Whether a client of the user's own has read the body, to log it for instance: then there is nothing to stream. */
const wasRead = (response: unknown): boolean => {
  // what the responses of @effect/platform and @effect/platform-node are made of
  if (Predicate.hasProperty(response, "original")) return wasRead(response.original)
  if (!Predicate.hasProperty(response, "source")) return false
  const { source } = response
  return isUsed(source) || (Predicate.hasProperty(source, "body") && isUsed(source.body))
}

const isUsed = (body: unknown): boolean =>
  (Predicate.hasProperty(body, "bodyUsed") && body.bodyUsed === true) ||
  (Predicate.hasProperty(body, "locked") && body.locked === true) ||
  (Predicate.hasProperty(body, "readableDidRead") && body.readableDidRead === true)

/** A reader keeps what it has read; another one fails, or waits for an end that has been. */
const readBefore = (response: HttpClientResponse, chunks: Chunks): Effect.Effect<Bytes> =>
  response.text.pipe(
    Effect.map((text) => new TextEncoder().encode(text)),
    Effect.catchAll(() => Effect.map(response.arrayBuffer, (bytes) => new Uint8Array(bytes))),
    Effect.timeoutOption(Duration.seconds(1)),
    Effect.orElseSucceed(Option.none<Uint8Array>),
    Effect.map((bytes) => {
      if (Option.isSome(bytes)) chunks.push(bytes.value)
      return { bytes: chunks.concat(), over: chunks.over }
    })
  )

const streamed = (response: HttpClientResponse, chunks: Chunks): Effect.Effect<Bytes, HttpClientError> =>
  Effect.scoped(
    Effect.flatMap(toPull(response.stream), (pull) => {
      const next: Effect.Effect<void, Option.Option<HttpClientError>> = Effect.flatMap(pull, (arrived) =>
        arrived.every((chunk) => chunks.push(chunk)) ? next : Effect.void
      )
      // the error is handled; what Effect would log of it holds the URL, ids and all
      return unlogged(next)
    })
  ).pipe(
    Effect.catchAll((end) => (Option.isSome(end) && !isEmptyBody(end.value) ? Effect.fail(end.value) : Effect.void)),
    Effect.map(() => ({ bytes: chunks.concat(), over: chunks.over }))
  )
