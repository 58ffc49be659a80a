/** Values of the library as JSON. */
import * as Chunk from "effect/Chunk"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { Json, PlainError, Reply } from "./protocol.js"

/** Dates as ISO text, durations as milliseconds, secrets as their text, an `Option` as its value or `null`. */
export const plain = (value: unknown): Json => {
  if (value === undefined || value === null) return null
  if (typeof value === "string" || typeof value === "boolean") return value
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value)
  if (typeof value !== "object") return String(value)
  if (Redacted.isRedacted(value)) return plain(Redacted.value(value))
  if (DateTime.isDateTime(value)) return DateTime.formatIso(value)
  if (Duration.isDuration(value)) return plain(Duration.toMillis(value))
  if (Option.isOption(value)) return plain(Option.getOrNull(value))
  if (Chunk.isChunk(value)) return Array.from(value, plain)
  if (value instanceof Map) return Array.from(value, plain)
  if (Array.isArray(value) || value instanceof Set) return Array.from(value, plain)
  const fields = Object.entries(value).filter(([, field]) => field !== undefined && typeof field !== "function")
  return Object.fromEntries(fields.map(([key, field]) => [key, plain(field)]))
}

/** The fields of an error. Of the cause, which is the transport's own, there is nothing: no two say the same. */
export const plainError = (error: unknown): PlainError => {
  if (typeof error !== "object" || error === null || !("_tag" in error)) throw error
  const { cause, stack, ...fields } = plain({ ...error }) as Record<string, Json>
  const message = "message" in error ? String(error.message) : ""
  return { ...fields, _tag: String(error._tag), message }
}

/** What an effect comes to. What it fails with and is no error of the library's is a defect. */
export const replyOf = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<Reply, never, R> =>
  Effect.match(effect, {
    onFailure: (error): Reply => ({ error: plainError(error) }),
    onSuccess: (value): Reply => ({ value: plain(value) })
  })
