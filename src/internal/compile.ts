import * as Either from "effect/Either"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"
import { dateTimeUtc, isDateTimeUtc } from "./compile/dateTimeUtc.js"
import { array, failed, lazily, missing, type Run, through, union, valueOf } from "./compile/Run.js"
import { isArray, isPlain, isSteered, settles } from "./compile/settles.js"
import { type Field, struct } from "./compile/struct.js"
import { dropsNull } from "./schema.js"

export { failed }

/**
 * What `ParseResult` makes of a value by a schema, or `failed`. `ParseResult` interprets, with an
 * `Either` at every node and the structs below optional fields time and again; here that is decided
 * once. Who meets `failed` asks `ParseResult`, whose value or error counts: so these closures can
 * leave alone whatever they do not know, and say nothing of what is wrong.
 */
export const decoder = (ast: AST.AST, options: AST.ParseOptions): ((input: unknown) => unknown) =>
  guarded(compile(ast, true), options)

/** The same, the other way. */
export const encoder = (ast: AST.AST, options: AST.ParseOptions): ((input: unknown) => unknown) =>
  guarded(compile(ast, false), options)

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

const decoders = new WeakMap<AST.AST, Run>()
const encoders = new WeakMap<AST.AST, Run>()

const compile = (ast: AST.AST, decoding: boolean): Run => {
  const memo = decoding ? decoders : encoders
  const known = memo.get(ast)
  if (known !== undefined) return known
  const run = make(ast, decoding)
  memo.set(ast, run)
  return run
}

const make = (ast: AST.AST, decoding: boolean): Run => {
  const stock = lazily(() => stockOf(ast, decoding))
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
      return isArray(ast) ? array(compile(ast.rest[0]!.type, decoding)) : stock
    case "TypeLiteral":
      if (ast.propertySignatures.length + ast.indexSignatures.length === 0) return (input) => input ?? failed
      return isPlain(ast) ? ofStruct(ast, decoding) : stock
    case "Union":
      return ast.types.some((type) => isTagged(type, decoding))
        ? stock
        : union(ast.types.map((type) => compile(type, decoding)))
    case "Suspend":
      return lazily(() => compile(ast.f(), decoding))
    case "Refinement":
      return decoding ? ofRefinement(ast) : through(compile(AST.typeAST(ast), true), compile(unrefined(ast), false))
    case "Declaration":
      return ofDeclaration(ast, decoding, stock)
    case "Transformation":
      return ofTransformation(ast, decoding, stock)
    default:
      return stock
  }
}

/** The node, and all below it, by `ParseResult`. */
const stockOf = (ast: AST.AST, decoding: boolean): Run => {
  const schema = Schema.make<unknown>(ast)
  const parse = decoding ? ParseResult.decodeUnknownEither(schema) : ParseResult.encodeUnknownEither(schema)
  return (input, options) => valueOf(parse(input, options))
}

const ofStruct = ({ indexSignatures: [record], propertySignatures }: AST.TypeLiteral, decoding: boolean): Run =>
  struct(
    propertySignatures.map(({ isOptional, name, type }) => ({
      name,
      optional: isOptional,
      run: compile(type, decoding),
      always: false
    })),
    record === undefined ? undefined : compile(record.type, decoding)
  )

/**
 * Members with a literal among their required fields are tried before the others. A member that
 * does not show its fields might have one.
 */
const isTagged = (ast: AST.AST, decoding: boolean): boolean => {
  switch (ast._tag) {
    case "Refinement":
      return isTagged(ast.from, decoding)
    case "Transformation":
      return isTagged(decoding ? ast.from : ast.to, decoding)
    case "TypeLiteral":
      return ast.propertySignatures.some(
        ({ isOptional, type }) => !isOptional && AST.isLiteral(decoding ? AST.encodedAST(type) : AST.typeAST(type))
      )
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

const ofRefinement = (ast: AST.Refinement): Run => {
  const from = compile(ast.from, true)
  return (input, options) => {
    const value = from(input, options)
    return value === failed || Option.isSome(ast.filter(value, options, ast)) ? failed : value
  }
}

const unrefined = (ast: AST.AST): AST.AST => (AST.isRefinement(ast) ? unrefined(ast.from) : ast)

const ofDeclaration = (ast: AST.Declaration, decoding: boolean, stock: Run): Run => {
  const parse = (decoding ? ast.decodeUnknown : ast.encodeUnknown)(...ast.typeParameters)
  return (input, options) => {
    const result = parse(input, options, ast)
    return Either.isEither(result) ? valueOf(result) : stock(input, options)
  }
}

const ofTransformation = (ast: AST.Transformation, decoding: boolean, stock: Run): Run => {
  if (decoding && isDateTimeUtc(ast)) return dateTimeUtc(stock)
  const { transformation } = ast
  const [from, to] = decoding ? [ast.from, ast.to] : [ast.to, ast.from]
  if (transformation._tag === "TypeLiteralTransformation") {
    return ofFields(from, to, transformation, decoding) ?? stock
  }
  const first = compile(from, decoding)
  const second = compile(to, decoding)
  if (transformation._tag === "ComposeTransformation") return through(first, second)
  const change = decoding ? transformation.decode : transformation.encode
  return (input, options) => {
    const value = first(input, options)
    if (value === failed) return failed
    const result = change(value, options, ast, input)
    if (!Either.isEither(result)) return stock(input, options)
    return Either.isRight(result) ? second(result.right, options) : failed
  }
}

/** A struct with fields that change on their way, each of them keeping its name and place. */
const ofFields = (
  from: AST.AST,
  to: AST.AST,
  { propertySignatureTransformations }: AST.TypeLiteralTransformation,
  decoding: boolean
): Run | undefined => {
  if (!isFields(from) || !isFields(to) || from.propertySignatures.length !== to.propertySignatures.length) return
  if (propertySignatureTransformations.some(({ from, to }) => from !== to)) return
  const fields: Array<Field> = []
  for (const [i, start] of from.propertySignatures.entries()) {
    const end = to.propertySignatures[i]!
    if (start.name !== end.name) return
    const change = propertySignatureTransformations.find(({ from }) => from === start.name)
    fields.push(ofField(start, end, change, decoding))
  }
  return struct(fields, undefined)
}

const isFields = (ast: AST.AST): ast is AST.TypeLiteral =>
  AST.isTypeLiteral(ast) && isPlain(ast) && ast.indexSignatures.length === 0

const ofField = (
  start: AST.PropertySignature,
  end: AST.PropertySignature,
  transformation: AST.PropertySignatureTransformation | undefined,
  decoding: boolean
): Field => {
  const { isOptional: optional, name } = start
  const [inner, outer] = [present(start.type), present(end.type)]
  // what no transformation makes another is encoded as it is decoded
  const settled = settles(inner, outer) && (decoding || inner === outer)
  const change = decoding ? transformation?.decode : transformation?.encode
  if (settled && change !== undefined && dropsNull.has(change)) {
    return { name, optional, run: nullable(compile(inner, decoding)), always: false }
  }
  const changes = change !== undefined && change !== identity
  const first = compile(start.type, decoding)
  const second = compile(end.type, decoding)
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
  const [first, ...others] = ast.types.filter(
    (type) => !AST.isUndefinedKeyword(type) && !(AST.isLiteral(type) && type.literal === null)
  )
  return first === undefined || others.length > 0 ? ast : first
}
