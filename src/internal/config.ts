import * as Config from "effect/Config"
import * as Option from "effect/Option"

/** A value that the environment need not have; one that it has must be right. */
export const optional = <A>(config: Config.Config<A>): Config.Config<A | undefined> =>
  Config.map(Config.option(config), Option.getOrUndefined)

/** A whole number that is not below `least`. */
export const wholeNumber = (name: string, least: number): Config.Config<number> =>
  Config.integer(name).pipe(
    Config.validate({ message: `must be a whole number from ${least}`, validation: (value) => value >= least })
  )
