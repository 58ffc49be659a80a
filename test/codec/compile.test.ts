import { inspect } from "node:util"
import { describe, expect, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Schema from "effect/Schema"
import type * as AST from "effect/SchemaAST"
import { Chats } from "effect-genesys-chats"
import { decoder, failed, taker } from "../../src/codec/compile.js"
import { hostile, isSame } from "../utils/hostile.js"
import { runs } from "../utils/runs.js"
import { definitions } from "../utils/schemas.js"
import { oddInputs, oddSchemas } from "./oddSchemas.js"

/** `TEST_RUNS=200 COMPILE_SEED=$RANDOM npx vitest run test/codec/compile.test.ts` for a longer hunt. */
const fastCheck = {
  numRuns: runs(60),
  seed: Number(process.env["COMPILE_SEED"] ?? 1)
}

const schemas: ReadonlyArray<readonly [name: string, ast: AST.AST]> = [
  ...definitions.map(({ exported, schema }) => [exported, schema.ast] as const),
  ...Object.entries(Chats).flatMap(([name, { body, pathParameters, query }]) => [
    [
      `${name}, input`,
      Schema.Struct<Schema.Struct.Fields>({ ...pathParameters, ...query, ...body?.fields }).ast
    ] as const,
    [`${name}, query`, Schema.Struct<Schema.Struct.Fields>(query).ast] as const
  ]),
  ...Object.entries(oddSchemas).map(([name, { ast }]) => [name, ast] as const)
]

type Outcome = { readonly value: unknown } | { readonly error: unknown } | { readonly thrown: unknown }

const outcome = (f: () => Either.Either<unknown, unknown>): Outcome => {
  try {
    return Either.match(f(), { onLeft: (error) => ({ error }), onRight: (value) => ({ value }) })
  } catch (thrown) {
    return { thrown }
  }
}

/** There the closures may give up where the parser has a value. */
const isLeft = (input: unknown, name: string): boolean =>
  inspect(input, { depth: Infinity, showHidden: true }).includes("__proto__") || name === "change to a required field"

const compare = (name: string, input: unknown, fast: unknown, stock: Outcome): void => {
  if (fast === failed) {
    if ("value" in stock && !isLeft(input, name)) expect.fail(`no value for ${inspect(input, { depth: 9 })}`)
  } else if (!("value" in stock) || !isSame(fast, stock.value)) {
    expect.fail(inspect({ input, fast, stock }, { depth: 9, showHidden: true }))
  }
}

/** The text of a value, where JSON has one. */
const jsonOf = (input: unknown): string | undefined => {
  try {
    return JSON.stringify(input)
  } catch {
    return undefined
  }
}

/** Values of a schema, where there are any. */
const valuesOf = (schema: Schema.Schema<unknown>): FastCheck.Arbitrary<unknown> => {
  try {
    const values = Arbitrary.make(schema)
    FastCheck.sample(values, { numRuns: 20, seed: 1 })
    return values
  } catch {
    return FastCheck.anything()
  }
}

const inputsOf = (name: string, schema: Schema.Schema<unknown, unknown>) => {
  const encode = Schema.encodeUnknownEither(schema)
  const types = valuesOf(Schema.typeSchema(schema))
  // dates and numbers in strings are only found so
  const encoded = types.map((value) => {
    const result = outcome(() => encode(value))
    return "value" in result ? result.value : value
  })
  const others = { weight: 1, arbitrary: FastCheck.anything({ withNullPrototype: true, withSparseArray: true }) }
  const examples = (oddInputs[name] ?? []).map((value) => ({ weight: 1, arbitrary: FastCheck.constant(value) }))
  return FastCheck.oneof(
    { weight: 6, arbitrary: encoded },
    { weight: 3, arbitrary: valuesOf(Schema.encodedSchema(schema)) },
    { weight: 1, arbitrary: types },
    others,
    ...examples
  )
}

describe("decodes and takes JSON as the parser of Effect does, where the first error is asked for and where all are", () => {
  for (const [name, ast] of schemas) {
    const schema = Schema.make<unknown, unknown>(ast)
    const received = inputsOf(name, schema)
    const checks = ([{}, { errors: "all" }] as const).map((options) => {
      const decode = decoder(ast, options)
      const take = taker(ast, options)
      const stockDecode = Schema.decodeUnknownEither(schema, options)
      return (input: unknown) => {
        const decoded = outcome(() => stockDecode(input))
        compare(name, input, decode(input), decoded)
        const text = jsonOf(input)
        // what has such a key can get a prototype of its own, which is never the same one twice
        if (text === undefined || text.includes("__proto__")) return
        const parsed = outcome(() => stockDecode(JSON.parse(text)))
        compare(name, JSON.parse(text), take(JSON.parse(text)), parsed)
      }
    })

    it.prop(
      name,
      [hostile(received)],
      ([input]) => {
        for (const check of checks) check(input)
      },
      { fastCheck }
    )
  }
})

const digits = (max: number, length: number) =>
  FastCheck.oneof(
    FastCheck.integer({ min: 0, max }).map((n) => String(n).padStart(length, "0")),
    FastCheck.constantFrom("00", "", "1", "-1", " 1", "1a", "0x1", "١٢").map((odd) => odd.padStart(length, "0"))
  )

const weighted = (usual: string, ...odd: ReadonlyArray<string>) =>
  FastCheck.oneof(
    { weight: 8, arbitrary: FastCheck.constant(usual) },
    { weight: 1, arbitrary: FastCheck.constantFrom(...odd) }
  )

const dates = FastCheck.tuple(
  FastCheck.oneof(
    FastCheck.constantFrom("2024", "2023", "1900", "2000", "0000", "0099", "+002024", "-000001", "-002024", "24"),
    digits(9999, 4)
  ),
  weighted("-", "/", ""),
  digits(13, 2),
  weighted("-", "–", ""),
  digits(32, 2),
  weighted("T", "t", " ", ""),
  digits(25, 2),
  weighted(":", "", "."),
  digits(61, 2),
  weighted(":", "", "."),
  digits(61, 2),
  FastCheck.oneof(
    FastCheck.constant(""),
    FastCheck.integer({ min: 0, max: 999 }).map((n) => `.${String(n).padStart(3, "0")}`),
    FastCheck.array(FastCheck.constantFrom("0", "7", "9"), { maxLength: 9 }).map((ms) => `.${ms.join("")}`)
  ),
  weighted("Z", "z", "", "+00:00", "-0530", "+02", "Z ", " Z", "ZZ", "[UTC]", "Z\n")
).map((parts) => parts.join(""))

describe("dates", () => {
  const { ast } = Schema.DateTimeUtc
  const decode = decoder(ast, {})
  const stock = Schema.decodeUnknownEither(Schema.DateTimeUtc)
  const check = (text: string) =>
    compare(
      "dates",
      text,
      decode(text),
      outcome(() => stock(text))
    )
  const many = { ...fastCheck, numRuns: fastCheck.numRuns * 60 }

  it.prop("nearly dates", [dates], ([text]) => check(text), { fastCheck: many })

  it.prop("dates", [FastCheck.date({ noInvalidDate: true })], ([date]) => check(date.toISOString()), {
    fastCheck: many
  })

  it("every day of a leap year, and of others", () => {
    for (const year of ["2024", "2023", "1900", "2000", "0000", "0004", "0999", "1000", "9999"]) {
      for (let month = 0; month <= 13; month++) {
        for (let day = 0; day <= 32; day++) {
          const date = `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`
          check(`${date}T12:30:59.007Z`)
          check(`${date}T23:59:59Z`)
        }
      }
    }
  })
})

it("what is not compiled when it is defined may be defined later", () => {
  interface Node {
    readonly next?: Node | undefined
  }
  const first = Schema.Struct({ next: Schema.optional(Schema.suspend((): Schema.Schema<Node> => second)) })
  const decode = decoder(first.ast, {})
  const second: Schema.Schema<Node> = first
  expect(decode({ next: { next: {} } })).toEqual({ next: { next: {} } })
})

it("a stack that is too small for a value is for the parser to tell of", () => {
  const deep = `${'{"value":"a","children":['.repeat(50_000)}${"]}".repeat(50_000)}`
  const tree = oddSchemas["tree"]
  expect(tree && decoder(tree.ast, {})(JSON.parse(deep))).toBe(failed)
})
