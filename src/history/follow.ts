import * as Chunk from "effect/Chunk"
import type * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Hash from "effect/Hash"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type * as ChatsError from "../ChatsError.js"
import type { ChatMessageResponse } from "../domain/Message.js"
import * as Check from "../internal/options.js"
import { type Learned, nothingLearned, older, start } from "./backward.js"
import { dateOf, newestFirst, type Source } from "./source.js"
import { pageSizeOf } from "./stream.js"
import * as Windows from "./windows.js"

/** The documentation is at `History.FollowOptions`. */
export interface FollowOptions {
  readonly every?: Duration.DurationInput | undefined
  readonly slowest?: Duration.DurationInput | undefined
  readonly since?: DateTime.DateTime | undefined
  readonly edits?: boolean | undefined
  readonly lookBack?: Duration.DurationInput | undefined
  readonly pageSize?: number | undefined
  readonly excludeMetadata?: boolean | undefined
}

/** The failures that a tail always lives through. */
export type Survived =
  | ChatsError.RequestTimeout
  | ChatsError.TooManyRequests
  | ChatsError.InternalServerError
  | ChatsError.ServiceUnavailable
  | ChatsError.GatewayTimeout

export const followSource = <E extends ChatsError.ChatsError, R>(
  makeSource: () => Source<E, R>,
  options: FollowOptions | undefined
): Stream.Stream<ChatMessageResponse, Exclude<E, Survived>, R> =>
  Stream.suspend(() => {
    const settings = settingsOf(options)
    const source = newestFirst(patient(makeSource(), settings))
    return Stream.paginateChunkEffect(initial(settings), (state) =>
      Effect.zipRight(
        state.pause === 0 ? Effect.void : Effect.sleep(state.pause),
        Effect.map(
          state.newest === undefined ? begin(source, state, settings) : poll(source, state, settings),
          ([messages, next]) => [Chunk.unsafeFromArray(messages), Option.some(next)] as const
        )
      )
    )
  })

interface Settings {
  readonly every: number
  readonly slowest: number
  readonly lookBack: number
  readonly pageSize: number
  readonly since: number | undefined
  readonly edits: boolean
}

const settingsOf = (options: FollowOptions | undefined): Settings => {
  const edits = options?.edits ?? false
  const every = millis("every", options?.every ?? "2 seconds", { least: 1 })
  return {
    every,
    slowest: millis("slowest", options?.slowest ?? 10 * every, { least: every }),
    lookBack: millis("lookBack", options?.lookBack ?? (edits ? "2 minutes" : "5 seconds"), { least: 0 }),
    pageSize: pageSizeOf(options, "History.follow"),
    since: options?.since?.epochMillis,
    edits
  }
}

const millis = (option: string, value: Duration.DurationInput, range: Check.DurationRange): number =>
  Duration.toMillis(Check.duration(`History.follow: ${option}`, value, range))

interface State {
  /** The date of the newest message that was seen; `undefined` before the first page. */
  readonly newest: number | undefined
  /** Nothing older than this is given. */
  readonly floor: number
  /** The messages that are young enough to be looked at again: date, and what an edit changes. */
  readonly seen: ReadonlyMap<string, { readonly date: number; readonly version: number }>
  /** Where a poll has more to read. */
  readonly reading: Windows.Windows | undefined
  readonly active: boolean
  readonly bottom: string | undefined
  readonly learned: Learned
  readonly pace: number
  readonly pause: number
}

const initial = ({ every, since }: Settings): State => ({
  newest: since,
  floor: since ?? 0,
  seen: new Map(),
  reading: undefined,
  active: false,
  bottom: undefined,
  learned: nothingLearned,
  pace: every,
  pause: 0
})

type Polled = readonly [messages: ReadonlyArray<ChatMessageResponse>, next: State]

/** What is there already is not given, but seen, so that its edits show. */
const begin = <E extends { readonly _tag: string }, R>(
  source: Source<E, R>,
  state: State,
  settings: Settings
): Effect.Effect<Polled, E, R> =>
  Effect.gen(function* () {
    const present: Array<ChatMessageResponse> = []
    let walk = start(undefined, settings.pageSize)
    while (true) {
      const step = yield* older(source, walk, settings.pageSize)
      walk = step.walk
      present.push(...step.messages)
      const [first, last] = [present[0], present[present.length - 1]]
      if (first === undefined || last === undefined) return [[], { ...state, newest: 0, ...paused(state, settings) }]
      const floor = dateOf(first) - settings.lookBack
      if (step.messages.length > 0 && dateOf(last) >= floor) continue
      const next = { ...state, newest: dateOf(first), floor, learned: walk.learned }
      return [[], { ...next, seen: remember(next, present, settings), ...paused(state, settings) }]
    }
  })

