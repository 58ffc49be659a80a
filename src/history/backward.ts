import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ChatMessageResponse } from "../domain/Message.js"
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
}

export const nothingLearned: Learned = { largest: 0, offset: 1, warned: false }

/**
 * 1 ms above the edge, the page holds the edge's whole millisecond again, whether the bound
 * is inclusive or not. The lower ones are for a service that cannot get past it.
 */
type Offset = 1 | 0 | -1

export interface Walk {
  readonly edge: Edge | undefined
  readonly limit: number
  readonly learned: Learned
}

export const start = (edge: Edge | undefined, limit: number, learned: Learned = nothingLearned): Walk => ({
  edge,
  limit,
  learned
})

/** The next older messages, the newest first; none when there are no more. */
export interface Step {
  readonly messages: ReadonlyArray<ChatMessageResponse>
  readonly walk: Walk
}

/**
 * Goes one page towards older messages. A page that brings nothing new may be the end, or
 * may be filled by one millisecond: then a larger page is asked for, and where the service
 * gives none the walk steps over that millisecond and says so in a warning.
 */
export const older = <E extends { readonly _tag: string }, R>(
  source: Source<E, R>,
  { edge, learned, limit: limitAtStart }: Walk,
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
        return {
          messages,
          walk: {
            edge: { date: dateOf(last), ids: idsAt(dateOf(last), messages, passed ? undefined : edge) },
            limit: passed ? pageSize : limit,
            learned: { largest, offset: largest === 1 ? offset : 1, warned: learned.warned || steppedOver }
          }
        }
      }
      const mayBeCut = page.length >= limit || page.length >= largest
      const ended = { messages, walk: { edge, limit: pageSize, learned: { ...learned, largest } } }
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

/** Twice as many, or as many as may be accepted between this and what was refused. */
const largerLimit = (accepted: number, refused: number): number | undefined => {
  const larger = refused === Number.POSITIVE_INFINITY ? accepted * 2 : Math.floor((accepted + refused) / 2)
  return larger > accepted ? larger : undefined
}

/** A page has the newest first: what is beyond the edge starts somewhere in it, and after that all is. */
const unseen = (
  page: ReadonlyArray<ChatMessageResponse>,
  edge: Edge | undefined
): ReadonlyArray<ChatMessageResponse> => {
  if (edge === undefined) return page
  const older = page.findIndex((message) => dateOf(message) < edge.date)
  const beyond = older === -1 ? page.length : older
  const same = page.slice(0, beyond).filter((message) => dateOf(message) === edge.date && !edge.ids.has(message.id))
  return same.length === 0 ? page.slice(beyond) : [...same, ...page.slice(beyond)]
}

export const idsAt = (
  date: number,
  messages: ReadonlyArray<ChatMessageResponse>,
  known: Edge | undefined
): ReadonlySet<string> => {
  const ids = new Set(known?.ids)
  for (const message of messages) {
    if (dateOf(message) === date) ids.add(message.id)
  }
  return ids
}

const warn = Effect.logWarning(
  "A page held messages of one millisecond only, and the service gives no larger page: some of them may be missing"
)
