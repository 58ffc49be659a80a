import type * as Schema from "effect/Schema"
import type * as AST from "effect/SchemaAST"
import { annotationOf, typed } from "../internal/effect/schema.js"

const OtherwiseId = "effect-genesys-chats/codec/otherwise"

/**
 * A schema by which replies are decoded, and another one for those that the first does not decode. The
 * happy path is that of the first alone.
 */
export const otherwise = <A>(first: Schema.Schema.AnyNoContext, fallback: () => Schema.Schema.AnyNoContext) =>
  typed<A, unknown>(typed(first.ast).annotations({ [OtherwiseId]: fallback }).ast)

/** What a reply is decoded by in the second place. */
export const fallbackOf = (ast: AST.AST): Schema.Schema<unknown, unknown> | undefined => {
  const fallback = annotationOf(ast, OtherwiseId)
  return typeof fallback === "function" ? fallback() : undefined
}
