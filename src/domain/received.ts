import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"

/**
 * The same id as the service sends it: whatever it is, it decodes, so that one
 * odd id does not cost a whole listing. It is checked when it is sent back.
 */
export const received = <A extends string>(schema: Schema.Schema<A, string>): Schema.Schema<A, string> => {
  const { annotations } = schema.ast
  return Schema.make<A, string>(
    AST.annotations(Schema.String.ast, {
      [AST.IdentifierAnnotationId]: annotations[AST.IdentifierAnnotationId],
      [AST.DescriptionAnnotationId]: annotations[AST.DescriptionAnnotationId],
      [AST.ArbitraryAnnotationId]: annotations[AST.ArbitraryAnnotationId]
    })
  )
}
