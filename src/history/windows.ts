import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Backward from "./backward.js"
import { before, type Learned, start } from "./backward.js"
import type { Entry } from "./entry.js"
import { dateOf, type Source } from "./source.js"

/**
 * A way to read the oldest messages first that asks for no page with `after`, so that it is
 * right whatever such a page would hold: the time from `from` on is cut into windows, each
 * is read backwards and given the other way round. Windows widen where few messages are and
 * narrow where they hold more than a few pages, so that no more than these are in memory.
 */
export interface Windows {
  /** Everything before this time is done. */
  readonly from: number
  /** The messages dated `from` that are done already. */
  readonly known: ReadonlySet<string>
  /** The time at which to end; `undefined` until the newest message is known. */
  readonly until: number | undefined
  /** How long the next window is. */
  readonly width: number
  /** The oldest time at which a message is known to be. */
  readonly occupied: number | undefined
  /** The id of the very first message, where it is known: there is no need to look below it. */
  readonly bottom: string | undefined
  readonly learned: Learned
  /** Whether `from` is only where to begin to look: what is older still counts as well. */
  readonly open: boolean
}

export const make = (
  options: Pick<Windows, "from" | "known" | "until" | "bottom" | "learned"> & { readonly open?: boolean }
): Windows => ({
  ...options,
  open: options.open ?? false,
  width: 0,
  occupied: undefined
})

/** Messages, the oldest first, and how to go on. */
export type Batch<S> = readonly [messages: ReadonlyArray<Entry>, next: Option.Option<S>]

/** As a batch, with what was learned on the way, for a later reading of the same history. */
export interface Reading extends Pick<Windows, "bottom" | "learned"> {
  readonly batch: Batch<Windows>
}

export const next = <E extends { readonly _tag: string }, R>(
  source: Source<E, R>,
  windows: Windows,
  pageSize: number
): Effect.Effect<Reading, E, R> => {
  const end = windows.width === 0 ? windows.until : endOf(windows)
  return Effect.map(read(source, windows, end, pageSize), (found) => {
    const { learned } = found
    const bottom = found.bottom ?? windows.bottom
    const page = Math.min(pageSize, learned.largest)
    const reading = (messages: ReadonlyArray<Entry>, changes?: Partial<Windows>): Reading => ({
      batch: [messages, changes ? Option.some({ ...windows, learned, bottom, ...changes }) : Option.none()],
      learned,
      bottom
    })
    if (!found.complete) {
      const newest = end ?? found.newest + 1
      const half = Math.floor((newest - windows.from) / 2)
      const fitting = Math.floor((pagesInWindow * page * (newest - found.oldest)) / found.count)
      return reading([], {
        until: windows.until ?? newest,
        occupied: found.oldest,
        width: Math.max(1, Math.min(half, fitting))
      })
    }
    // nobody has dates before 1970 but by mistake or by import; where there are, they are messages too
    if (windows.open && found.older !== undefined) {
      return reading([], { from: found.older - 2 * (windows.from - found.older), width: 0 })
    }
    if (end === undefined || end === windows.until) return reading(found.messages)
    const occupied = windows.occupied !== undefined && windows.occupied >= end ? windows.occupied : undefined
    const width = nextWidth(windows.width, found.messages.length, page, occupied !== undefined)
    return reading(found.messages, { from: end, known: nothing, occupied, width, open: false })
  })
}

/** How many pages a window is meant to hold, and how many it may: more are let go and read again. */
const pagesInWindow = 2
const maxPages = 4
const nothing: ReadonlySet<string> = new Set()

const nextWidth = (width: number, count: number, page: number, searching: boolean): number => {
  if (count === 0) return searching ? width : width * 4
  if (count < page) return width * 2
  return count > page * (pagesInWindow + 1) ? Math.max(1, Math.floor(width / 2)) : width
}

/** Where a message is known far above an empty stretch, the stretch is halved until the first is found. */
const endOf = ({ from, occupied, until, width }: Windows): number => {
  const halfway = occupied === undefined ? 0 : Math.floor((occupied - from) / 2)
  return Math.min(from + Math.max(width, halfway), until ?? Number.POSITIVE_INFINITY)
}

interface Found {
  readonly complete: boolean
  readonly messages: ReadonlyArray<Entry>
  readonly count: number
  readonly newest: number
  readonly oldest: number
  readonly bottom: string | undefined
  readonly learned: Learned
  /** The date of a message that is older than the start of the windows, where one was met. */
  readonly older: number | undefined
}

/** Reads from `end` down to the start of the windows; gives up where that takes too many pages. */
const read = <E extends { readonly _tag: string }, R>(
  source: Source<E, R>,
  { bottom, from, known, learned }: Windows,
  end: number | undefined,
  pageSize: number
): Effect.Effect<Found, E, R> =>
  Effect.gen(function* () {
    const messages: Array<Entry> = []
    // one millisecond cannot be cut any further
    const most = end === from + 1 ? Number.POSITIVE_INFINITY : maxPages
    let walk = start(end === undefined ? undefined : before(end), pageSize, learned)
    let newest: number | undefined
    let lowest: string | undefined
    for (let pages = 1; ; pages++) {
      const step = yield* Backward.older(source, walk, pageSize)
      walk = step.walk
      const first = step.messages[0]
      const last = step.messages[step.messages.length - 1]
      for (const message of step.messages) {
        if (dateOf(message) > from || (dateOf(message) === from && !known.has(message.id))) messages.push(message)
      }
      const older = last !== undefined && dateOf(last) < from ? dateOf(last) : undefined
      const common = { count: messages.length, learned: walk.learned, older }
      if (first === undefined || last === undefined) {
        return { ...common, complete: true, messages: messages.reverse(), newest: 0, oldest: 0, bottom: lowest }
      }
      if (dateOf(last) < from || step.messages.some(({ id }) => id === bottom)) {
        return { ...common, complete: true, messages: messages.reverse(), newest: 0, oldest: 0, bottom }
      }
      newest ??= dateOf(first)
      lowest = last.id
      const oldest = dateOf(last)
      const top = end ?? newest + 1
      const expected = (messages.length * (top - from)) / Math.max(1, top - oldest)
      const hopeless = end !== undefined && most === maxPages && expected > 2 * maxPages * step.messages.length
      if (pages >= most || hopeless) return { ...common, complete: false, messages: [], newest, oldest, bottom }
    }
  })
