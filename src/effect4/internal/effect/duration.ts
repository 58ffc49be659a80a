import * as Duration from "effect/Duration"
import type * as Option from "effect/Option"

/** What a value is as a duration, whatever it is. */
// to the types it is one already
export const durationOf = (value: unknown): Option.Option<Duration.Duration> =>
  Duration.fromInput(value as Duration.Input)
