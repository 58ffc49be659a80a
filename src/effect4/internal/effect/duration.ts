import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"

/**
 * What a value is as a duration, whatever it is. To Effect 4 an empty object and `NaN` are no time at all, and there
 * are negative durations: here, as in Effect 3, the former are none and the latter are no time.
 */
export const durationOf = (value: unknown): Option.Option<Duration.Duration> =>
  Number.isNaN(value) || (Predicate.isObject(value) && Object.keys(value).length === 0)
    ? Option.none()
    : // to the types it is one already
      Option.map(Duration.fromInput(value as Duration.Input), (duration) =>
        Duration.isNegative(duration) ? Duration.zero : duration
      )
