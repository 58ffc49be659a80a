import type * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"

/* What is wrong with a value that does not fit a schema. */

export interface Issue {
  /** `Missing` where a key is not there, `Unexpected` where one should not be. */
  readonly kind: "Missing" | "Unexpected" | "Wrong"
  readonly path: ReadonlyArray<PropertyKey>
  readonly message: string
}

/** The messages of Effect, behind a mark for those that are about a key, and for those of a check. */
const missing = "\u0000missing "
const unexpected = "\u0000unexpected "
const check = "\u0000check "

const format = SchemaIssue.makeFormatterStandardSchemaV1({
  leafHook: (issue) => {
    // as the service's own issues are told of
    if (issue._tag === "MissingKey") return `${missing}is missing`
    if (issue._tag === "UnexpectedKey") return `${unexpected}is unexpected, expected: ${namesOf(issue.ast)}`
    return SchemaIssue.defaultLeafHook(issue)
  },
  checkHook: (issue) => {
    const [plain] = plainFormat(issue).issues
    return `${check}${SchemaIssue.defaultCheckHook(issue) ?? plain?.message ?? ""}`
  }
})

const plainFormat = SchemaIssue.makeFormatterStandardSchemaV1()

const namesOf = (ast: AST.AST): string =>
  AST.isObjects(ast) ? ast.propertySignatures.map(({ name }) => JSON.stringify(String(name))).join(" | ") : ""

/** Where and what, in the order of the value. Of the checks of one value, the first that fails. */
export const issuesOf = (error: Schema.SchemaError): ReadonlyArray<Issue> => {
  const checked = new Set<string>()
  return format(error.issue).issues.flatMap(({ message, path = [] }): ReadonlyArray<Issue> => {
    const where = path.map((step) => (typeof step === "object" ? step.key : step))
    if (message.startsWith(missing)) return [{ kind: "Missing", path: where, message: message.slice(missing.length) }]
    if (message.startsWith(unexpected))
      return [{ kind: "Unexpected", path: where, message: message.slice(unexpected.length) }]
    if (!message.startsWith(check)) return [{ kind: "Wrong", path: where, message: worded(message) }]
    const at = JSON.stringify(where.map(String))
    if (checked.has(at)) return []
    checked.add(at)
    return [{ kind: "Wrong", path: where, message: worded(message.slice(check.length)) }]
  })
}

/** The words of Effect 3, so that an emulator says the same on either version. */
const worded = (message: string): string =>
  message
    .replace(/^Expected a value (?=between|greater|less)/, "Expected a number ")
    .replace(/, got (?!.*, got )/s, ", actual ")
