import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"

/* What schemas are put together of. */

/** A field with a value of its own where it is left out. */
export const defaulted = <S extends Schema.Schema.All>(schema: S, value: () => Schema.Schema.Type<S>) =>
  Schema.optionalWith(schema, { default: value })

/** A key that may be left out; `null` counts as left out too where it is decoded. */
export const optionalOrNull = <S extends Schema.Schema.All>(schema: S): Schema.optionalWith<S, { nullable: true }> =>
  Schema.optionalWith(schema, { nullable: true })

/** `"true"` or `"false"`. */
export const BooleanFromString = Schema.BooleanFromString

/** A schema by its syntax tree. */
export const typed = <A, I = A>(ast: AST.AST): Schema.Schema<A, I> => Schema.make<A, I>(ast)

/** What a schema is annotated with, under a key of ours. */
export const annotationOf = (ast: AST.AST, key: string): unknown => ast.annotations[key]

/** Any text, with what describes another schema. */
export const describedText = ({ annotations }: AST.AST): AST.AST =>
  AST.annotations(Schema.String.ast, {
    [AST.IdentifierAnnotationId]: annotations[AST.IdentifierAnnotationId],
    [AST.DescriptionAnnotationId]: annotations[AST.DescriptionAnnotationId],
    [AST.ArbitraryAnnotationId]: annotations[AST.ArbitraryAnnotationId]
  })
