import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"

/* Syntax trees that are changed: what the adapters for Effect 4 share, and those for Effect 3 do not need. */

/** What values of a schema are drawn from. A field that is there has a value: Effect 4 would leave out most of them. */
export const drawn = (schema: Schema.ConstraintCodec<unknown, unknown>): Schema.Codec<unknown> =>
  Schema.make<Schema.Codec<unknown>>(withValues(Schema.toType(schema).ast))

const withValues = (ast: AST.AST): AST.AST =>
  within(
    AST.isUnion(ast) && AST.isOptional(ast)
      ? like(ast, { ...ast, types: ast.types.filter((type) => !AST.isUndefined(type)) })
      : ast,
    withValues
  )

/** A syntax tree whose parts are changed; what is suspended stays as it is. */
export const within = (ast: AST.AST, change: (part: AST.AST) => AST.AST): AST.AST => {
  const signatures = <S extends { readonly type: AST.AST }>(all: ReadonlyArray<S>): ReadonlyArray<S> =>
    all.map((one) => like(one, { ...one, type: change(one.type) }))
  switch (ast._tag) {
    case "Objects":
      return like(ast, {
        ...ast,
        propertySignatures: signatures(ast.propertySignatures),
        indexSignatures: signatures(ast.indexSignatures)
      })
    case "Arrays":
      return like(ast, { ...ast, elements: ast.elements.map(change), rest: ast.rest.map(change) })
    case "Union":
      return like(ast, { ...ast, types: ast.types.map(change) })
    default:
      return ast
  }
}

/** Another one of the same class. */
export const like = <A extends object>(one: A, fields: object): A =>
  Object.assign(Object.create(Object.getPrototypeOf(one)), fields)
