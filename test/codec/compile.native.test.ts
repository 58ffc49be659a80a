/**
 * What is quick is not `ParseResult` in disguise: here the closures cannot ask it, for a node or for the whole.
 */
import { it } from "@effect/vitest"
import type * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { vi } from "vitest"
import { expectOwn, nativeSuite } from "./native.js"

vi.mock("effect/ParseResult", async (original) => {
  const refuse = () => {
    throw new Error("ParseResult was asked")
  }
  return {
    ...(await original<typeof ParseResult>()),
    decodeUnknownEither: refuse
  }
})

nativeSuite()

it("a schema of a user's own", () => {
  const own = Schema.Struct({
    topic: Schema.optionalWith(Schema.Trim, { default: () => "none" }),
    since: Schema.optionalWith(Schema.DateTimeUtc, { nullable: true }),
    size: Schema.NullOr(Schema.NumberFromString.pipe(Schema.int(), Schema.positive())),
    kind: Schema.Literal("a", "b"),
    tags: Schema.Record({ key: Schema.String, value: Schema.Array(Schema.BooleanFromString) })
  })
  expectOwn(own)
})
