import { describe, expect, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Schema from "effect/Schema"
import { Endpoint } from "effect-genesys-chats"
import { vi } from "vitest"
import { codecOf } from "../../src/codec/codec.js"
import { hostile, isSame } from "../utils/hostile.js"
import { runs } from "../utils/runs.js"
import { samples } from "../utils/samples.js"

/** The codec that always asks `ParseResult`. */
vi.resetModules()
vi.doMock("../../src/codec/compile.js", () => {
  const failed = Symbol("failed")
  const fails = () => () => failed
  return { failed, decoder: fails, encoder: fails, taker: fails }
})
const { codecOf: stockCodecOf } = await import("../../src/codec/codec.js")

const fastCheck = {
  numRuns: runs(100),
  seed: Number(process.env["COMPILE_SEED"] ?? 1)
}

describe("values and issues are those of ParseResult", () => {
  for (const { endpoint, input, name } of samples) {
    const codec = codecOf(endpoint)
    const stock = stockCodecOf(endpoint)

    it.prop(
      `${name}, input`,
      [hostile(FastCheck.constant(input))],
      ([input]) => {
        let expected: ReturnType<typeof stock.encode>
        try {
          expected = stock.encode(input)
        } catch {
          expect(() => codec.encode(input)).toThrow()
          return
        }
        expect(codec.encode(input)).toEqual(expected)
      },
      { fastCheck }
    )

    if (endpoint.success === undefined) continue
    const schema = Schema.make<unknown, unknown>(endpoint.success.ast)
    const encode = Schema.encodeSync(schema)
    const texts = hostile(Arbitrary.make(schema).map((value) => JSON.parse(JSON.stringify(encode(value))))).map(
      (value) => JSON.stringify(value, (_, part) => (typeof part === "bigint" ? Number(part) : part)) ?? "undefined"
    )

    it.prop(
      `${name}, reply`,
      [texts],
      ([text]) => {
        const [ours, expected] = [codec.decode(text), stock.decode(text)]
        expect(Either.isRight(ours)).toBe(Either.isRight(expected))
        if (Either.isLeft(ours)) expect(ours).toEqual(expected)
        else if (!isSame(Either.getOrThrow(ours), Either.getOrThrow(expected))) expect.fail(text)
      },
      { fastCheck: { ...fastCheck, numRuns: fastCheck.numRuns / 5 } }
    )
  }
})

describe("what is no JSON", () => {
  const { decode } = codecOf(
    Endpoint.make("getAny", {
      method: "GET",
      path: "/any",
      pathParameters: {},
      permissions: [],
      success: Schema.Unknown
    })
  )
  const issue = (text: string) =>
    Either.match(decode(text), { onLeft: ([first]) => first?.message, onRight: () => "none" })

  it("an empty body is told from another", () => {
    for (const text of ["", " ", "\r\n\t", "\u00a0", "\ufeff", "\u2028"]) expect(issue(text)).toBe("the body is empty")
    for (const text of ["<html>", "{", "\ufeff{}", "nul"]) {
      expect(issue(text)).toBe(`the body is not JSON (${text.length} characters)`)
    }
    for (const text of ["null", " 1 ", '"a"', "[]"]) expect(issue(text)).toBe("none")
  })
})

describe("an endpoint of a user's own", () => {
  const endpoint = Endpoint.make("patchOdd", {
    method: "PATCH",
    path: "/a/{one}/b/{two}",
    pathParameters: { one: Schema.String, two: Schema.NumberFromString },
    query: { q: Schema.optional(Schema.String), r: Schema.Array(Schema.String), s: Schema.Boolean },
    body: Schema.Struct({
      two: Schema.NumberFromString,
      none: Schema.optional(Schema.String),
      nothing: Schema.Null,
      __proto: Schema.String,
      inner: Schema.Struct({ s: Schema.optional(Schema.Boolean) })
    }),
    success: Schema.Unknown,
    permissions: []
  })
  const input = {
    one: "ä/ü",
    two: 5,
    q: "&=",
    r: ["a", "b"],
    s: false,
    nothing: null,
    __proto: "p",
    inner: { s: true }
  }

  it("path, query and body each take their own fields", () => {
    expect(codecOf(endpoint).encode({ ...input, more: 1 })).toEqual(
      Either.right({
        pathAndQuery: "/a/%C3%A4%2F%C3%BC/b/5?q=%26%3D&r=a%2Cb&s=false",
        body: '{"two":"5","nothing":null,"__proto":"p","inner":{"s":true}}'
      })
    )
  })

  it("what is left out is not in the query, nor in the body", () => {
    const { q: _, ...without } = { ...input, inner: {} }
    for (const left of [without, { ...without, q: undefined, none: undefined }]) {
      expect(codecOf(endpoint).encode(left)).toEqual(
        Either.right({
          pathAndQuery: "/a/%C3%A4%2F%C3%BC/b/5?r=a%2Cb&s=false",
          body: '{"two":"5","nothing":null,"__proto":"p","inner":{}}'
        })
      )
    }
  })

  it("all that is wrong is told", () => {
    const issues = Either.getOrThrow(Either.flip(codecOf(endpoint).encode({ ...input, one: 1, s: "no", inner: null })))
    expect(issues.map(({ path }) => path)).toEqual(["one", "s", "inner"])
  })

  it("what a URL cannot carry is refused", () => {
    const issues = (more: object) => Either.getOrThrow(Either.flip(codecOf(endpoint).encode({ ...input, ...more })))
    expect(issues({ one: "" })).toEqual([{ path: "one", message: "must not be empty" }])
    for (const one of [".", "..", "%2e", "%2E.", ".%252e", "%25252E%2e"]) {
      expect(issues({ one })).toEqual([{ path: "one", message: expect.stringContaining("in any encoding") }])
    }
    expect(issues({ one: "a\u0085", q: "\ud800", r: ["\udc00"] }).map(({ path }) => path)).toEqual(["one", "q", "r"])
    for (const one of ["...", ".a", "%2ea", "%", "a.", "%2f", "%252"]) {
      expect(Either.isRight(codecOf(endpoint).encode({ ...input, one }))).toBe(true)
    }
  })
})
