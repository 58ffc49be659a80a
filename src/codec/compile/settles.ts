import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"

/**
 * Whether `to` takes whatever decoding by `from` gives, and leaves it as it is. Then nobody needs to
 * decode by `to` as well, as `ParseResult` does once more at each level of structs with optional fields.
 */
export const settles = (from: AST.AST, to: AST.AST): boolean => {
  if (isSteered(from) || isSteered(to)) return false
  switch (from._tag) {
    case "Transformation":
      return settles(from.to, to)
    case "Refinement":
      return AST.isRefinement(to) && from.filter === to.filter && settles(from.from, to.from)
    case "Union":
      return (
        AST.isUnion(to) &&
        // of two that are more, the first might take what the second gave
        from.types.filter((type) => !isNothing(type)).length < 2 &&
        all(from.types, to.types, (a, b) => (isNothing(a) ? isNothing(b) && a._tag === b._tag : settles(a, b)))
      )
    case "TupleType":
      return AST.isTupleType(to) && isArray(from) && isArray(to) && all(from.rest, to.rest, typesSettle)
    case "TypeLiteral":
      return (
        AST.isTypeLiteral(to) &&
        isPlain(from) &&
        // a record's schema sees the fields too, and the other end's sees them changed
        (from.indexSignatures.length === 0 || from.propertySignatures.length === 0) &&
        all(
          from.propertySignatures,
          to.propertySignatures,
          (a, b) => a.name === b.name && a.isOptional === b.isOptional && typesSettle(a, b)
        ) &&
        all(from.indexSignatures, to.indexSignatures, (a, b) => a.parameter === b.parameter && typesSettle(a, b))
      )
    case "Declaration":
      return AST.isDeclaration(to) && isDateTimeUtc(from) && isDateTimeUtc(to)
    default:
      return from === to && keeps(from)
  }
}

interface Typed {
  readonly type: AST.AST
}

const typesSettle = (from: Typed, to: Typed): boolean => settles(from.type, to.type)

const all = <A>(as: ReadonlyArray<A>, bs: ReadonlyArray<A>, f: (a: A, b: A) => boolean): boolean =>
  as.length === bs.length && as.every((a, i) => f(a, bs[i]!))

const isDateTimeUtc = ({ decodeUnknown }: AST.Declaration): boolean => {
  const { ast } = Schema.DateTimeUtcFromSelf
  return AST.isDeclaration(ast) && decodeUnknown === ast.decodeUnknown
}

/** Whether what it takes is given back as it came. */
const keeps = (ast: AST.AST): boolean => {
  if (isSteered(ast)) return false
  switch (ast._tag) {
    case "Union":
      return ast.types.every(keeps)
    case "Refinement":
      return keeps(ast.from)
    case "Declaration":
    case "Suspend":
    case "Transformation":
    case "TupleType":
    case "TypeLiteral":
      return false
    default:
      return true
  }
}

/** Undefined, or null. */
export const isNothing = (ast: AST.AST): boolean =>
  AST.isUndefinedKeyword(ast) || (AST.isLiteral(ast) && ast.literal === null)

/** Whether annotations change what the node, and all below it, do. */
export const isSteered = ({ annotations }: AST.AST): boolean =>
  AST.ParseOptionsAnnotationId in annotations || AST.DecodingFallbackAnnotationId in annotations

/** Any number of one kind. */
export const isArray = ({ elements, rest }: AST.TupleType): boolean => elements.length === 0 && rest.length === 1

/** Fields, and at most one index of any strings. */
export const isPlain = ({ indexSignatures, propertySignatures }: AST.TypeLiteral): boolean =>
  propertySignatures.length + indexSignatures.length > 0 &&
  // to assign to it is to set a prototype
  propertySignatures.every(({ name }) => name !== "__proto__") &&
  indexSignatures.length < 2 &&
  indexSignatures.every(({ parameter }) => parameter === Schema.String.ast)
