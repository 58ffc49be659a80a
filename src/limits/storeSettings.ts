import * as Duration from "effect/Duration"
import * as Check from "../internal/options.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface StoreOptions {
  /** Requests in a window, until a reply says otherwise; a whole number from 1, 300 where left out. */
  readonly allowed?: number | undefined
  /** How long a window is where replies do not say; from 1 millisecond to 1 day, 1 minute where left out. */
  readonly window?: Duration.DurationInput | undefined
  /** After so long without word of a window's first request, another may ask; from 1 millisecond to 1 minute, 2 seconds where left out. */
  readonly probe?: Duration.DurationInput | undefined
}

/** How often those ask again who wait for a probe's reply, in milliseconds. */
export const poll = 10

/** The options checked, times in milliseconds; `name` is what users call. */
export const settingsOf = (name: string, options: StoreOptions | undefined) => {
  const millis = (option: string, value: Duration.DurationInput, most: Duration.DurationInput): number =>
    Duration.toMillis(Check.duration(`${name}: ${option}`, value, { least: "1 millis", most }))
  return {
    allowed: Check.wholeNumber(`${name}: allowed`, options?.allowed ?? 300, { least: 1 }),
    window: millis("window", options?.window ?? "1 minute", "1 day"),
    probe: millis("probe", options?.probe ?? "2 seconds", "1 minute")
  }
}
