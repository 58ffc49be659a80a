/** The shape of a schema in the notation of `notation.ts`. */
import * as Option from "effect/Option"
import * as AST from "effect/SchemaAST"

/** Ids are plain strings on the wire. */
const ids = new Set(["RoomJid", "UserJid", "UserId", "MessageId", "ThreadId", "GroupId"])

/** What a schema is called. */
export const identifier = (ast: AST.AST): string | undefined => Option.getOrUndefined(AST.getIdentifierAnnotation(ast))

const members = (ast: AST.AST): ReadonlyArray<AST.AST> =>
  ast._tag === "Union" ? ast.types.flatMap(members) : ast._tag === "UndefinedKeyword" || isNull(ast) ? [] : [ast]

const isNull = (ast: AST.AST): boolean => ast._tag === "Literal" && ast.literal === null

/** The struct that a schema is on its encoded side, where it is one. */
export const encodedStruct = (ast: AST.AST): AST.TypeLiteral | undefined => {
  switch (ast._tag) {
    case "TypeLiteral":
      return ast.indexSignatures.length === 0 ? ast : undefined
    case "Transformation":
      return encodedStruct(ast.from)
    case "Refinement":
      return encodedStruct(ast.from)
    case "Suspend":
      return encodedStruct(ast.f())
    default:
      return undefined
  }
}

/** What stands on the wire where this schema stands. */
const ofAst = (ast: AST.AST): string => {
  switch (ast._tag) {
    case "Suspend":
      return ofAst(ast.f())
    case "Union":
      return [...new Set(members(ast).map(ofAst))].sort().join(" or ")
    case "TupleType":
      return `array of ${ast.rest.map((rest) => ofAst(rest.type)).join(" or ")}`
    case "StringKeyword": {
      const name = identifier(ast)
      if (name === undefined || ids.has(name)) return "string"
      return `open enum ${Option.getOrElse(AST.getExamplesAnnotation(ast), () => []).join("|")}`
    }
    case "BooleanKeyword":
      return "boolean"
    case "NumberKeyword":
      return "integer int64"
    case "UnknownKeyword":
      return "anything"
    case "Refinement":
      return identifier(ast) === "Int" ? "integer int32" : ofAst(ast.from)
    case "TypeLiteral": {
      const [index] = ast.indexSignatures
      return index === undefined ? `ref ${identifier(ast)}` : `map of ${ofAst(index.type)}`
    }
    case "Transformation":
      if (identifier(ast) === "DateTimeUtc") return "date-time"
      return encodedStruct(ast) === undefined ? ofAst(ast.from) : `ref ${identifier(ast)}`
    default:
      return ast._tag
  }
}

/** The fields of a struct on its encoded side. `null` and `undefined` are what may be missing. */
export const fieldsOf = (struct: AST.TypeLiteral): { readonly [field: string]: string } =>
  Object.fromEntries(
    struct.propertySignatures.map(({ isOptional, name, type }) => [
      String(name),
      `${ofAst(type)}${isOptional ? ", optional" : ""}`
    ])
  )

/** Each struct in a schema that has an identifier, with its fields; the same identifier may come more than once. */
export const definitionsIn = (asts: ReadonlyArray<AST.AST>): ReadonlyArray<readonly [string, AST.TypeLiteral]> => {
  const found: Array<readonly [string, AST.TypeLiteral]> = []
  const seen = new Set<AST.AST>()
  const visit = (ast: AST.AST): void => {
    if (seen.has(ast)) return
    seen.add(ast)
    const name = identifier(ast)
    const struct = encodedStruct(ast)
    if (name !== undefined && struct !== undefined && ast._tag !== "Suspend") found.push([name, struct])
    if (ast._tag === "Suspend") visit(ast.f())
    if (ast._tag === "Transformation" || ast._tag === "Refinement") visit(ast.from)
    if (ast._tag === "Union") ast.types.forEach(visit)
    if (ast._tag === "TupleType") {
      for (const { type } of [...ast.elements, ...ast.rest]) visit(type)
    }
    if (ast._tag === "TypeLiteral") {
      for (const { type } of [...ast.propertySignatures, ...ast.indexSignatures]) visit(type)
    }
  }
  asts.forEach(visit)
  return found
}

const isString = (ast: AST.AST): boolean =>
  ast._tag === "StringKeyword" || (ast._tag === "Literal" && typeof ast.literal === "string")

/** Query parameters: all are strings on the wire; those that are booleans in values are `boolean` in the facts. */
export const parametersOf = (
  ast: AST.AST
): ReadonlyArray<{ readonly name: string; readonly type: string; readonly required: boolean }> => {
  const values = new Map(AST.getPropertySignatures(AST.typeAST(ast)).map(({ name, type }) => [name, members(type)]))
  return AST.getPropertySignatures(AST.encodedAST(ast)).map(({ isOptional, name, type }) => {
    const strings = members(type).every(isString)
    const boolean = values.get(name)?.every((member) => member._tag === "BooleanKeyword")
    return {
      name: String(name),
      type: strings ? (boolean ? "boolean" : "string") : `${String(type)}, which is no string`,
      required: !isOptional
    }
  })
}
