import * as Clock from "effect/Clock"
import type * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Hash from "effect/Hash"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type * as ChatsError from "../ChatsError.js"
import { pages } from "../internal/effect/stream.js"
import * as Check from "../internal/options.js"
import { logFailure } from "../internal/summary.js"
import { hintMillis, isTransient } from "../limits/transient.js"
import { type Learned, nothingLearned, older, start } from "./backward.js"
import { Ear, type Hearing } from "./ear.js"
import { type Entry, type Given, given, type Illegibles, isUndecoded, type Legible, textOf } from "./entry.js"
import { dateOf, newestFirst, type Source } from "./source.js"
import { onSpan, pageSizeOf } from "./stream.js"
import * as Windows from "./windows.js"

/** The documentation is at `History.FollowOptions`. */
export interface FollowOptions extends TailOptions, Legible {}
export interface FollowOptionsGiving extends TailOptions, Illegibles {}

interface TailOptions {
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

export const followSource = <
  E extends ChatsError.ChatsError,
  R,
  O extends FollowOptions | FollowOptionsGiving | undefined
>(
  makeSource: () => Source<E, R>,
  options: O | undefined,
  hearing?: Heard
): Stream.Stream<Given<O>, Exclude<E, Survived>, R> =>
  entriesOf(makeSource, options, hearing) as Stream.Stream<Given<O>, Exclude<E, Survived>, R>

const entriesOf = <E extends ChatsError.ChatsError, R>(
  makeSource: () => Source<E, R>,
  options: FollowOptions | FollowOptionsGiving | undefined,
  hearing: Heard | undefined
): Stream.Stream<Entry, Exclude<E, Survived>, R> =>
  Stream.unwrapScoped(
    Effect.gen(function* () {
      const settings = settingsOf(options)
      const resync = Math.max(settings.resync, hearing?.resync ?? 0)
      const ear = new Ear(settings.every, resync, hearing?.live ?? false)
      if (hearing !== undefined) yield* Effect.forkScoped(ear.listen(hearing.stream))
      const source = newestFirst(patient(makeSource(), settings))
      return pages(initial(settings), (state) => {
        const wait =
          state.pause === 0
            ? Effect.void
            : hearing === undefined
              ? Effect.sleep(state.pause)
              : ear.pause(state.seen, state.brought, state.pause)
        return Effect.zipRight(
          Effect.zipRight(wait, ear.asking),
          Effect.flatMap(
            onSpan("History.poll", state.begun ? poll(source, state, settings) : begin(source, state, settings)),
            ([entries, next]) => Effect.map(given(entries, options), (kept) => [kept, Option.some(next)] as const)
          )
        )
      })
    })
  )

/** What is heard of the conversation; `live` where events come from the start, and none is missing. */
export interface Heard {
  readonly stream: Hearing
  readonly live: boolean
  /** The shortest time between two requests while nothing is heard, in milliseconds. */
  readonly resync?: number
}

export interface Settings {
  readonly every: number
  readonly slowest: number
  /** The time between two requests while events come and say that there is nothing. */
  readonly resync: number
  readonly lookBack: number
  readonly pageSize: number
  readonly since: number | undefined
  readonly edits: boolean
}

export const settingsOf = (options: TailOptions | undefined): Settings => {
  const edits = options?.edits ?? false
  const every = millis("every", options?.every ?? "2 seconds", { least: 1 })
  return {
    every,
    slowest: millis("slowest", options?.slowest ?? 10 * every, { least: every }),
    resync: Math.max(every, Duration.toMillis(options?.slowest ?? "5 minutes")),
    lookBack: millis("lookBack", options?.lookBack ?? (edits ? "2 minutes" : "5 seconds"), { least: 0 }),
    pageSize: pageSizeOf(options, "History.follow"),
    since: options?.since?.epochMillis,
    edits
  }
}

const millis = (option: string, value: Duration.DurationInput, range: Check.DurationRange): number =>
  Duration.toMillis(Check.duration(`History.follow: ${option}`, value, range))

interface State {
  readonly begun: boolean
  /** Nothing older than this is given; `undefined` where every message is known, down to the first. */
  readonly floor: number | undefined
  /** The messages that are looked at again: those from the horizon on, and what an edit changes of them. */
  readonly seen: Seen
  /** Where a poll has more to read. */
  readonly reading: Windows.Windows | undefined
  /**
   * The newest message when the history was last asked: an edit counts that is within `lookBack` of it, so
   * that none is late because more messages came before it was noticed.
   */
  readonly newest: number
  readonly active: boolean
  /** Whether the last request brought anything. */
  readonly brought: boolean
  readonly bottom: string | undefined
  readonly learned: Learned
  readonly pace: number
  readonly pause: number
}

type Seen = ReadonlyMap<string, { readonly date: number; readonly version: number }>

const initial = ({ every, since }: Settings): State => ({
  begun: since !== undefined,
  floor: since,
  seen: new Map(),
  reading: undefined,
  newest: Number.NEGATIVE_INFINITY,
  active: false,
  brought: false,
  bottom: undefined,
  learned: nothingLearned,
  pace: every,
  pause: 0
})

type Polled = readonly [messages: ReadonlyArray<Entry>, next: State]

/** What is there already is not given, but seen, so that its edits show. */
const begin = <E extends { readonly _tag: string }, R>(
  source: Source<E, R>,
  state: State,
  settings: Settings
): Effect.Effect<Polled, E, R> =>
  Effect.gen(function* () {
    let seen: Seen = new Map()
    let walk = start(undefined, settings.pageSize)
    while (true) {
      const step = yield* older(source, walk, settings.pageSize)
      walk = step.walk
      seen = withSeen(seen, step.messages)
      const last = step.messages[step.messages.length - 1]
      const floor = horizonOf(seen, undefined, settings)
      const complete = last === undefined || (floor !== undefined && dateOf(last) < floor)
      if (!complete) continue
      const newest = yield* Effect.map(Clock.currentTimeMillis, (now) => newestPlausible(seen, now))
      const next = {
        ...state,
        begun: true,
        learned: walk.learned,
        floor: last === undefined ? undefined : floor,
        newest
      }
      return [[], { ...next, seen: notBefore(seen, next.floor), ...paused(state, settings) }]
    }
  })

const poll = <E extends { readonly _tag: string }, R>(
  source: Source<E, R>,
  state: State,
  settings: Settings
): Effect.Effect<Polled, E, R> =>
  Effect.flatMap(Effect.clock, (clock) =>
    Effect.map(Windows.next(source, state.reading ?? windowsOf(state, settings), settings.pageSize), (step) => {
      const {
        batch: [found, reading],
        ...known
      } = step
      const youngest = state.newest - settings.lookBack
      const messages = found.filter((entry) => {
        const seen = state.seen.get(entry.id)
        if (seen === undefined) return true
        return settings.edits && seen.version !== versionOf(entry) && dateOf(entry) >= youngest
      })
      const all = withSeen(state.seen, found)
      const next = {
        ...state,
        ...known,
        active: state.active || messages.length > 0,
        seen: notBefore(all, horizonOf(all, state.floor, settings)),
        reading: Option.getOrUndefined(reading),
        newest: Option.isSome(reading) ? state.newest : newestPlausible(all, clock.unsafeCurrentTimeMillis())
      }
      return [messages, { ...next, ...(Option.isSome(reading) ? { pause: 0 } : paused(next, settings)) }]
    })
  )

const windowsOf = ({ bottom, floor, learned, seen }: State, settings: Settings): Windows.Windows => {
  const horizon = horizonOf(seen, floor, settings)
  const oldest = [...seen.values()].reduce((date, entry) => Math.min(date, entry.date), 0)
  const common = { known: new Set<string>(), until: undefined, bottom, learned }
  return horizon === undefined
    ? Windows.make({ ...common, from: oldest, open: true })
    : Windows.make({ ...common, from: horizon })
}

/**
 * How far back a poll looks, and from where on the ids are kept. A message may be dated ahead of the
 * service's own clock, and all that come after it are older. So the newest date alone is no measure:
 * the horizon is also not above half a page of the newest messages, which a page holds anyway.
 */
const horizonOf = (seen: Seen, floor: number | undefined, { lookBack, pageSize }: Settings): number | undefined => {
  const dates = [...seen.values()].map(({ date }) => date).sort((a, b) => b - a)
  const kept = dates[Math.max(1, Math.floor(pageSize / 2))]
  if (dates[0] === undefined || kept === undefined) return floor
  const horizon = Math.min(dates[0] - lookBack, kept)
  return floor === undefined ? horizon : Math.max(floor, horizon)
}

/** The newest date that is not ahead of this machine's clock; the newest of all where all are. */
const newestPlausible = (seen: Seen, now: number): number => {
  const dates = [...seen.values()].map(({ date }) => date)
  const plausible = dates.filter((date) => date <= now)
  return (plausible.length > 0 ? plausible : dates).reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
}

const withSeen = (seen: Seen, found: ReadonlyArray<Entry>): Seen => {
  const all = new Map(seen)
  for (const entry of found) all.set(entry.id, { date: dateOf(entry), version: versionOf(entry) })
  return all
}

const notBefore = (seen: Seen, horizon: number | undefined): Seen =>
  horizon === undefined ? seen : new Map([...seen].filter(([, { date }]) => date >= horizon))

const versionOf = (entry: Entry): number =>
  isUndecoded(entry)
    ? Hash.string(textOf(entry.json))
    : Hash.combine(Hash.combine(Hash.string(entry.body))(Hash.number(entry.dateModified?.epochMillis ?? 0)))(
        Hash.hash(entry.edited ?? false)
      )

/** Fast after a message, and slower with every poll that brings none. */
const paused = ({ active, pace }: State, { every, slowest }: Settings) => {
  const next = active ? every : Math.min(slowest, pace * 1.5)
  return { active: false, brought: active, pace: next, pause: next }
}

/** A failure that passes is waited out, however often it comes. */
const patient = <E extends ChatsError.ChatsError, R>(
  source: Source<E, R>,
  { every, slowest }: Settings
): Source<Exclude<E, Survived>, R> => ({
  page: (query) => {
    const ask = (failures: number): Effect.Effect<ReadonlyArray<Entry>, Exclude<E, Survived>, R> =>
      Effect.catchAll(source.page(query), (error) => {
        if (isPermanent(error)) return Effect.fail(error)
        const backoff = Math.min(every * 2 ** failures, Math.max(slowest, 30_000))
        return logFailure("A history that is followed could not be read, and will be again", error).pipe(
          Effect.zipRight(Effect.sleep(hintMillis(error) + backoff)),
          Effect.zipRight(ask(failures + 1))
        )
      })
    return ask(0)
  }
})

const isPermanent = <E extends ChatsError.ChatsError>(error: E): error is Exclude<E, Survived> => !isTransient(error)
