/** The shape of a schema in the notation of `notation.ts`. */
import * as AST from "effect/SchemaAST"

/** Ids are plain strings on the wire. */
const ids = new Set(["RoomJid", "UserJid", "UserId", "MessageId", "ThreadId", "GroupId"])

const annotation = (ast: AST.AST, key: string): unknown => AST.resolve(ast)?.[key]

/** What a schema is called. */
export const identifier = (ast: AST.AST): string | undefined => {
  const name = annotation(ast, "identifier")
  return typeof name === "string" ? name : undefined
}

/** What it is made of as it comes: one step of the way. */
const wire = (ast: AST.AST): AST.AST => (ast.encoding === undefined ? ast : wire(ast.encoding[0].to))

const members = (ast: AST.AST): ReadonlyArray<AST.AST> =>
  AST.isUnion(ast) ? ast.types.flatMap(members) : AST.isUndefined(ast) || AST.isNull(ast) ? [] : [ast]

/** The struct that a schema is on its encoded side, where it is one. */
const encodedStruct = (ast: AST.AST): AST.Objects | undefined => {
  const encoded = AST.isSuspend(ast) ? ast.thunk() : wire(ast)
  return AST.isObjects(encoded) && encoded.indexSignatures.length === 0 ? encoded : undefined
}

const isWhole = ({ checks = [] }: AST.AST): boolean =>
  checks.some(({ annotations }) => annotations?.["expected"] === "an integer")

/** What stands on the wire where this schema stands. */
const ofAst = (ast: AST.AST): string => {
  if (AST.isDeclaration(ast) && annotation(ast, "expected") === "DateTime.Utc") return "date-time"
  if (encodedStruct(ast) !== undefined) return `ref ${identifier(AST.isSuspend(ast) ? ast.thunk() : ast)}`
  const encoded = wire(ast)
  switch (encoded._tag) {
    case "Suspend":
      return ofAst(encoded.thunk())
    case "Union":
      return [...new Set(members(encoded).map(ofAst))].sort().join(" or ")
    case "Arrays":
      return `array of ${encoded.rest.map(ofAst).join(" or ")}`
    case "String": {
      const name = identifier(encoded)
      if (name === undefined || ids.has(name)) return "string"
      const examples = annotation(encoded, "examples")
      return `open enum ${Array.isArray(examples) ? examples.join("|") : ""}`
    }
    case "Boolean":
      return "boolean"
    case "Number":
      return isWhole(encoded) ? "integer int32" : "integer int64"
    case "Unknown":
      return "anything"
    case "Objects":
      return `map of ${encoded.indexSignatures.map(({ type }) => ofAst(type)).join(" or ")}`
    default:
      return encoded._tag
  }
}

/** The fields of a struct on its encoded side. `null` and `undefined` are what may be missing. */
export const fieldsOf = (struct: AST.Objects): { readonly [field: string]: string } =>
  Object.fromEntries(
    struct.propertySignatures.map(({ name, type }) => [
      String(name),
      `${ofAst(type)}${AST.isOptional(wire(type)) ? ", optional" : ""}`
    ])
  )

/** Each struct in a schema that has an identifier, with its fields; the same identifier may come more than once. */
export const definitionsIn = (asts: ReadonlyArray<AST.AST>): ReadonlyArray<readonly [string, AST.Objects]> => {
  const found: Array<readonly [string, AST.Objects]> = []
  const seen = new Set<AST.AST>()
  const visit = (ast: AST.AST): void => {
    if (seen.has(ast)) return
    seen.add(ast)
    const name = identifier(ast)
    const struct = encodedStruct(ast)
    if (name !== undefined && struct !== undefined && !AST.isSuspend(ast)) found.push([name, struct])
    if (AST.isSuspend(ast)) visit(ast.thunk())
    const encoded = wire(ast)
    if (AST.isUnion(encoded)) encoded.types.forEach(visit)
    if (AST.isArrays(encoded)) [...encoded.elements, ...encoded.rest].forEach(visit)
    if (AST.isObjects(encoded)) {
      for (const { type } of [...encoded.propertySignatures, ...encoded.indexSignatures]) visit(type)
    }
  }
  asts.forEach(visit)
  return found
}

const isString = (ast: AST.AST): boolean => AST.isString(ast) || (AST.isLiteral(ast) && typeof ast.literal === "string")

/** Query parameters: all are strings on the wire; those that are booleans in values are `boolean` in the facts. */
export const parametersOf = (
  ast: AST.AST
): ReadonlyArray<{ readonly name: string; readonly type: string; readonly required: boolean }> => {
  const signatures = (of: AST.AST) => (AST.isObjects(of) ? of.propertySignatures : [])
  const values = new Map(signatures(AST.toType(ast)).map(({ name, type }) => [name, members(type)]))
  return signatures(AST.toEncoded(ast)).map(({ name, type }) => {
    const strings = members(type).every(isString)
    const boolean = values.get(name)?.every(AST.isBoolean)
    return {
      name: String(name),
      type: strings ? (boolean ? "boolean" : "string") : `${type._tag}, which is no string`,
      required: !AST.isOptional(type)
    }
  })
}
