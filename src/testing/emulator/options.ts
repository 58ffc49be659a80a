import * as Duration from "effect/Duration"
import * as Redacted from "effect/Redacted"
import * as Check from "../../internal/options.js"
import * as Faults from "../faults/Faults.js"
import type { EventOptions } from "./channels/options.js"
import type { Permissions, RateLimit } from "./model.js"

/**
 * How an emulator behaves where the service's behaviour is a setting or is not known. All have
 * a default.
 *
 * @since 0.1.0
 * @category options
 */
export interface Options {
  /** Ids and tokens are drawn from this whole number: the same seed and calls give the same ids. Default 0. */
  readonly seed?: number
  /** The org's short name, as in `<hex>@<org>.orgspan.com` and in `orgName` of a SAML2 grant. Default `"acme"`. */
  readonly orgName?: string
  /** The default client's id. Default `"emulator-client"`. */
  readonly clientId?: string
  /** The default client's secret. Default `"emulator-secret"`. */
  readonly clientSecret?: string | Redacted.Redacted
  /** The permissions of the default client. Default all. */
  readonly permissions?: "all" | ReadonlyArray<string>
  /** How long an access token lives; the service takes 5 minutes to 48 hours, the emulator any from 0. Default 24 hours. */
  readonly tokenLifetime?: Duration.DurationInput
  /** How often a token may call, in fixed windows. Default 300 a minute. */
  readonly rateLimit?: RateLimitOptions | "unlimited"
  /** How often a client may ask for tokens, in fixed windows. Default unlimited. */
  readonly tokenRateLimit?: RateLimitOptions | "unlimited"
  /** How long after its creation a message can be edited: from 0, or `Infinity`. Default 60 seconds. */
  readonly editWindow?: Duration.DurationInput
  /** How a page of history is chosen. */
  readonly history?: HistoryOptions
  /** The most message ids in one request, from 1, or `Infinity`; more are refused with 400. A whole number from 1, or `Infinity`. Default 100. */
  readonly maxMessageIds?: number
  /**
   * What happens where some of several message ids are not there: they are left out, or the
   * request is answered with 404. When none is there, it is 404 in either case. Default `"omit"`.
   */
  readonly missingMessageIds?: "omit" | "notFound"
  /**
   * What happens when a participant is added who is one already: 204 again, or 409. Default
   * `"accept"`.
   */
  readonly duplicateParticipant?: "accept" | "conflict"
  /** How the list of conversations and the directory behave. */
  readonly directory?: DirectoryOptions
  /** The failures to put before the handlers. Default none. */
  readonly faults?: Faults.Faults
  /** Which topics can be heard on a socket, and how events go wrong. */
  readonly events?: EventOptions
  /** How many requests the log keeps, the newest: a whole number from 0, or `Infinity`. Default 10,000. */
  readonly requestLogCapacity?: number
}

/**
 * So many requests in each window: a whole number from 0 (all are refused), in a duration from 1
 * millisecond. The default window is a minute.
 *
 * @since 0.1.0
 * @category options
 */
export interface RateLimitOptions {
  readonly requests: number
  readonly window?: Duration.DurationInput
}

/**
 * How a page of history is chosen and laid out: what the service does is not documented, so
 * a test can try each.
 *
 * @since 0.1.0
 * @category options
 */
export interface HistoryOptions {
  /** The order of `entities`. Default `"descending"`: newest first. */
  readonly order?: "ascending" | "descending"
  /**
   * Which messages a page takes where more are in range: the newest, or, where only `after` is
   * given, those nearest to it. Default `"newest"`.
   */
  readonly selection?: "newest" | "nearest"
  /** Whether messages dated exactly `before` or `after` are in range. Default false. */
  readonly inclusive?: boolean
  /** The page size when no `limit` is given: a whole number from 1, cut to `maxLimit`. Default 25. */
  readonly defaultLimit?: number
  /** The highest page size, from 1, or `Infinity`: a higher `limit` is cut to it. Default 100. */
  readonly maxLimit?: number
  /**
   * What `getChatsUserMessages` answers with: a listing, or one bare message as it is declared
   * (the first of the page; 404 where there is none). Default `"listing"`.
   */
  readonly userMessages?: "listing" | "single"
  /**
   * `"distinct"`: two messages of a conversation never share a millisecond, a later one is
   * dated 1 ms on; `"clock"`: they are dated by the clock alone, so that messages posted at once
   * (or under a `TestClock` that stands still) share a date. Default `"distinct"`.
   */
  readonly dates?: "distinct" | "clock"
}

/**
 * How the list of conversations and the directory of users and groups behave, where that is not
 * documented.
 *
 * @since 0.1.0
 * @category options
 */
