import * as Arr from "effect/Array"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"

/*
 * Texts of the environment. One of blanks is a missing one; blanks around it are no part of it.
 */

const missing = "is missing or empty"

export const invalid = (path: ReadonlyArray<string>, message: string): Config.ConfigError =>
  new Config.ConfigError(
    new Schema.SchemaError(new SchemaIssue.Pointer(path, new SchemaIssue.InvalidValue({ message })))
  )

/** What a text stands for. */
export const parsed = <A>(name: string, parse: (text: string) => Result.Result<A, string>): Config.Config<A> =>
  held(Config.schema(Schema.String.annotate({ message: missing }), name), [name], parse)

/** A text that a user's own `Config` gives, by the same rules. */
export const trimmed = <A>(
  config: Config.Config<string>,
  parse: (text: string) => Result.Result<A, string>
): Config.Config<A> => held(config, pathOf(config), parse)

const held = <A>(
  config: Config.Config<string>,
  path: ReadonlyArray<string>,
  parse: (text: string) => Result.Result<A, string>
): Config.Config<A> =>
  Config.flatMap(config, (text) => {
    const value = text.trim()
    if (value === "") return Config.mapEffect(absent(path), () => Effect.fail(invalid(path, missing)))
    return Result.match(parse(value), {
      onFailure: (expected) => Config.fail(invalid(path, `must be ${expected}`).cause),
      onSuccess: Config.succeed
    })
  })

/** To Effect a text is never missing; where a list is asked for it is. */
const absent = (path: ReadonlyArray<string>) =>
  Config.schema(Schema.Array(Schema.String).annotate({ message: missing }), [...path])

/** One config, or another one where all that is wrong with the first is that it is not there. */
export const orElseMissing = <A, B>(config: Config.Config<A>, other: () => Config.Config<B>): Config.Config<A | B> =>
  Config.flatMap(missingOr(config), (found): Config.Config<A | B> => {
    if (Result.isSuccess(found)) return Config.succeed(found.success)
    return Config.flatMap(tried(other()), (result) =>
      Result.isSuccess(result) ? Config.succeed(result.success) : failed([found.failure, result.failure])
    )
  })

/** Two configs: the error is of both. */
export const both = <A, B>(one: Config.Config<A>, other: Config.Config<B>): Config.Config<readonly [A, B]> =>
  Config.flatMap(Config.all([tried(one), tried(other)]), ([a, b]): Config.Config<readonly [A, B]> => {
    if (Result.isSuccess(a) && Result.isSuccess(b)) return Config.succeed([a.success, b.success])
    return failed([Result.getFailure(a), Result.getFailure(b)].flatMap(Option.toArray))
  })

type Tried<A> = Config.Config<Result.Result<A, Config.ConfigError>>

const tried = <A>(config: Config.Config<A>): Tried<A> =>
  Config.orElse(Config.map(config, Result.succeed), (error): Tried<A> => Config.succeed(Result.fail(error)))

/** Any error but that something is missing ends it. */
const missingOr = <A>(config: Config.Config<A>): Tried<A> =>
  Config.flatMap(Config.option(config), (found) =>
    found._tag === "Some" ? Config.succeed(Result.succeed(found.value)) : tried(config)
  )

/** What is wrong, one after the other. */
const failed = (errors: ReadonlyArray<Config.ConfigError>): Config.Config<never> => {
  const issues = errors.flatMap(({ cause }) => (cause._tag === "SchemaError" ? [cause.issue] : []))
  const [first] = errors
  if (!Arr.isReadonlyArrayNonEmpty(issues) || issues.length !== errors.length)
    return Config.fail(first?.cause ?? new Schema.SchemaError(new SchemaIssue.InvalidValue({ message: missing })))
  return Config.fail(new Schema.SchemaError(new SchemaIssue.Composite(Schema.Unknown.ast, issues)))
}

/** What is wrong with a value, by itself and with the name of the option. */
export interface Refused {
  readonly option: string
  readonly message: string
  readonly wrong: string | undefined
}

/**
 * Values under names of the user's own: an empty variable is a missing one. `refused` says, of what `make`
 * throws, which value it is of and what is wrong with it; what it does not know is thrown on.
 */
export const checkedBy = <A, B>(
  config: Config.Wrap<A>,
  make: (value: A) => B,
  refused: (cause: unknown) => Refused | undefined
): Effect.Effect<B, Config.ConfigError> =>
  Effect.flatMap(ConfigProvider.ConfigProvider, (provider) =>
    Effect.flatMap(Config.unwrap(config).parse(tidy(provider)), (value) =>
      Effect.try({
        try: () => make(value),
        catch: (cause) => {
          const found = refused(cause)
          if (found === undefined) throw cause
          const { message, option, wrong } = found
          const of = Predicate.isReadonlyObject(config) ? Reflect.get(config, option) : undefined
          const path = Config.isConfig(of) ? pathOf(of) : []
          return invalid(path, path.length === 0 || wrong === undefined ? message : wrong)
        }
      })
    )
  )

/** Where a `Config` looks first: Effect does not say, and so it is asked what it loads. */
const pathOf = (config: Config.Config<unknown>): ReadonlyArray<string> => {
  let first: ReadonlyArray<string | number> | undefined
  const listening = ConfigProvider.make((path) => {
    first ??= path
    return Effect.succeed(undefined)
  })
  Effect.runSyncExit(config.parse(listening))
  return (first ?? []).map(String)
}

/** Values without the blanks around them; an empty one is missing. */
const tidy = (provider: ConfigProvider.ConfigProvider): ConfigProvider.ConfigProvider =>
  ConfigProvider.make((path) =>
    Effect.map(provider.load(path), (node) => {
      if (node?.value === undefined) return node
      const value = node.value.trim()
      if (value !== "") return { ...node, value }
      return node._tag === "Value" ? undefined : { ...node, value: undefined }
    })
  )
