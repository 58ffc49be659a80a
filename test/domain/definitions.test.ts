import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { Chats, Domain } from "effect-genesys-chats"
import { definitionsIn, fieldsOf } from "../utils/ast.js"
import { facts } from "../utils/facts.js"
import { ofField } from "../utils/notation.js"

const asts = (values: ReadonlyArray<unknown>) => values.filter(Schema.isSchema).map(({ ast }) => ast)

const ofEndpoints = asts(Object.values(Chats).flatMap(({ body, success }) => [body, success]))
const declared = definitionsIn([...ofEndpoints, ...asts(Object.values(Domain))])

/** The values of `messageParams` are not always strings. */
const deviations: { readonly [definition: string]: { readonly [field: string]: string } } = {
  ErrorBody: { messageParams: "map of anything, optional" }
}

describe("the definitions are those of the API's facts, field by field", () => {
  it("the same definitions on both sides", () => {
    expect([...new Set(declared.map(([name]) => name))].sort()).toEqual(Object.keys(facts.definitions).sort())
  })

  it("every definition but the errors' is used by an endpoint", () => {
    const used = new Set(definitionsIn(ofEndpoints).map(([name]) => name))
    const unused = Object.keys(facts.definitions).filter((name) => !used.has(name))
    expect(unused).toEqual(["Detail", "ErrorBody", "Limit"])
  })

  for (const [name, fields] of Object.entries(facts.definitions)) {
    it(name, () => {
      const expected = Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, ofField(value)]))
      const structs = declared.filter(([identifier]) => identifier === name)
      expect(structs.length).toBeGreaterThan(0)
      for (const [, struct] of structs) expect(fieldsOf(struct)).toEqual({ ...expected, ...deviations[name] })
    })
  }
})
