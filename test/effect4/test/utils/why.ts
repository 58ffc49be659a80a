import * as SchemaIssue from "effect/SchemaIssue"

const format = SchemaIssue.makeFormatterDefault()

/** What something is refused with, and what caused that: there Effect 4 says why a schema makes no such value. */
export const whyNot = (make: () => unknown): string => {
  try {
    return `it is not refused: ${String(make())}`
  } catch (error) {
    const { cause, message } = error as Error
    return `${message} ${SchemaIssue.isIssue(cause) ? format(cause) : String(cause)}`
  }
}
