/* What an error of Effect's `Config` says. */

/** That nothing stands under a name. */
export const isMissing = (name: string): string => saying("Expected string", [name])

/** What is wrong with what stands under names, one below the other. */
export const isWrong = (path: ReadonlyArray<string>, words: string): string => saying(words, path)

const saying = (words: string, path: ReadonlyArray<string>): string =>
  `ConfigError(SchemaError(${words}\n  at ${path.map((name) => `["${name}"]`).join("")}))`
