import { inspect, types } from "node:util"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { lazySchema } from "../../src/internal/lazySchema.js"
import { optional } from "../../src/internal/schema.js"
import { whyNot } from "../utils/why.js"

/** Whether nobody has asked for it yet: the stand-in is still among its prototypes. */
const waits = (schema: object | null): boolean =>
  schema !== null && (types.isProxy(schema) || waits(Object.getPrototypeOf(schema)))

const Eager = Schema.Struct({ n: Schema.Number }).annotations({ identifier: "N" })

/** A lazy struct and class, and how often they were made. */
const counted = () => {
  const made = { struct: 0, error: 0 }
  const Struct = lazySchema(() => {
    made.struct++
    return Schema.Struct({ n: Schema.Number }).annotations({ identifier: "N" })
  })
  class Failure extends lazySchema(() => {
    made.error++
    return Schema.TaggedError<Failure>("Failure")("Failure", { n: Schema.Number })
  }) {
    get twice() {
      return this.n * 2
    }
  }
  return { Failure, made, Struct }
}

describe("a lazy schema", () => {
  const questions: { readonly [what: string]: (schema: typeof Eager) => unknown } = {
    "its AST": ({ ast }) => String(ast),
    "its fields": ({ fields }) => fields,
    "whether it is one": Schema.isSchema,
    "a method": (schema) => String(schema.annotations({ identifier: "M" })),
    "a value": (schema) => schema.make({ n: 1 }),
    "what is in it": (schema) => ["pipe" in schema, "pope" in schema]
  }
  for (const [what, ask] of Object.entries(questions)) {
    it(`is made when it is asked for ${what}, and once, and answers as the schema does`, () => {
      const { made, Struct } = counted()
      expect(made.struct).toBe(0)
      expect(ask(Struct)).toEqual(ask(Eager))
      ask(Struct)
      expect(made.struct).toBe(1)
      expect(waits(Struct)).toBe(false)
    })
  }

  it("is a part of others as any schema is", () => {
    const { made, Struct } = counted()
    const Outer = Schema.Struct({ inner: optional(Struct), all: Schema.Array(Struct) })
    const value = { inner: { n: 1 }, all: [{ n: 2 }] }
    expect(Schema.decodeUnknownSync(Outer)(value)).toEqual(value)
    expect(() => Schema.decodeUnknownSync(Outer)({ all: [{ n: "2" }] })).toThrow('["n"]')
    expect(made.struct).toBe(1)
  })

  it("is called as it is", () => {
    expect(String(counted().Struct)).toBe("N")
  })

  it.effect("is a class to extend: by construction, by instanceof, by a further class", () =>
    Effect.gen(function* () {
      const { Failure, made } = counted()
      const failure = new Failure({ n: 2 })
      expect(made.error).toBe(1)
      expect(failure).toBeInstanceOf(Failure)
      expect(failure).toBeInstanceOf(Error)
      expect(failure.twice).toBe(4)
      expect(failure.name).toBe("Failure")
      // where it was made, not how
      expect(failure.stack?.split("\n")[1]).toContain("lazySchema.test")
      expect(yield* Effect.flip(failure)).toBe(failure)
      expect(whyNot(() => new Failure({ n: "2" as never }))).toContain("Expected number")
      expect(Schema.decodeSync(Failure)({ _tag: "Failure", n: 2 }).twice).toBe(4)
      expect(Schema.is(Failure)(failure)).toBe(true)
      class Further extends Failure.extend<Further>("Further")({ more: Schema.String }) {}
      expect(new Further({ n: 1, more: "" }).twice).toBe(2)
      expect(made.error).toBe(1)
    })
  )

  it("instanceof asks it", () => {
    const { Failure, made } = counted()
    expect(new Error() instanceof Failure).toBe(false)
    expect(made.error).toBe(1)
  })

  it("can be looked at before it is made", () => {
    const { Failure, Struct } = counted()
    expect(inspect(Struct)).toContain("[Function: Lazy]")
    expect(inspect(Failure)).toContain("Failure")
  })

  it("that cannot be made says so each time", () => {
    const Broken = lazySchema((): typeof Schema.String => {
      throw new Error("broken")
    })
    expect(() => Broken.ast).toThrow("broken")
    expect(() => Broken.ast).toThrow("broken")
  })
})
