import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { durationOf } from "../../internal/effect/duration.js"
import { issuesOf } from "../../internal/effect/issues.js"
import { defaultedTo as defaulted, guarded, shapeOf } from "../../internal/effect/schema.js"
import * as Options from "../../internal/options.js"
import type * as Faults from "../faults/Faults.js"
import { isPlan, Plan } from "../faults/planJson.js"
import { RecordingSchema } from "../recorder/recording.js"
import { defaults as defaultEvents, type EventOptions, type EventSettings } from "./channels/options.js"
import { describeIssues } from "./issue.js"

/*
 * The options of an emulator: of `Emulator.layer` in code, where durations, secrets and plans are
 * values, and of the command and the control API in JSON, where they are text.
 */

/** Text as `"2 seconds"`, milliseconds, or a `Duration` in code. */
const DurationInput = guarded(
  (input): input is Duration.DurationInput => Option.isSome(durationOf(input)),
  "Duration",
  (input) => `must be a duration as "2 seconds", but is ${shown(input)}`
)

const millis = (range: Options.DurationRange) =>
  Schema.transform(
    DurationInput.pipe(
      Schema.filter(
        (input) =>
          Option.isSome(Options.durationIn(range, input)) ||
          `must be ${Options.describeDuration(range)}, but is ${shown(input)}`
      )
    ),
    Schema.Number,
    {
      strict: true,
      decode: (input) => Duration.toMillis(Duration.decode(input)),
      encode: (millis): Duration.DurationInput => millis
    }
  )

const shown = (input: unknown): string => (typeof input === "string" ? JSON.stringify(input) : String(input))

const whole = (range: Options.Range) =>
  Schema.Number.pipe(
    Schema.filter(
      (value) =>
        ((Number.isSafeInteger(value) || value === Infinity) && Options.inRange(value, range)) ||
        `must be ${Options.describeNumber("a whole number", range)}, but is ${value}`
    )
  )

const shares = { least: 0, most: 1 }

/** A share of all. */
const share = Schema.Number.pipe(
  Schema.filter(
    (value) =>
      Options.inRange(value, shares) || `must be ${Options.describeNumber("a number", shares)}, but is ${value}`
  )
)

const name = Schema.NonEmptyTrimmedString

const RateLimit = Schema.Union(
  Schema.Literal("unlimited"),
  Schema.Struct({
    requests: whole({ least: 0 }),
    window: defaulted(millis({ least: "1 millis" }), 60_000)
  })
)

const rateLimitOf = (limit: typeof RateLimit.Type) => (limit === "unlimited" ? undefined : limit)

const defaultHistory = {
  order: "descending",
  selection: "newest",
  inclusive: false,
  defaultLimit: 25,
  maxLimit: 100,
  userMessages: "listing",
  dates: "distinct"
} as const

const History = Schema.Struct({
  order: defaulted(Schema.Literal("ascending", "descending"), defaultHistory.order),
  selection: defaulted(Schema.Literal("newest", "nearest"), defaultHistory.selection),
  inclusive: defaulted(Schema.Boolean, defaultHistory.inclusive),
  defaultLimit: defaulted(whole({ least: 1 }), defaultHistory.defaultLimit),
  maxLimit: defaulted(whole({ least: 1, infinite: true }), defaultHistory.maxLimit),
  userMessages: defaulted(Schema.Literal("listing", "single"), defaultHistory.userMessages),
  dates: defaulted(Schema.Literal("distinct", "clock"), defaultHistory.dates)
})

const defaultDirectory = {
  chatsPageSize: 25,
  chatsFor: "any",
  groupJids: true,
  rolesFor: "any",
  maxUserIds: 100
} as const

const Directory = Schema.Struct({
  chatsPageSize: defaulted(whole({ least: 1 }), defaultDirectory.chatsPageSize),
  chatsFor: defaulted(Schema.Literal("any", "users"), defaultDirectory.chatsFor),
  groupJids: defaulted(Schema.Boolean, defaultDirectory.groupJids),
  rolesFor: defaulted(Schema.Literal("any", "users"), defaultDirectory.rolesFor),
  maxUserIds: defaulted(whole({ least: 1, infinite: true }), defaultDirectory.maxUserIds)
})

