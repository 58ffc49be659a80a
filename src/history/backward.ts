import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Entry } from "./entry.js"
import { dateOf, type Source, unlessRefused } from "./source.js"

/**
 * How far a walk towards older messages has come: everything newer than `date` is known,
 * and of the messages dated `date` those with these ids. That is all that must be
 * remembered to give every message once.
 */
export interface Edge {
  readonly date: number
  readonly ids: ReadonlySet<string>
}

/** Everything dated before a time is still to come. */
export const before = (time: number): Edge => ({ date: time - 1, ids: new Set() })

/** What a walk has learned about the service. */
export interface Learned {
  /** The most messages that a page held: a page of so many may have been cut. */
  readonly largest: number
  /** Where the bound is set first, from the edge's date. */
  readonly offset: Offset
  readonly warned: boolean
  /** Whether a page that was not full had more behind it: then deleted messages count for a page's size. */
  readonly thins: boolean
}

export const nothingLearned: Learned = { largest: 0, offset: 1, warned: false, thins: false }

/**
 * 1 ms above the edge, the page holds the edge's whole millisecond again, whether the bound
 * is inclusive or not. The lower ones are for a service that cannot get past it.
 */
type Offset = 1 | 0 | -1

export interface Walk {
  readonly edge: Edge | undefined
  readonly limit: number
  readonly learned: Learned
  /** The page before: whether it held as many as it can, or fewer than another, and how long a time it covers. */
  readonly last: { readonly full: boolean; readonly short: boolean; readonly span: number } | undefined
}

export const start = (edge: Edge | undefined, limit: number, learned: Learned = nothingLearned): Walk => ({
  edge,
  limit,
  learned,
  last: undefined
})

/** The next older messages, the newest first; none when there are no more. */
export interface Step {
  readonly messages: ReadonlyArray<Entry>
  readonly walk: Walk
}

/**
 * Goes one page towards older messages. A page that brings nothing new may be the end; or all that it
 * would have held were deleted. There is evidence of the latter where the page before was full, or
 * where pages that were not full had more behind them: then the walk looks {@link beyond}.
 */
export const older = <E extends { readonly _tag: string }, R>(
  source: Source<E, R>,
  walk: Walk,
  pageSize: number
): Effect.Effect<Step, E, R> =>
  Effect.flatMap(olderOf(source, walk, pageSize), (step) =>
    step.messages.length === 0 && walk.edge !== undefined && mayHoldMore(walk)
      ? beyond(source, { ...step.walk, edge: walk.edge }, pageSize)
      : Effect.succeed(step)
  )

const mayHoldMore = ({ last, learned }: Walk): boolean => learned.thins || last?.full === true

/**
 * A page that brings nothing new may be filled by one millisecond: then a larger page is asked for, and
 * where the service gives none the walk steps over that millisecond and says so in a warning.
 */
const olderOf = <E extends { readonly _tag: string }, R>(
  source: Source<E, R>,
  { edge, last: before, learned, limit: limitAtStart }: Walk,
  pageSize: number
): Effect.Effect<Step, E, R> =>
  Effect.gen(function* () {
    let { largest } = learned
    let offset = edge === undefined || edge.ids.size === 0 ? 1 : learned.offset
    let limit = limitAtStart
    let accepted = pageSize
    let refused = Number.POSITIVE_INFINITY
    let askedAgain = false
    while (true) {
      const query = edge === undefined ? { limit } : { limit, before: edge.date + offset }
      const reply = yield* unlessRefused(source, query, limit > pageSize)
      if (Option.isNone(reply)) refused = limit
      else accepted = limit
      const page = Option.getOrElse(reply, () => [])
      largest = Math.max(largest, page.length)
      const messages = unseen(page, edge)
      const last = messages[messages.length - 1]
      if (last !== undefined) {
        const steppedOver = offset < 1 && edge !== undefined && edge.ids.size > 0
        if (steppedOver && !learned.warned) yield* warn
        const passed = dateOf(last) !== edge?.date
        const full = page.length >= limit || (before !== undefined && page.length === learned.largest)
        return {
          messages,
          walk: {
            last: { full, short: page.length < largest, span: dateOf(messages[0] ?? last) - dateOf(last) },
            edge: { date: dateOf(last), ids: idsAt(dateOf(last), messages, passed ? undefined : edge) },
            limit: passed ? pageSize : limit,
            learned: {
              largest,
              offset: largest === 1 ? offset : 1,
              warned: learned.warned || steppedOver,
              thins: learned.thins || before?.short === true
            }
          }
        }
      }
      const mayBeCut = page.length >= limit || page.length >= largest
      const ended = { messages, walk: { edge, limit: pageSize, learned: { ...learned, largest }, last: before } }
      if (edge === undefined || (Option.isSome(reply) && (page.length === 0 || !mayBeCut))) return ended
      const ignoresBound = page.some((message) => dateOf(message) > edge.date + 1)
      if (ignoresBound && !askedAgain) {
        askedAgain = true
        continue
      }
      const larger = largerLimit(accepted, refused)
      if (offset !== -1 && !ignoresBound && larger !== undefined && (Option.isNone(reply) || page.length >= limit)) {
        limit = larger
      } else if (offset === -1) {
        return ended
      } else {
        offset = offset === 1 ? 0 : -1
        limit = accepted = pageSize
        refused = Number.POSITIVE_INFINITY
      }
    }
  })

