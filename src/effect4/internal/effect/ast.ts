import type * as AST from "effect/SchemaAST"

/* Syntax trees that are changed: what the adapters for Effect 4 share, and those for Effect 3 do not need. */

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
