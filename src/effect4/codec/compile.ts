import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as AST from "effect/SchemaAST"

/** What does not decode or encode: who meets it asks `Schema` what is wrong. */
export const failed: unique symbol = Symbol("failed")

type Parser = (input: unknown) => unknown

const parser = (parse: (input: unknown) => Option.Option<unknown>): Parser => {
  return (input) => Option.getOrElse(parse(input), () => failed)
}

const schemaOf = (ast: AST.AST): Schema.Codec<unknown> => Schema.make<Schema.Codec<unknown>>(ast)

/** What `Schema` makes of a value by a schema, or `failed`. */
export const decoder = (ast: AST.AST, options: AST.ParseOptions): Parser =>
  parser(Schema.decodeUnknownOption(schemaOf(ast), options))

/** The same for a value that nobody else has. */
export const taker = decoder

/** The same, the other way. */
export const encoder = (ast: AST.AST, options: AST.ParseOptions): Parser =>
  parser(Schema.encodeUnknownOption(schemaOf(ast), options))
