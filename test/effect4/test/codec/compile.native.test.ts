/**
 * What is quick is not `Schema` in disguise: here the closures cannot ask it, for a node or for the whole.
 */
import { expect, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { vi } from "vitest"
import { decoder, encoder } from "../../src/codec/compile.js"
import { BooleanFromString } from "../../src/internal/effect/schema.js"
import { nativeSuite } from "./native.js"

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
  const received = { since: "2026-03-04T05:06:07Z", size: "12", kind: "b", tags: { x: ["true", "false"] }, more: 1 }
  const value = {
    topic: "none",
    since: DateTime.makeUnsafe("2026-03-04T05:06:07Z"),
    size: 12,
    kind: "b",
    tags: { x: [true, false] }
  }
  expect(decoder(own.ast, {})(received)).toStrictEqual(value)
  expect(encoder(own.ast, {})(value)).toEqual({
    ...received,
    topic: "none",
    since: "2026-03-04T05:06:07.000Z",
    more: undefined
  })
})
