/** What every definition of the API is held to where the closures have no parser of Effect to ask. */
import { describe, expect, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { decoder, failed } from "../../src/codec/compile.js"
import { sample } from "../utils/facts.js"
import { runs } from "../utils/runs.js"
import { inputs } from "../utils/samples.js"
import { definitions } from "../utils/schemas.js"

const fastCheck = {
  numRuns: runs(25),
  seed: Number(process.env["COMPILE_SEED"] ?? 1)
}

/** `Date`'s years and February 29 are left to `Date`. */
const plainDates = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part === "string" && /^[+-]?\d{4,6}-.*Z$/.test(part) ? "2026-03-04T05:06:07.089Z" : part
  )

/** Its union has what `JSON` cannot carry. */
const notJson = new Set(["ErrorBody", "Limit"])

/** Of a `topic` with a default, a date `since` or null, a `size` in text, a `kind` and `tags`. */
export const expectOwn = (own: Schema.Schema.AnyNoContext): void => {
  const received = { since: "2026-03-04T05:06:07Z", size: "12", kind: "b", tags: { x: ["true", "false"] }, more: 1 }
  const value = {
    topic: "none",
    since: DateTime.unsafeMake("2026-03-04T05:06:07Z"),
    size: 12,
    kind: "b",
    tags: { x: [true, false] }
  }
  expect(decoder(own.ast, {})(received)).toStrictEqual(value)
}

export const nativeSuite = (): void => {
  describe("every definition decodes on its own", () => {
    for (const { definition, exported, schema } of definitions) {
      const decode = decoder(schema.ast, {})
      const encode = Schema.encodeUnknownOption(schema)

      it(`${exported}, as in the facts`, () => {
        for (const fields of ["all", "required"] as const) {
          const decoded = decode(sample(definition, fields))
          expect(decoded).not.toBe(failed)
          expect(Option.getOrNull(encode(decoded))).toEqual(sample(definition, fields))
        }
      })

      it.prop(
        `${exported}, any value`,
        [Arbitrary.make(schema)],
        ([value]) => {
          const received = plainDates(Option.getOrThrow(encode(value)))
          if (decode(received) === failed && !notJson.has(definition)) {
            // who would set a prototype is left to Effect
            expect(JSON.stringify(received)).toContain("__proto__")
          }
        },
        { fastCheck }
      )
    }
  })

  it("a reply with nothing where a field may be left out", () => {
    const message = {
      ...sample("ChatMessageResponse"),
      dateModified: null,
      user: null,
      reactions: null,
      mentions: null
    }
    const [listing] = definitions.filter(({ exported }) => exported === "ChatMessageEntityListing")
    const decoded = listing && decoder(listing.schema.ast, {})({ entities: [message] })
    expect(decoded).toMatchObject({
      entities: [{ id: "the-id", dateCreated: DateTime.unsafeMake(inputs.getChatsRoomMessages.before ?? 0) }]
    })
    expect(decoded).not.toHaveProperty("entities.0.user")
  })
}
