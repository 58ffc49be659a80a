import * as Duration from "effect/Duration"
import * as Check from "../internal/options.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface StoreOptions {
  /** Requests in a window, until a reply says otherwise: a whole number from 1. Default 300. */
  readonly allowed?: number | undefined
  /** How long a window lasts if replies do not say: from 1 millisecond to 1 day. Default 1 minute. */
  readonly window?: Duration.DurationInput | undefined
  /** How long to wait for the reply to a window's first request before another may go: from 1 millisecond to 1 minute. Default 2 seconds. */
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
