import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { checkedBy, parsed } from "./effect/config.js"
import { durationOf } from "./effect/duration.js"
import * as Options from "./options.js"

/*
 * Options given in the environment. An empty variable, or one of blanks, is a missing one; blanks and line
 * breaks around a value are no part of it, as files and shells leave them there. What is wrong is a
 * `ConfigError` that names the variable once, and says what is expected.
 */

/** A text that is not empty. */
export const text = (name: string): Config.Config<string> => parsed(name, Either.right)

/** A text that goes into no message. */
export const secret = (name: string): Config.Config<Redacted.Redacted> => Config.map(text(name), Redacted.make)

/** A value that the environment need not have; one that it has must be right. */
export const optional = <A>(config: Config.Config<A>): Config.Config<A | undefined> =>
  Config.map(Config.option(config), Option.getOrUndefined)

export const wholeNumber = (name: string, range: Options.Range): Config.Config<number> =>
  parsed(name, (text) => {
    const value = isInfinity(text) ? Infinity : /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN
    return isMeant(value, text) && Options.inRange(value, range)
      ? Either.right(value)
      : Either.left(`${Options.describeNumber("a whole number", range)}, but is ${JSON.stringify(text)}`)
  })

export const number = (name: string, range: Options.Range): Config.Config<number> =>
  parsed(name, (text) => {
    const value = isInfinity(text)
      ? Infinity
      : /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)
        ? Number(text)
        : Number.NaN
    return isMeant(value, text) && Options.inRange(value, range)
      ? Either.right(value)
      : Either.left(`${Options.describeNumber("a number", range)}, but is ${JSON.stringify(text)}`)
  })

/** As `30 seconds`, `500 millis`, `1 minute`. */
export const duration = (name: string, range: Options.DurationRange): Config.Config<Duration.Duration> =>
  parsed(name, (text) => {
    const value = isInfinity(text)
      ? Option.some(Duration.infinity)
      : /^\d/.test(text)
        ? durationOf(text)
        : Option.none()
    return Option.isSome(value) &&
      isMeant(Duration.toMillis(value.value), text) &&
      Option.isSome(Options.durationIn(range, value.value))
      ? Either.right(value.value)
      : Either.left(`${Options.describeDuration(range)}, as "30 seconds", but is ${JSON.stringify(text)}`)
  })

export const literal = <A extends string>(name: string, ...values: ReadonlyArray<A>): Config.Config<A> =>
  parsed(name, (text) => {
    const found = values.find((value) => value === text)
    return found === undefined
      ? Either.left(`one of ${values.map((value) => JSON.stringify(value)).join(", ")}, but is ${JSON.stringify(text)}`)
      : Either.right(found)
  })

/** Options of which each is a `Config`, or all of them are one. */
export type Configs<Options> =
  | { readonly [K in keyof Options]: Config.Config<Options[K]> | undefined }
  | Config.Config<Options>

/**
 * Values under names of the user's own, held to the rules of ours: an empty variable is a missing one, and
 * what `make` refuses is a `ConfigError` of the variable that it is from.
 */
export const checked = <A, B>(config: Configs<A>, make: (value: A) => B): Effect.Effect<B, ConfigError.ConfigError> =>
  checkedBy(given(config), make, (cause) =>
    cause instanceof Options.InvalidOption
      ? { message: cause.message, option: (cause.option ?? "").replace(/^.*: /, ""), wrong: cause.wrong }
      : undefined
  )

/** Without those that are `undefined`, which are left out as well. */
const given = <A>(config: Configs<A>): Config.Config.Wrap<A> =>
  (Config.isConfig(config)
    ? config
    : Object.fromEntries(Object.entries(config).filter(([, one]) => one !== undefined))) as Config.Config.Wrap<A>

/** Whatever a text stands for; `Left` says what it must be. */
export { parsed as parse, trimmed } from "./effect/config.js"

/** What has too many digits for a number is not meant to be `Infinity`. */
const isMeant = (value: number, text: string): boolean => Number.isFinite(value) || isInfinity(text)

const isInfinity = (text: string): boolean => /^\+?infinity$/i.test(text)