/**
 * Looks for messages behind a stretch that holds none: in a larger page, and then from earlier times on,
 * each step twice as long as the one before. What is found is where the stretch ends, to the millisecond.
 * Two stretches with a few messages between them may be taken for one.
 */
const beyond = <E extends { readonly _tag: string }, R>(
  source: Source<E, R>,
  walk: Walk & { readonly edge: Edge },
  pageSize: number
): Effect.Effect<Step, E, R> =>
  Effect.gen(function* () {
    const { edge, last } = walk
    const none: Step = { messages: [], walk }
    const found = (page: ReadonlyArray<Entry>): Step | undefined => {
      const messages = unseen(page, edge)
      const oldest = messages[messages.length - 1]
      if (oldest === undefined) return undefined
      return {
        messages,
        walk: {
          edge: { date: dateOf(oldest), ids: idsAt(dateOf(oldest), messages, undefined) },
          limit: pageSize,
          learned: { ...walk.learned, thins: true },
          last: { full: false, short: false, span: edge.date - dateOf(oldest) }
        }
      }
    }
    const larger = yield* unlessRefused(source, { limit: pageSize * 4, before: edge.date + 1 }, true)
    const inLarger = found(Option.getOrElse(larger, () => []))
    if (inLarger !== undefined) return inLarger
    // no message is at `empty` or above it, up to the edge
    let empty = edge.date
    let hit: { readonly before: number; readonly step: Step } | undefined
    for (let steps = 0; hit === undefined; steps++) {
      const before = edge.date - Math.max(60_000, last?.span ?? 0) * 2 ** steps
      if (steps === maxSteps || before < Math.min(0, edge.date - 1)) return none
      const step = found(yield* source.page({ limit: pageSize, before }))
      if (step === undefined) empty = before
      else hit = { before, step }
    }
    while (empty - hit.before > 1) {
      const before = Math.floor((empty + hit.before) / 2)
      const step = found(yield* source.page({ limit: pageSize, before }))
      if (step === undefined) empty = before
      else hit = { before, step }
    }
    return hit.step
  })

const maxSteps = 12

/** Twice as many, or as many as may be accepted between this and what was refused. */
const largerLimit = (accepted: number, refused: number): number | undefined => {
  const larger = refused === Number.POSITIVE_INFINITY ? accepted * 2 : Math.floor((accepted + refused) / 2)
  return larger > accepted ? larger : undefined
}

/** A page has the newest first: what is beyond the edge starts somewhere in it, and after that all is. */
const unseen = (page: ReadonlyArray<Entry>, edge: Edge | undefined): ReadonlyArray<Entry> => {
  if (edge === undefined) return page
  const older = page.findIndex((message) => dateOf(message) < edge.date)
  const beyond = older === -1 ? page.length : older
  const same = page.slice(0, beyond).filter((message) => dateOf(message) === edge.date && !edge.ids.has(message.id))
  return same.length === 0 ? page.slice(beyond) : [...same, ...page.slice(beyond)]
}

export const idsAt = (date: number, messages: ReadonlyArray<Entry>, known: Edge | undefined): ReadonlySet<string> => {
  const ids = new Set(known?.ids)
  for (const message of messages) {
    if (dateOf(message) === date) ids.add(message.id)
  }
  return ids
}

const warn = Effect.logWarning(
  "A page held messages of one millisecond only, and the service gives no larger page: some of them may be missing"
)