export const EventsSchema = Schema.Struct({
  messages: defaulted(Schema.Boolean, defaultEvents.messages),
  badges: defaulted(Schema.Boolean, defaultEvents.badges),
  drop: defaulted(share, defaultEvents.drop),
  double: defaulted(share, defaultEvents.double),
  heartbeats: defaulted(Schema.Boolean, defaultEvents.heartbeats),
  forbidden: defaulted(Schema.Record({ key: Schema.String, value: Schema.String }), defaultEvents.forbidden)
})

const none: Faults.Faults = { _tag: "None", toString: () => "Faults.none" }

/** Every option with its default, as it is in code or in JSON. */
export const OptionsSchema = Schema.Struct({
  seed: defaulted(whole({ least: Number.MIN_SAFE_INTEGER }), 0),
  orgName: defaulted(name, "acme"),
  clientId: defaulted(name, "emulator-client"),
  clientSecret: defaulted(Schema.Union(Schema.NonEmptyString, secretText()), "emulator-secret"),
  permissions: defaulted(Schema.Union(Schema.Literal("all"), Schema.Array(Schema.String)), "all"),
  tokenLifetime: defaulted(millis({ least: 0 }), 86_400_000),
  rateLimit: defaulted(RateLimit, { requests: 300, window: 60_000 }),
  tokenRateLimit: defaulted(RateLimit, "unlimited"),
  editWindow: defaulted(millis({ least: 0, infinite: true }), 60_000),
  history: defaulted(History, defaultHistory),
  maxMessageIds: defaulted(whole({ least: 1, infinite: true }), 100),
  missingMessageIds: defaulted(Schema.Literal("omit", "notFound"), "omit"),
  duplicateParticipant: defaulted(Schema.Literal("accept", "conflict"), "accept"),
  directory: defaulted(Directory, defaultDirectory),
  events: defaulted(EventsSchema, defaultEvents),
  faults: defaulted(Schema.Union(planItself(), Plan), none),
  replay: defaulted(Schema.UndefinedOr(RecordingSchema), undefined),
  requestLogCapacity: defaulted(whole({ least: 0, infinite: true }), 10_000),
  requestLogBytes: defaulted(whole({ least: 0, infinite: true }), 33_554_432)
})

const { faults: _, ...others } = OptionsSchema.fields
const withoutFaults = Schema.Struct(others)

/** What a file of options holds. Failures have a file of their own. */
export const OptionsJson = shapeOf(withoutFaults)

/** A `Redacted` in code. */
function secretText() {
  return Schema.transform(Schema.RedactedFromSelf(Schema.String), Schema.String, {
    strict: true,
    decode: (secret) => Redacted.value(secret),
    encode: (text) => Redacted.make(text)
  })
}

function planItself() {
  return guarded(isPlan, "Faults")
}

/** What is wrong is thrown, as `who: option must be …`. */
const decoder = <A, I>(schema: Schema.Schema<A, I>) => {
  const decode = Schema.decodeUnknownEither(schema, { onExcessProperty: "error", errors: "all" })
  return (who: string, options: unknown): A => {
    const decoded = decode(options)
    if (Either.isRight(decoded)) return decoded.right
    throw new Options.InvalidOption(`${who}: ${describeIssues(issuesOf(decoded.left))}`)
  }
}

const decodeOptions = decoder(OptionsSchema)

/** Options with every default filled in. */
export const settingsOf = (who: string, options: unknown) => {
  const { rateLimit, tokenRateLimit, ...settings } = decodeOptions(who, options)
  return { ...settings, rateLimit: rateLimitOf(rateLimit), tokenRateLimit: rateLimitOf(tokenRateLimit) }
}

const decodeEvents = decoder(EventsSchema)

/** What is left out stays as it was. */
export const changedEvents = (who: string, before: EventSettings, events: EventOptions): EventSettings => {
  const {
    badges = before.badges,
    double = before.double,
    drop = before.drop,
    forbidden = before.forbidden,
    heartbeats = before.heartbeats,
    messages = before.messages
  } = events
  return decodeEvents(who, { badges, double, drop, forbidden, heartbeats, messages })
}
