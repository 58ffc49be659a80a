import * as DateTime from "effect/DateTime"
import { describe } from "../faults/Faults.js"
import type { ReceivedRequest } from "./requestLog.js"

/** The longest that a wait or an attempt is drawn, in characters. */
const longest = 24

/** The log as text, a line for each attempt: those of one call below each other, with what lay between. */
export const waterfall = (requests: ReadonlyArray<ReceivedRequest>, nameOf: (userId: string) => string): string => {
  if (requests.length === 0) return "(no requests)"
  const ends = new Map<number, number>()
  const slowest = Math.max(1, ...requests.map(({ duration }) => duration ?? 0))
  return requests
    .map((request) => {
      const { attempt, call, duration, fault, index, method, operation, path, processedStatus, status, time, userId } =
        request
      const before = ends.get(call)
      const start = DateTime.toEpochMillis(time)
      ends.set(call, start + (duration ?? 0))
      const bar = "█".repeat(Math.max(1, Math.round((longest * (duration ?? 0)) / slowest)))
      return [
        attempt === 1 ? `#${index}` : `   ↳ attempt ${attempt} of #${call}, ${shown(start - (before ?? start))} later`,
        DateTime.formatIso(time).slice(11, 23),
        operation ?? "no endpoint",
        `${method} ${path}`,
        ...(userId === undefined ? [] : [`by ${nameOf(userId)}`]),
        `→ ${status ?? (duration === undefined ? "no reply yet" : "no reply")}`,
        ...(fault === undefined ? [] : [`(${describe(fault)})`]),
        ...(processedStatus === undefined ? ["not taken in"] : []),
        ...(duration === undefined ? [] : [bar, shown(duration)])
      ].join(" ")
    })
    .join("\n")
}

const shown = (millis: number): string =>
  millis < 1000 ? `${Math.round(millis)} ms` : `${(millis / 1000).toFixed(1)} s`
