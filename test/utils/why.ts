import { inspect } from "node:util"

/** What something is refused with, and what caused that: there Effect 4 says why a schema makes no such value. */
export const whyNot = (make: () => unknown): string => {
  try {
    return `it is not refused: ${inspect(make())}`
  } catch (error) {
    return inspect(error)
  }
}
