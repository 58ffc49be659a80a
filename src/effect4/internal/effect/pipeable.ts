import { type Pipeable, pipeArguments } from "effect/Pipeable"

/** A class whose values have a `pipe`. */
export const pipeable = <Class extends abstract new (...args: never) => object>(
  base: Class
): { [K in keyof Class]: Class[K] } & (new (
  ...args: ConstructorParameters<Class>
) => InstanceType<Class> & Pipeable) => {
  // the type of what it is called with is the caller's
  const Base = base as unknown as new (...args: ReadonlyArray<unknown>) => object
  const Piped = class extends Base {
    pipe() {
      // biome-ignore lint/complexity/noArguments: as Effect takes them
      return pipeArguments(this, arguments)
    }
  }
  return Piped as never
}
