import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { clientOf, message } from "./model.js"

/** Three messages share each millisecond, the next three are a second on. */
const first = Date.parse("2024-01-01T00:00:00.000Z")
const dateOf = (index: number): number => first + Math.floor(index / 3) * 1000
const indexFrom = (date: number): number => Math.max(0, Math.ceil((date - first) / 1000) * 3)

/** A room with any number of messages that are made when they are asked for; bounds are exclusive. */
export const endless = (count: number, after: "newest" | "nearest") => {
  let calls = 0
  const layer = clientOf(
    (_, input: { readonly before?: DateTime.Utc; readonly after?: DateTime.Utc; readonly limit: number }) =>
      Effect.sync(() => {
        calls++
        const from = input.after === undefined ? 0 : indexFrom(input.after.epochMillis + 1)
        const to = input.before === undefined ? count : Math.min(count, indexFrom(input.before.epochMillis))
        const nearest = input.after !== undefined && input.before === undefined && after === "nearest"
        const start = nearest ? from : Math.max(from, to - input.limit)
        const end = nearest ? Math.min(to, from + input.limit) : to
        return {
          entities: Array.from({ length: Math.max(0, end - start) }, (_, offset) =>
            message(end - 1 - offset, dateOf(end - 1 - offset))
          )
        }
      })
  )
  return { layer, calls: () => calls }
}
