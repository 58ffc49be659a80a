import * as Duration from "effect/Duration"
import type * as Option from "effect/Option"

/** What a value is as a duration, whatever it is. */
export const durationOf = (value: unknown): Option.Option<Duration.Duration> => Duration.decodeUnknown(value)
