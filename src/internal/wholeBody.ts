import type * as AST from "effect/SchemaAST"
import { annotationOf } from "./effect/schema.js"

/** What marks the struct of one field whose value is the whole body: the field's name. */
export const WholeBodyId = "effect-genesys-chats/wholeBody"

/** The field that is the whole body, where there is one. */
export const wholeBodyOf = (ast: AST.AST): string | undefined => {
  const name = annotationOf(ast, WholeBodyId)
  return typeof name === "string" ? name : undefined
}
