import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"
import { like } from "../../internal/effect/ast.js"

/**
 * Whether `to` takes whatever `from` gives, and leaves it as it is. Then nobody needs to go by `to` as well, as
 * `Schema` does once more at each level of structs with optional fields.
 */
export const settles = (from: AST.AST, to: AST.AST): boolean => {
  if (from === to && keeps(from)) return true
  const [gives, takes] = [members(unencoded(from)), members(to)]
  const [one, ...more] = gives.filter((member) => !isNothing(member))
  const [other, ...others] = takes.filter((member) => !isNothing(member))
  return (
    // of two that are more, the first might take what the second gave
    more.length + others.length === 0 &&
    gives.every((member) => !isNothing(member) || takes.some(({ _tag }) => _tag === member._tag)) &&
    (one === undefined || (other !== undefined && memberSettles(one, other)))
  )
}

const memberSettles = (from: AST.AST, to: AST.AST): boolean => {
  if (to.encoding !== undefined || (to.checks !== undefined && to.checks !== from.checks)) return false
  switch (to._tag) {
    case "Arrays":
      return AST.isArrays(from) && isArray(from) && isArray(to) && all(from.rest, to.rest, settles)
    case "Objects":
      return AST.isObjects(from) && objectSettles(from, to)
    case "Declaration":
      return AST.isDeclaration(from) && isDateTimeUtc(from) && isDateTimeUtc(to)
    case "Literal":
      return AST.isLiteral(from) && from.literal === to.literal
    default:
      return from._tag === to._tag && isKeyword(to)
  }
}

const objectSettles = (from: AST.Objects, to: AST.Objects): boolean =>
  to.encodingChecks === undefined &&
  isPlain(from) &&
  isPlain(to) &&
  // a record's schema sees the fields too, and as they are by now
  (from.indexSignatures.length === 0 || from.propertySignatures.length === 0) &&
  all(
    from.propertySignatures,
    to.propertySignatures,
    (a, b) =>
      a.name === b.name &&
      // what every object inherits is there even where it is left out
      !(a.name in Object.prototype) &&
      AST.isOptional(a.type) === AST.isOptional(b.type) &&
      settles(a.type, b.type)
  ) &&
  all(from.indexSignatures, to.indexSignatures, (a, b) => settles(a.type, b.type))

const all = <A>(as: ReadonlyArray<A>, bs: ReadonlyArray<A>, f: (a: A, b: A) => boolean): boolean =>
  as.length === bs.length && as.every((a, i) => f(a, bs[i]!))

/** Whether what it takes is given back as it came. */
const keeps = (ast: AST.AST): boolean =>
  ast.encoding === undefined &&
  (isKeyword(ast) || AST.isLiteral(ast) || (AST.isUnion(ast) && isOpen(ast) && ast.types.every(keeps)))

const keywords: ReadonlyArray<AST.AST["_tag"]> = ["Any", "Boolean", "Null", "Number", "String", "Undefined", "Unknown"]

/** Whether it is one of the types whose values `Schema` gives back as they are, and that have no parts. */
const isKeyword = ({ _tag }: AST.AST): boolean => keywords.includes(_tag)

/** The members of a union, and of those among them that are unions too. */
export const members = (ast: AST.AST): ReadonlyArray<AST.AST> =>
  AST.isUnion(ast) && ast.encoding === undefined && ast.checks === undefined && isOpen(ast)
    ? ast.types.flatMap(members)
    : [ast]

/** Whether the first member that takes a value counts. */
export const isOpen = ({ encodingChecks, options }: AST.Union): boolean =>
  encodingChecks === undefined && options?.mode !== "oneOf"

/** The node without regard to how it is encoded. */
export const unencoded = (ast: AST.AST): AST.AST =>
  ast.encoding === undefined ? ast : like(ast, { ...ast, encoding: undefined })

/** Undefined, or null. */
export const isNothing = (ast: AST.AST): boolean =>
  (AST.isUndefined(ast) || AST.isNull(ast)) && ast.encoding === undefined && ast.checks === undefined

/** Any number of one kind. */
export const isArray = ({ elements, rest: [item, ...others] }: AST.Arrays): boolean =>
  elements.length === 0 && item !== undefined && others.length === 0 && !AST.isOptional(item)

/** Fields, and at most one index of any strings. */
export const isPlain = ({ indexSignatures, propertySignatures }: AST.Objects): boolean =>
  propertySignatures.length + indexSignatures.length > 0 &&
  // to assign to it is to set a prototype
  propertySignatures.every(({ name }) => name !== "__proto__") &&
  new Set(propertySignatures.map(({ name }) => name)).size === propertySignatures.length &&
  indexSignatures.length < 2 &&
  indexSignatures.every(({ parameter }) => parameter === Schema.String.ast)

/** Whether it is that of `Schema.DateTimeUtc`, annotated or not. */
export const isDateTimeUtc = ({ checks, encodingChecks, run }: AST.Declaration): boolean =>
  checks === undefined && encodingChecks === undefined && run === Schema.DateTimeUtc.ast.run
