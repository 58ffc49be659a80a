/**
 * What is quick is not `Schema` in disguise: here the closures cannot ask it, for a node or for the whole.
 */
import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { vi } from "vitest"
import { BooleanFromString } from "../../src/internal/effect/schema.js"
import { expectOwn, nativeSuite } from "./native.js"

vi.mock("effect/Schema", async (original) => ({
  ...(await original<typeof Schema>()),
  decodeUnknownResult: () => {
    throw new Error("Schema was asked")
  }
}))

nativeSuite()

it("a schema of a user's own", () => {
  const own = Schema.Struct({
    topic: Schema.Trim.pipe(Schema.withDecodingDefault(Effect.sync(() => "none"))),
    since: Schema.optional(Schema.NullOr(Schema.DateTimeUtcFromString)),
    size: Schema.NullOr(Schema.NumberFromString.check(Schema.isInt(), Schema.isGreaterThan(0))),
    kind: Schema.Literals(["a", "b"]),
    tags: Schema.Record(Schema.String, Schema.Array(BooleanFromString))
  })
  expectOwn(own)
})