const poll = <E extends { readonly _tag: string }, R>(
  source: Source<E, R>,
  state: State,
  settings: Settings
): Effect.Effect<Polled, E, R> => {
  const { bottom, learned } = state
  const from = lookBackTo(state, settings)
  const windows = state.reading ?? Windows.make({ from, known: new Set(), until: undefined, bottom, learned })
  return Effect.map(Windows.next(source, windows, settings.pageSize), ({ batch: [found, reading], ...known }) => {
    const messages = found.filter((message) => {
      const seen = state.seen.get(message.id)
      return seen === undefined || (settings.edits && seen.version !== versionOf(message))
    })
    const newest = found.reduce((date, message) => Math.max(date, dateOf(message)), state.newest ?? 0)
    const active = state.active || messages.length > 0
    const next = { ...state, ...known, newest, active, reading: Option.getOrUndefined(reading) }
    return [
      messages,
      {
        ...next,
        seen: remember(next, found, settings),
        ...(Option.isSome(reading) ? { pause: 0 } : paused(next, settings))
      }
    ]
  })
}

const lookBackTo = ({ floor, newest }: State, { lookBack }: Settings): number =>
  Math.max(floor, (newest ?? 0) - lookBack)

const remember = (state: State, found: ReadonlyArray<ChatMessageResponse>, settings: Settings): State["seen"] => {
  const from = lookBackTo(state, settings)
  const seen = new Map<string, { readonly date: number; readonly version: number }>()
  for (const [id, entry] of state.seen) {
    if (entry.date >= from) seen.set(id, entry)
  }
  for (const message of found) {
    if (dateOf(message) >= from) seen.set(message.id, { date: dateOf(message), version: versionOf(message) })
  }
  return seen
}

const versionOf = ({ body, dateModified, edited }: ChatMessageResponse): number =>
  Hash.combine(Hash.combine(Hash.string(body))(Hash.number(dateModified?.epochMillis ?? 0)))(Hash.hash(edited ?? false))

/** Fast after a message, and slower with every poll that brings none. */
const paused = ({ active, pace }: State, { every, slowest }: Settings) => {
  const next = active ? every : Math.min(slowest, pace * 1.5)
  return { active: false, pace: next, pause: next }
}

/** A failure that passes is waited out, however often it comes. */
const patient = <E extends ChatsError.ChatsError, R>(
  source: Source<E, R>,
  { every, slowest }: Settings
): Source<Exclude<E, Survived>, R> => ({
  page: (query) => {
    const ask = (failures: number): Effect.Effect<ReadonlyArray<ChatMessageResponse>, Exclude<E, Survived>, R> =>
      Effect.catchAll(source.page(query), (error) => {
        if (isPermanent(error)) return Effect.fail(error)
        const backoff = Math.min(every * 2 ** failures, Math.max(slowest, 30_000))
        return Effect.logDebug("A history that is followed could not be read, and will be again", error).pipe(
          Effect.zipRight(Effect.sleep(hintOf(error) + backoff)),
          Effect.zipRight(ask(failures + 1))
        )
      })
    return ask(0)
  }
})

const hintOf = (error: ChatsError.ChatsError): number =>
  "retryAfter" in error && error.retryAfter !== undefined ? Duration.toMillis(error.retryAfter) : 0

const isPermanent = <E extends ChatsError.ChatsError>(error: E): error is Exclude<E, Survived> => !isTransient(error)

const isTransient = (error: ChatsError.ChatsError): boolean => {
  switch (error._tag) {
    case "RequestTimeout":
    case "TooManyRequests":
    case "InternalServerError":
    case "ServiceUnavailable":
    case "GatewayTimeout":
      return true
    case "UnexpectedStatus":
      return error.status >= 500
    case "TransportError":
      return error.reason !== "Tls" && error.reason !== "InvalidUrl"
    case "CredentialsError":
      return transientCredentials.has(error.reason)
    default:
      return false
  }
}

const transientCredentials = new Set<ChatsError.CredentialsReason>([
  "RateLimited",
  "Unavailable",
  "Timeout",
  "Unreachable"
])
