import * as Data from "effect/Data"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Hash from "effect/Hash"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type { Issue } from "../ChatsError.js"
import { issues } from "../codec/codec.js"
import { decoder, failed } from "../codec/compile.js"
import { namesOf } from "../codec/namesOf.js"
import { ChatMessageResponse } from "../domain/Message.js"

/** The documentation is at `History.Undecoded`. */
export class Undecoded extends Data.TaggedClass("Undecoded")<{
  readonly id: string
  readonly dateCreated: DateTime.Utc
  readonly issues: ReadonlyArray<Issue>
  readonly json: unknown
}> {
  /** Whether `id` is the message's own, and not made of what it holds. */
  get hasOwnId(): boolean {
    return Predicate.isRecord(this.json) && this.json["id"] === this.id
  }
}

/** What a page holds: messages, and what stands in the place of one. */
export type Entry = ChatMessageResponse | Undecoded

export const isUndecoded = (entry: Entry): entry is Undecoded => entry instanceof Undecoded

export const isMessage = (entry: Entry): entry is ChatMessageResponse => !(entry instanceof Undecoded)

/**
 * Decodes the elements of a page one by one. Paging needs an id and a date of each: where the element
 * itself has no legible ones, the id is made of what it holds and the date is a neighbour's.
 */
export const entriesOf = (elements: ReadonlyArray<unknown>): ReadonlyArray<Entry> => {
  const decoded = elements.map(decodeOne)
  const dates = decoded.map((one) => (Either.isRight(one) ? one.right.dateCreated : one.left.date))
  return decoded.map((one, i) => {
    if (Either.isRight(one)) return one.right
    const { id, issues, json } = one.left
    return new Undecoded({ id, issues, json, dateCreated: nearest(dates, i) })
  })
}

interface Broken {
  readonly id: string
  readonly date: DateTime.Utc | undefined
  readonly issues: ReadonlyArray<Issue>
  readonly json: unknown
}

const decodeOne = (json: unknown): Either.Either<ChatMessageResponse, Broken> => {
  const quickly = decoder(ChatMessageResponse.ast, {})(json)
  // as by the schema itself, whose compiled form this is
  if (quickly !== failed) return Either.right(quickly as ChatMessageResponse)
  return Either.mapLeft(Schema.decodeUnknownEither(ChatMessageResponse)(json), (error) => {
    const { dateCreated, id } = Predicate.isRecord(json) ? json : {}
    return {
      id: typeof id === "string" && id !== "" ? id : `undecoded-${(Hash.string(textOf(json)) >>> 0).toString(16)}`,
      date: typeof dateCreated === "string" ? Option.getOrUndefined(DateTime.make(dateCreated)) : undefined,
      issues: issues(error),
      json
    }
  })
}

/** The date of the element itself, of the closest one before it, or of the closest one after it. */
const nearest = (dates: ReadonlyArray<DateTime.Utc | undefined>, index: number): DateTime.Utc =>
  dates.slice(0, index + 1).findLast(Predicate.isNotUndefined) ??
  dates.slice(index + 1).find(Predicate.isNotUndefined) ??
  DateTime.unsafeMake(0)

/** What an element says, as far as it can be told: one may nest deeper than the stack reaches. */
export const textOf = (json: unknown): string => {
  try {
    return JSON.stringify(json) ?? ""
  } catch {
    return ""
  }
}

/** What becomes of an element that does not decode. */
export interface Legible {
  readonly undecoded?: "warn" | undefined
}
export interface Illegibles {
  readonly undecoded: "give"
}

/** What a stream gives by that option. */
export type Given<Options> = Options extends Illegibles ? Entry : ChatMessageResponse

/** The entries that a stream gives; those that it leaves out are told of in a warning. */
export const given = (
  entries: ReadonlyArray<Entry>,
  options: Legible | Illegibles | undefined
): Effect.Effect<ReadonlyArray<Entry>> => {
  if (options?.undecoded === "give") return Effect.succeed(entries)
  const left = entries.filter(isUndecoded)
  return left.length === 0
    ? Effect.succeed(entries)
    : Effect.as(Effect.forEach(left, warn, { discard: true }), entries.filter(isMessage))
}

const warn = ({ issues }: Undecoded) =>
  Effect.logWarning("A message does not decode and is left out of its history").pipe(
    Effect.annotateLogs("fields", namesOf(issues))
  )
