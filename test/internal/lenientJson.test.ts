import { describe, expect, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { parseObject } from "../../src/internal/lenientJson.js"

describe("parseObject", () => {
  it.prop(
    "an object is what it is as JSON",
    [FastCheck.dictionary(FastCheck.string(), FastCheck.jsonValue({ maxDepth: 5 }))],
    ([value]) => {
      expect(parseObject(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }
  )

  it.prop("any text is an object or none, never an error", [FastCheck.string()], ([text]) => {
    expect([undefined, "object"]).toContain(parseObject(text) === undefined ? undefined : "object")
  })

  it("what is no object is none", () => {
    for (const text of ["", " ", "null", "5", '"x"', "true", "[]", "[{}]", "{", '{"a":', "<html>", "undefined"]) {
      expect(parseObject(text)).toBeUndefined()
    }
  })

  it("what nests too deep is none; brackets in strings do not nest", () => {
    expect(parseObject(`{"a":${"[".repeat(63)}${"]".repeat(63)}}`)).toBeDefined()
    expect(parseObject(`{"a":${"[".repeat(64)}${"]".repeat(64)}}`)).toBeUndefined()
    expect(parseObject(`${'{"a":'.repeat(1_000_000)}`)).toBeUndefined()
    expect(parseObject(JSON.stringify({ a: "[{".repeat(1000), b: '"['.repeat(1000), c: "\\" }))).toBeDefined()
    expect(parseObject(`[${"{},".repeat(100)}{}]`)).toBeUndefined()
    expect(parseObject(`{"a":[${"{},".repeat(100)}{}]}`)).toBeDefined()
  })
})
