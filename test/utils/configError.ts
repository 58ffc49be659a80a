/* What an error of Effect's `Config` says. */

/** That nothing stands under a name. */
export const isMissing = (name: string): string => `(Missing data at ${name}: "is missing or empty")`

/** What is wrong with what stands under names, one below the other. */
export const isWrong = (path: ReadonlyArray<string>, words: string): string =>
  `(Invalid data at ${path.join(".")}: "${words}")`
