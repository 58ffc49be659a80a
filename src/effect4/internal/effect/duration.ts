import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"

/** What a value is as a duration, whatever it is. Effect 4 takes an empty object and `NaN` for none at all. */
export const durationOf = (value: unknown): Option.Option<Duration.Duration> =>
  Number.isNaN(value) || (Predicate.isObject(value) && Object.keys(value).length === 0)
    ? Option.none()
    : // to the types it is one already
      Option.filter(Duration.fromInput(value as Duration.Input), (duration) => !Duration.isNegative(duration))