export interface DirectoryOptions {
  /** The conversations in a page of `getUsersChatsMe`, a whole number from 1. Default 25. */
  readonly chatsPageSize?: number
  /** Who gets a list of conversations: also a client's token, for its bot, or users only. Default `"any"`. */
  readonly chatsFor?: "any" | "users"
  /** Whether a group comes with the JID of its room, which is sent but not documented. Default true. */
  readonly groupJids?: boolean
  /** The most ids or JIDs that `getUsers` takes at once; more are refused with 400. A whole number from 1, or `Infinity`. Default 100. */
  readonly maxUserIds?: number
}

/** Options with every default filled in, and durations in milliseconds. */
export interface Settings {
  readonly seed: number
  readonly orgName: string
  readonly clientId: string
  readonly clientSecret: string
  readonly permissions: "all" | ReadonlyArray<string>
  readonly tokenLifetime: number
  readonly rateLimit: RateLimit | undefined
  readonly tokenRateLimit: RateLimit | undefined
  readonly editWindow: number
  readonly history: Required<HistoryOptions>
  readonly maxMessageIds: number
  readonly missingMessageIds: "omit" | "notFound"
  readonly duplicateParticipant: "accept" | "conflict"
  readonly directory: Required<DirectoryOptions>
  readonly faults: Faults.Faults
  readonly events: EventOptions
  readonly requestLogCapacity: number
}

export const resolve = (options: Options): Settings => ({
  seed: whole("seed", options.seed ?? 0, { least: Number.MIN_SAFE_INTEGER }),
  orgName: options.orgName ?? "acme",
  clientId: options.clientId ?? "emulator-client",
  clientSecret: Redacted.isRedacted(options.clientSecret)
    ? Redacted.value(options.clientSecret)
    : (options.clientSecret ?? "emulator-secret"),
  permissions: options.permissions ?? "all",
  tokenLifetime: millis("Emulator: tokenLifetime", options.tokenLifetime ?? Duration.hours(24)),
  rateLimit: rateLimit("Emulator: rateLimit", options.rateLimit ?? { requests: 300 }),
  tokenRateLimit: rateLimit("Emulator: tokenRateLimit", options.tokenRateLimit ?? "unlimited"),
  editWindow: millis("Emulator: editWindow", options.editWindow ?? Duration.seconds(60), { least: 0, infinite: true }),
  history: {
    order: "descending",
    selection: "newest",
    inclusive: false,
    userMessages: "listing",
    dates: "distinct",
    ...options.history,
    defaultLimit: whole("history.defaultLimit", options.history?.defaultLimit ?? 25, { least: 1 }),
    maxLimit: whole("history.maxLimit", options.history?.maxLimit ?? 100, { least: 1, infinite: true })
  },
  maxMessageIds: whole("maxMessageIds", options.maxMessageIds ?? 100, { least: 1, infinite: true }),
  missingMessageIds: options.missingMessageIds ?? "omit",
  duplicateParticipant: options.duplicateParticipant ?? "accept",
  directory: {
    chatsFor: options.directory?.chatsFor ?? "any",
    groupJids: options.directory?.groupJids ?? true,
    chatsPageSize: whole("directory.chatsPageSize", options.directory?.chatsPageSize ?? 25, { least: 1 }),
    maxUserIds: whole("directory.maxUserIds", options.directory?.maxUserIds ?? 100, { least: 1, infinite: true })
  },
  faults: options.faults ?? Faults.none,
  events: {
    ...options.events,
    drop: share("events.drop", options.events?.drop ?? 0),
    double: share("events.double", options.events?.double ?? 0)
  },
  requestLogCapacity: whole("requestLogCapacity", options.requestLogCapacity ?? 10_000, { least: 0, infinite: true })
})

const share = (option: string, value: number): number =>
  Check.number(`Emulator: ${option}`, value, { least: 0, most: 1 })

const whole = (option: string, value: number, range: Check.Range): number =>
  Check.wholeNumber(`Emulator: ${option}`, value, range)

/** A duration in milliseconds, from 0 where nothing else is said. */
export const millis = (
  option: string,
  value: Duration.DurationInput,
  range: Check.DurationRange = { least: 0 }
): number => Duration.toMillis(Check.duration(option, value, range))

export const permissionsOf = (permissions: "all" | ReadonlyArray<string>): Permissions =>
  permissions === "all" ? permissions : new Set(permissions)

export const rateLimit = (name: string, options: RateLimitOptions | "unlimited"): RateLimit | undefined =>
  options === "unlimited"
    ? undefined
    : {
        requests: Check.wholeNumber(`${name}.requests`, options.requests, { least: 0 }),
        window: millis(`${name}.window`, options.window ?? Duration.minutes(1), { least: 1 })
      }
