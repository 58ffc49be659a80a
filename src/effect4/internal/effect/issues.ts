import type * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"

/* What is wrong with a value that does not fit a schema. */

export interface Issue {
  /** `Missing` where a key is not there, `Unexpected` where one should not be. */
  readonly kind: "Missing" | "Unexpected" | "Wrong"
  readonly path: ReadonlyArray<PropertyKey>
  readonly message: string
}

/** The messages of Effect, behind a mark for those that are about a key. */
const missing = "\u0000missing "
const unexpected = "\u0000unexpected "

const format = SchemaIssue.makeFormatterStandardSchemaV1({
  leafHook: (issue) => {
    const message = SchemaIssue.defaultLeafHook(issue)
    if (issue._tag === "MissingKey") return missing + message
    return issue._tag === "UnexpectedKey" ? unexpected + message : message
  }
})

/** Where and what, in the order of the value. */
export const issuesOf = (error: Schema.SchemaError): ReadonlyArray<Issue> =>
  format(error.issue).issues.map(({ message, path = [] }) => {
    const where = path.map((step) => (typeof step === "object" ? step.key : step))
    // as the service's own issues are told of
    if (message.startsWith(missing)) return { kind: "Missing", path: where, message: "is missing" }
    return message.startsWith(unexpected)
      ? { kind: "Unexpected", path: where, message: message.slice(unexpected.length) }
      : { kind: "Wrong", path: where, message }
  })
