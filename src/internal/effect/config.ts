import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"

/*
 * Texts of the environment. One of blanks is a missing one; blanks around it are no part of it.
 */

export const invalid = (path: ReadonlyArray<string>, message: string): ConfigError.ConfigError =>
  ConfigError.InvalidData([...path], message)

/** What a text stands for. `name` is part of the error's path alone: Effect adds it there, and messages do not say it again. */
export const parsed = <A>(name: string, parse: (text: string) => Either.Either<A, string>): Config.Config<A> =>
  Config.nested(trimmed(Config.string(), parse), name)

/** A text that a user's own `Config` gives, by the same rules. */
export const trimmed = <A>(
  config: Config.Config<string>,
  parse: (text: string) => Either.Either<A, string>
): Config.Config<A> => {
  const path = pathOf(config)
  return Config.mapOrFail(Config.option(config), (text) => {
    const value = Option.getOrElse(text, () => "").trim()
    if (value === "") return Either.left(ConfigError.MissingData(path, "is missing or empty"))
    return Either.mapLeft(parse(value), (expected) => ConfigError.InvalidData(path, `must be ${expected}`))
  })
}

/** One config, or another one where all that is wrong with the first is that it is not there. */
export const orElseMissing = <A, B>(config: Config.Config<A>, other: () => Config.Config<B>): Config.Config<A | B> =>
  Config.orElseIf(config, { if: ConfigError.isMissingDataOnly, orElse: other })

/**
 * Values under names of the user's own: an empty variable is a missing one. `refused` says, of what `make`
 * throws, which value it is of and what is wrong with it; what it does not know is thrown on.
 */
export const checkedBy = <A, B>(
  config: Config.Config.Wrap<A>,
  make: (value: A) => B,
  refused: (cause: unknown) => Refused | undefined
): Effect.Effect<B, ConfigError.ConfigError> =>
  Effect.configProviderWith((provider) =>
    tidy(provider).load(Config.mapOrFail(Config.unwrap(config), (value) => made(config, () => make(value), refused)))
  )

/** Two configs: the error is of both. */
export const both = <A, B>(one: Config.Config<A>, other: Config.Config<B>): Config.Config<readonly [A, B]> =>
  Config.all([one, other])

/** What is wrong with a value, by itself and with the name of the option. */
export interface Refused {
  readonly option: string
  readonly message: string
  readonly wrong: string | undefined
}

const made = <B>(
  config: unknown,
  make: () => B,
  refused: (cause: unknown) => Refused | undefined
): Either.Either<B, ConfigError.ConfigError> =>
  Either.try({
    try: make,
    catch: (cause) => {
      const found = refused(cause)
      if (found === undefined) throw cause
      const { message, option, wrong } = found
      const path = Predicate.isRecord(config) ? pathOf(config[option]) : []
      return invalid(path, path.length === 0 || wrong === undefined ? message : wrong)
    }
  })

/** Where a `Config` looks: Effect itself tells it to no step that comes after, as `Config.redacted` is. */
const pathOf = (config: unknown): Array<string> => {
  const path: Array<string> = []
  let inner = config
  while (Predicate.isRecord(inner)) {
    if (inner["_tag"] === "Nested" && typeof inner["name"] === "string") path.push(inner["name"])
    inner = inner["config"] ?? inner["original"] ?? inner["first"]
  }
  return path
}

/** Values without the blanks around them; an empty one is missing. */
const tidy = ({ flattened }: ConfigProvider.ConfigProvider): ConfigProvider.ConfigProvider =>
  ConfigProvider.fromFlat(
    ConfigProvider.makeFlat({
      load: (path, primitive, split) => flattened.load(path, tidied(primitive), split),
      enumerateChildren: flattened.enumerateChildren,
      patch: flattened.patch
    })
  )

const tidied = <A>(primitive: Config.Config.Primitive<A>): Config.Config.Primitive<A> =>
  Object.create(primitive, {
    parse: {
      value: (text: string) => {
        const value = text.trim()
        return value === "" ? Either.left(ConfigError.MissingData([], "is missing or empty")) : primitive.parse(value)
      }
    }
  })
