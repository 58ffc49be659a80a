import * as Either from "effect/Either"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"
import { dropsNull } from "../internal/schema.js"
import { dateTimeUtc } from "./compile/dateTimeUtc.js"
import { array, failed, lazily, missing, type Run, through, union, valueOf } from "./compile/Run.js"
import { isArray, isNothing, isPlain, isSteered, settles } from "./compile/settles.js"
import { type Field, struct } from "./compile/struct.js"

export { failed }

/**
 * What `ParseResult` makes of a value by a schema, or `failed`. `ParseResult` interprets, with an
 * `Either` at every node and the structs below optional fields time and again; here that is decided
 * once. Who meets `failed` asks `ParseResult`, whose value or error counts: so these closures can
 * leave alone whatever they do not know, and say nothing of what is wrong.
 */
export const decoder = (ast: AST.AST, options: AST.ParseOptions): ((input: unknown) => unknown) =>
  guarded(compile(ast, making), options)

/**
 * The same for a value that nobody else has, as `JSON.parse` gives it: objects and arrays that are
 * right already are not made anew. After `failed`, the value is spoilt.
 */
export const taker = (ast: AST.AST, options: AST.ParseOptions): ((input: unknown) => unknown) =>
  guarded(compile(ast, taking), options)

const guarded =
  (run: Run, options: AST.ParseOptions) =>
  (input: unknown): unknown => {
    try {
      return run(input, options)
    } catch {
      // a filter or a transformation threw: it throws for `ParseResult` too
      return failed
    }
  }

/** One of two ways to go. Each has its closures. */
interface Way {
  /** Whether objects and arrays are kept. */
  readonly takes: boolean
  readonly closures: WeakMap<AST.AST, Run>
}

const making: Way = { takes: false, closures: new WeakMap() }
const taking: Way = { takes: true, closures: new WeakMap() }

const compile = (ast: AST.AST, way: Way): Run => {
  const known = way.closures.get(ast)
  if (known !== undefined) return known
  const run = make(ast, way)
  way.closures.set(ast, run)
  return run
}

const make = (ast: AST.AST, way: Way): Run => {
  const stock = lazily(() => stockOf(ast))
  if (isSteered(ast)) return stock
  switch (ast._tag) {
    case "StringKeyword":
      return (input) => (typeof input === "string" ? input : failed)
    case "NumberKeyword":
      return (input) => (typeof input === "number" ? input : failed)
    case "BooleanKeyword":
      return (input) => (typeof input === "boolean" ? input : failed)
    case "UndefinedKeyword":
      return (input) => (input === undefined ? input : failed)
    case "Literal":
      return (input) => (input === ast.literal ? input : failed)
    case "UnknownKeyword":
    case "AnyKeyword":
      return identity
    case "ObjectKeyword":
      return (input) => (Predicate.isObject(input) ? input : failed)
    case "TupleType":
      return isArray(ast) ? array(compile(ast.rest[0]!.type, way), way.takes) : stock
    case "TypeLiteral":
      if (ast.propertySignatures.length + ast.indexSignatures.length === 0) return (input) => input ?? failed
      return isPlain(ast) ? ofStruct(ast, way) : stock
    case "Union":
      // more than one member may look at it
      return ast.types.some(isTagged) ? stock : union(ast.types.map((type) => compile(type, making)))
    case "Suspend":
      return lazily(() => compile(ast.f(), way))
    case "Refinement":
      return ofRefinement(ast, way)
    case "Declaration":
      return ofDeclaration(ast, stock)
    case "Transformation":
      return ofTransformation(ast, way, stock)
    default:
      return stock
  }
}

/** The node, and all below it, by `ParseResult`. */
const stockOf = (ast: AST.AST): Run => {
  const parse = ParseResult.decodeUnknownEither(Schema.make<unknown>(ast))
  return (input, options) => valueOf(parse(input, options))
}

const ofStruct = ({ indexSignatures: [record], propertySignatures }: AST.TypeLiteral, way: Way): Run =>
  struct(
    propertySignatures.map(({ isOptional, name, type }) => ({
      name,
      optional: isOptional,
      run: compile(type, way),
      always: false
    })),
    record === undefined ? undefined : compile(record.type, making),
    way.takes,
    Object.hasOwn
  )

/**
 * Members with a literal among their required fields are tried before the others. A member that
 * does not show its fields might have one.
 */
const isTagged = (ast: AST.AST): boolean => {
  switch (ast._tag) {
    case "Refinement":
      return isTagged(ast.from)
    case "Transformation":
      return isTagged(ast.from)
    case "TypeLiteral":
      return ast.propertySignatures.some(({ isOptional, type }) => !isOptional && AST.isLiteral(AST.encodedAST(type)))
    case "TupleType":
      return ast.elements.length > 0
    case "Declaration":
      return AST.SurrogateAnnotationId in ast.annotations
    case "Suspend":
      return true
    default:
      return false
  }
}

