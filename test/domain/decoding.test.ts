import { inspect } from "node:util"
import { addEqualityTesters, describe, expect, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Schema from "effect/Schema"
import { Domain } from "effect-genesys-chats"
import { issuesOf } from "../../src/internal/effect/issues.js"
import { type Field, facts, type Json, sample } from "../utils/facts.js"
import { definitions } from "../utils/schemas.js"

addEqualityTesters()

/** Their values may be what JSON has no words for: `NaN`, `undefined`, a bigint. */
const notJson = new Set(["ErrorBody", "Limit"])

/** A key that assignment, and so `Schema.Record`, does not carry over. */
const hasProto = (value: unknown): boolean => inspect(value, { depth: Infinity }).includes("__proto__")

/** JSON has no words for minus zero, which a field of any value may hold. */
const hasMinusZero = (value: unknown): boolean => /(?<![\w.])-0(?![\w.])/.test(inspect(value, { depth: Infinity }))

const wrong = (field: Field): Json => ("type" in field && field.type === "string" ? 5 : "x")

const errorPaths = (schema: Schema.Schema<unknown, unknown>, input: unknown): ReadonlyArray<string> =>
  Either.match(Schema.decodeUnknownEither(schema, { errors: "all" })(input), {
    onLeft: (error) => issuesOf(error).map(({ path }) => path.map(String).join(".")),
    onRight: () => []
  })

it("there is a schema for every definition", () => {
  expect([...new Set(definitions.map(({ definition }) => definition))].sort()).toEqual(
    Object.keys(facts.definitions).sort()
  )
})

for (const { definition, exported, schema } of definitions) {
  describe(exported, () => {
    const decode = Schema.decodeUnknownSync(schema)
    const fields = Object.entries(facts.definitions[definition] ?? {})
    const optional = fields.filter(([, field]) => !field.required).map(([name]) => name)
    const required = fields.filter(([, field]) => field.required).map(([name]) => name)

    it.prop("comes back from its encoding as it was", [Arbitrary.make(schema)], ([value]) => {
      if (hasProto(value)) return
      const encoded = Schema.encodeSync(schema)(value)
      expect(decode(encoded)).toEqual(value)
      if (notJson.has(definition) || hasMinusZero(value)) return
      expect(decode(JSON.parse(JSON.stringify(encoded)))).toEqual(value)
    })

    it("decodes with all fields, and encodes to what it was", () => {
      expect(Schema.encodeSync(schema)(decode(sample(definition)))).toEqual(sample(definition))
    })

    it("decodes with the required fields alone", () => {
      expect(Schema.encodeSync(schema)(decode(sample(definition, "required")))).toEqual(sample(definition, "required"))
    })

    const unknownFields = FastCheck.dictionary(
      FastCheck.string().filter((key) => !fields.some(([name]) => name === key) && key !== "__proto__"),
      FastCheck.jsonValue()
    )
    it.prop("ignores unknown fields", [unknownFields], ([more]) => {
      expect(decode({ ...more, ...sample(definition) })).toEqual(decode(sample(definition)))
    })

    it("takes null and undefined for a field that may be missing", () => {
      for (const name of optional) {
        const { [name]: _, ...without } = sample(definition)
        expect(decode({ ...without, [name]: null })).toEqual(decode(without))
        expect(decode({ ...without, [name]: null })).not.toHaveProperty(name)
        expect(decode({ ...without, [name]: undefined })).toEqual(decode(without))
      }
    })

    it("takes a value whose optional keys are there, but undefined", () => {
      const value = decode(sample(definition, "required"))
      const nothing = Object.fromEntries(optional.map((name) => [name, undefined]))
      const encoded = Schema.encodeUnknownSync(schema)({ ...nothing, ...Object(value) })
      expect(JSON.parse(JSON.stringify(encoded))).toEqual(sample(definition, "required"))
    })

    it("refuses a required field that is missing or null, and names it", () => {
      for (const name of required) {
        const { [name]: _, ...without } = sample(definition)
        expect(errorPaths(schema, without)).toContain(name)
        expect(errorPaths(schema, { ...without, [name]: null }).join()).toContain(name)
      }
    })

    it("refuses a field of another type, and names it", () => {
      for (const [name, field] of fields) {
        expect(errorPaths(schema, { ...sample(definition), [name]: wrong(field) }).join()).toContain(name)
      }
    })
  })
}

describe("open enums", () => {
  it.prop("decode any string", [FastCheck.string()], ([value]) => {
    expect(Schema.decodeUnknownSync(Domain.RoomType)(value)).toBe(value)
    expect(Schema.decodeUnknownSync(Domain.NotifyWhen)(value)).toBe(value)
    expect(Schema.decodeUnknownSync(Domain.Limit)({ namespace: value })).toEqual({ namespace: value })
    expect(Schema.decodeUnknownSync(Domain.Room)({ roomType: value })).toEqual({ roomType: value })
  })

  it.prop("make known and unknown values", [Arbitrary.make(Domain.RoomType)], ([value]) => {
    expect(value).toBeTypeOf("string")
  })
})

describe("ErrorBody", () => {
  it.prop(
    "messageParams may hold anything",
    [FastCheck.dictionary(FastCheck.string(), FastCheck.jsonValue())],
    ([messageParams]) => {
      if (hasProto(messageParams)) return
      const text = JSON.stringify({ message: "m", messageParams })
      expect(Schema.decodeUnknownSync(Domain.ErrorBody)(JSON.parse(text))).toEqual(JSON.parse(text))
    }
  )

  it("nests", () => {
    const nested = {
      message: "a",
      errors: [{ message: "b", errors: [{ message: "c", details: [{ errorCode: "d" }] }] }]
    }
    expect(Schema.decodeUnknownSync(Domain.ErrorBody)(nested)).toEqual(nested)
  })
})

describe("dates", () => {
  const decode = Schema.decodeUnknownSync(Domain.ChatMessageResponse)

  it("are read in the API's form and in any other of ISO 8601, and written in the API's", () => {
    const written = (dateCreated: string) =>
      Schema.encodeSync(Domain.ChatMessageResponse)(decode({ ...sample("ChatMessageResponse"), dateCreated }))
        .dateCreated
    expect(written("2026-03-04T05:06:07.089Z")).toBe("2026-03-04T05:06:07.089Z")
    expect(written("2026-03-04T05:06:07Z")).toBe("2026-03-04T05:06:07.000Z")
    expect(written("2026-03-04T07:06:07.089+02:00")).toBe("2026-03-04T05:06:07.089Z")
  })

  it("are refused where they are none", () => {
    for (const dateCreated of ["", "yesterday", "2026-13-45T99:99:99Z", "NaN"]) {
      expect(
        errorPaths(Schema.make<unknown, unknown>(Domain.ChatMessageResponse.ast), {
          ...sample("ChatMessageResponse"),
          dateCreated
        })
      ).toEqual(["dateCreated"])
    }
  })
})
