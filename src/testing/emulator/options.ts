import * as Duration from "effect/Duration"
import type * as Redacted from "effect/Redacted"
import * as Check from "../../internal/options.js"
import type * as Faults from "../faults/Faults.js"
import type { Recording } from "../recorder/recording.js"
import type { EventOptions, EventSettings } from "./channels/options.js"
import type { Permissions, RateLimit } from "./model.js"
import { settingsOf } from "./optionsSchema.js"

/**
 * How an emulator behaves where the service's behaviour is a setting or is not known. All have
 * a default.
 *
 * @since 0.1.0
 * @category options
 */
export interface Options {
  /** Ids and tokens are drawn from this whole number: the same seed and calls give the same ids. Default 0. */
  readonly seed?: number | undefined
  /** The org's short name, as in `<hex>@<org>.orgspan.com` and in `orgName` of a SAML2 grant. Default `"acme"`. */
  readonly orgName?: string | undefined
  /** The default client's id. Default `"emulator-client"`. */
  readonly clientId?: string | undefined
  /** The default client's secret. Default `"emulator-secret"`. */
  readonly clientSecret?: string | Redacted.Redacted | undefined
  /** The permissions of the default client. Default all. */
  readonly permissions?: "all" | ReadonlyArray<string> | undefined
  /** How long an access token lives; the service takes 5 minutes to 48 hours, the emulator any from 0. Default 24 hours. */
  readonly tokenLifetime?: Duration.DurationInput | undefined
  /** How often a token may call, in fixed windows. Default 300 a minute. */
  readonly rateLimit?: RateLimitOptions | "unlimited" | undefined
  /** How often a client may ask for tokens, in fixed windows. Default unlimited. */
  readonly tokenRateLimit?: RateLimitOptions | "unlimited" | undefined
  /** How long after its creation a message can be edited: from 0, or `Infinity`. Default 60 seconds. */
  readonly editWindow?: Duration.DurationInput | undefined
  /** How a page of history is chosen. */
  readonly history?: HistoryOptions | undefined
  /**
   * The most message ids in one request: a whole number from 1, or `Infinity`; more are refused with 400. Default
   * 100.
   */
  readonly maxMessageIds?: number | undefined
  /**
   * What happens where some of several message ids are not there: they are left out, or the
   * request is answered with 404. When none is there, it is 404 in either case. Default `"omit"`.
   */
  readonly missingMessageIds?: "omit" | "notFound" | undefined
  /**
   * What happens when a participant is added who is one already: 204 again, or 409. Default
   * `"accept"`.
   */
  readonly duplicateParticipant?: "accept" | "conflict" | undefined
  /** How the list of conversations and the directory behave. */
  readonly directory?: DirectoryOptions | undefined
  /** The failures to put before the handlers. Default none. */
  readonly faults?: Faults.Faults | undefined
  /**
   * What an org answered, as `Recorder` recorded it: requests to the API are answered as then, in the place of
   * the emulator's own org. Login, tokens, faults and notification channels are the emulator's. A request that
   * was not recorded is answered with 501 and a message that says which one is nearest, and what differs.
   * Default none.
   */
  readonly replay?: Recording | undefined
  /** Which topics can be heard on a socket, and how events go wrong. */
  readonly events?: EventOptions | undefined
  /** How many requests the log keeps, the newest: a whole number from 0, or `Infinity`. Default 10,000. */
  readonly requestLogCapacity?: number | undefined
  /** How many bytes the requests and replies in the log may take, the newest are kept: a whole number from 0, or `Infinity`. Default 32 MiB. */
  readonly requestLogBytes?: number | undefined
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
  readonly window?: Duration.DurationInput | undefined
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
  readonly order?: "ascending" | "descending" | undefined
  /**
   * Which messages a page takes where more are in range: the newest, or, where only `after` is
   * given, those nearest to it. Default `"newest"`.
   */
  readonly selection?: "newest" | "nearest" | undefined
  /** Whether messages dated exactly `before` or `after` are in range. Default false. */
  readonly inclusive?: boolean | undefined
  /** The page size when no `limit` is given: a whole number from 1, cut to `maxLimit`. Default 25. */
  readonly defaultLimit?: number | undefined
  /** The highest page size, from 1, or `Infinity`: a higher `limit` is cut to it. Default 100. */
  readonly maxLimit?: number | undefined
  /**
   * What `getChatsUserMessages` answers with: a listing, or one bare message as it is declared
   * (the first of the page; 404 where there is none). Default `"listing"`.
   */
  readonly userMessages?: "listing" | "single" | undefined
  /**
   * `"distinct"`: two messages of a conversation never share a millisecond, a later one is
   * dated 1 ms on; `"clock"`: they are dated by the clock alone, so that messages posted at once
   * (or under a `TestClock` that stands still) share a date. Default `"distinct"`.
   */
  readonly dates?: "distinct" | "clock" | undefined
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
  readonly chatsPageSize?: number | undefined
  /** Who gets a list of conversations: also a client's token, for its bot, or users only. Default `"any"`. */
  readonly chatsFor?: "any" | "users" | undefined
  /** Whether a group comes with the JID of its room, which is sent but not documented. Default true. */
  readonly groupJids?: boolean | undefined
  /** To whom `getAuthorizationSubjectsMe` lists roles: also to a client's own token, or to users only. Default `"any"`. */
  readonly rolesFor?: "any" | "users" | undefined
  /**
   * The most ids or JIDs that `getUsers` takes at once: a whole number from 1, or `Infinity`; more are refused with
   * 400. Default 100.
   */
  readonly maxUserIds?: number | undefined
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
  readonly history: { readonly [K in keyof HistoryOptions]-?: NonNullable<HistoryOptions[K]> }
  readonly maxMessageIds: number
  readonly missingMessageIds: "omit" | "notFound"
  readonly duplicateParticipant: "accept" | "conflict"
  readonly directory: { readonly [K in keyof DirectoryOptions]-?: NonNullable<DirectoryOptions[K]> }
  readonly faults: Faults.Faults
  readonly replay: Recording | undefined
  readonly events: EventSettings
  readonly requestLogCapacity: number
  readonly requestLogBytes: number
}

export const resolve = (options: Options): Settings => settingsOf("Emulator", options)

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