const ofRefinement = (ast: AST.Refinement, way: Way): Run => {
  const from = compile(ast.from, way)
  return (input, options) => {
    const value = from(input, options)
    return value === failed || Option.isSome(ast.filter(value, options, ast)) ? failed : value
  }
}

const ofDeclaration = (ast: AST.Declaration, stock: Run): Run => {
  const parse = ast.decodeUnknown(...ast.typeParameters)
  return (input, options) => {
    const result = parse(input, options, ast)
    return Either.isEither(result) ? valueOf(result) : stock(input, options)
  }
}

/** Whether it is the transformation of `Schema.DateTimeUtc`; annotated anew, it keeps these parts. */
const isDateTimeUtc = ({ from, to, transformation }: AST.Transformation): boolean => {
  const { ast } = Schema.DateTimeUtc
  return AST.isTransformation(ast) && from === ast.from && to === ast.to && transformation === ast.transformation
}

const ofTransformation = (ast: AST.Transformation, way: Way, stock: Run): Run => {
  if (isDateTimeUtc(ast)) return dateTimeUtc(stock)
  const { from, to, transformation } = ast
  if (transformation._tag === "TypeLiteralTransformation") {
    return ofFields(from, to, transformation, way) ?? stock
  }
  const first = compile(from, making)
  const second = compile(to, making)
  if (transformation._tag === "ComposeTransformation") return through(first, second)
  return (input, options) => {
    const value = first(input, options)
    if (value === failed) return failed
    const result = transformation.decode(value, options, ast, input)
    if (!Either.isEither(result)) return stock(input, options)
    return Either.isRight(result) ? second(result.right, options) : failed
  }
}

/** A struct with fields that change on their way, each of them keeping its name and place. */
const ofFields = (
  from: AST.AST,
  to: AST.AST,
  { propertySignatureTransformations }: AST.TypeLiteralTransformation,
  way: Way
): Run | undefined => {
  if (!isFields(from) || !isFields(to) || from.propertySignatures.length !== to.propertySignatures.length) return
  if (propertySignatureTransformations.some(({ from, to }) => from !== to)) return
  const fields: Array<Field> = []
  for (const [i, start] of from.propertySignatures.entries()) {
    const end = to.propertySignatures[i]!
    if (start.name !== end.name) return
    const change = propertySignatureTransformations.find(({ from }) => from === start.name)
    fields.push(ofField(start, end, change, way))
  }
  return struct(fields, undefined, way.takes, Object.hasOwn)
}

const isFields = (ast: AST.AST): ast is AST.TypeLiteral =>
  AST.isTypeLiteral(ast) && isPlain(ast) && ast.indexSignatures.length === 0

const ofField = (
  start: AST.PropertySignature,
  end: AST.PropertySignature,
  transformation: AST.PropertySignatureTransformation | undefined,
  way: Way
): Field => {
  const { isOptional: optional, name } = start
  const [inner, outer] = [present(start.type), present(end.type)]
  const settled = settles(inner, outer)
  const change = transformation?.decode
  if (settled && change !== undefined && dropsNull.has(change)) {
    return { name, optional, run: nullable(compile(inner, way)), always: false }
  }
  const changes = change !== undefined && change !== identity
  const first = compile(start.type, making)
  const second = compile(end.type, making)
  const run: Run = (input, options) => {
    const value = input === missing ? missing : first(input, options)
    if (value === failed) return failed
    const changed = changes ? changedBy(change, value) : value
    if (changed === missing) {
      if (!end.isOptional) throw failed
      return missing
    }
    return settled && changed === value && changed != null ? changed : second(changed, options)
  }
  return { name, optional, run, always: changes || !end.isOptional }
}

const changedBy = (change: AST.PropertySignatureTransformation["decode"], value: unknown): unknown => {
  const changed = change(value === missing ? Option.none() : Option.some(value))
  return Option.isSome(changed) ? changed.value : missing
}

/** For a field by `optional`: null is as good as no field. */
const nullable =
  (inner: Run): Run =>
  (input, options) => {
    const value = inner(input, options)
    if (value !== failed) return value === null ? missing : value
    return input === null ? missing : input === undefined ? input : failed
  }

/** The one member of a union that is left when null and undefined are put aside. */
const present = (ast: AST.AST): AST.AST => {
  if (!AST.isUnion(ast)) return ast
  const [first, ...others] = ast.types.filter((type) => !isNothing(type))
  return first === undefined || others.length > 0 ? ast : first
}
