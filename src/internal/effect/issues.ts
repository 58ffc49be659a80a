import * as ParseResult from "effect/ParseResult"

/* What is wrong with a value that does not fit a schema. */

export interface Issue {
  /** `Missing` where a key is not there, `Unexpected` where one should not be. */
  readonly kind: "Missing" | "Unexpected" | "Wrong"
  readonly path: ReadonlyArray<PropertyKey>
  readonly message: string
}

/** Where and what, in the order of the value. */
export const issuesOf = (error: ParseResult.ParseError): ReadonlyArray<Issue> =>
  ParseResult.ArrayFormatter.formatErrorSync(error).map(({ _tag, message, path }) => ({
    kind: _tag === "Missing" || _tag === "Unexpected" ? _tag : "Wrong",
    path,
    message
  }))
