import * as Schema from "effect/Schema"
import type * as AST from "effect/SchemaAST"

const WholeBodyId: unique symbol = Symbol.for("effect-genesys-chats/wholeBody")

/** The body of an endpoint that is the value of one field, as an array is, and no object of fields. */
export const wholeBody = <const Name extends string, S extends Schema.Schema.AnyNoContext>(name: Name, schema: S) =>
  Schema.Struct({ [name]: schema } as { readonly [K in Name]: S }).annotations({ [WholeBodyId]: name })

/** The field that is the whole body, where there is one. */
export const wholeBodyOf = (ast: AST.AST): string | undefined => {
  const name = ast.annotations[WholeBodyId]
  return typeof name === "string" ? name : undefined
}
