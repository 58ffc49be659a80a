import { identity } from "effect/Function"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"
import { typed } from "../internal/effect/schema.js"
import { dropsNull } from "../internal/schema.js"
import { dateTimeUtc } from "./compile/dateTimeUtc.js"
import { ofGetter, passingBy, resultOf } from "./compile/getters.js"
import { array, failed, lazily, missing, type Run, through, union, valueOf } from "./compile/Run.js"
import { isArray, isDateTimeUtc, isNothing, isOpen, isPlain, members, settles, unencoded } from "./compile/settles.js"
import { type Field, struct } from "./compile/struct.js"

export { failed }

/**
 * What `Schema` makes of a value by a schema, or `failed`. `Schema` interprets, with an `Exit` at every node and
 * the structs below optional fields time and again; here that is decided once. Who meets `failed` asks `Schema`,
 * whose value or error counts: so these closures can leave alone whatever they do not know, and say nothing of
 * what is wrong.
 */
export const decoder = (ast: AST.AST, options: AST.ParseOptions): ((input: unknown) => unknown) =>
  guarded(ast, making, options)

/**
 * The same for a value that nobody else has, as `JSON.parse` gives it: objects and arrays that are right already
 * are not made anew. After `failed`, the value is spoilt.
 */
export const taker = (ast: AST.AST, options: AST.ParseOptions): ((input: unknown) => unknown) =>
  guarded(ast, taking, options)

const guarded = (ast: AST.AST, way: Way, { errors, ...others }: AST.ParseOptions): ((input: unknown) => unknown) => {
  const run = Object.keys(others).length === 0 ? compile(ast, way) : stockOf(ast)
  const options = { errors, ...others }
  return (input) => {
    try {
      const value = run(input, options)
      return value === missing ? failed : value
    } catch {
      // a check or a transformation threw: it throws for `Schema` too
      return failed
    }
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

/** It is only told that there is no value where the node {@link minds}. */
const compile = (ast: AST.AST, way: Way): Run => {
  const known = way.closures.get(ast)
  if (known !== undefined) return known
  const run = ast.encoding === undefined ? ofNode(ast, way) : ofEncoding(ast, ast.encoding, way)
  way.closures.set(ast, run)
  return run
}

/** The same, for who does not know whether there is a value. */
const passing = (ast: AST.AST, way: Way): Run => {
  const run = compile(ast, way)
  return minds(ast) ? run : passingBy(run)
}

/** Whether it may make a value of none. Of whatever else there is none, nothing is made. */
const minds = ({ _tag, encoding }: AST.AST): boolean =>
  _tag === "Suspend" || (encoding ?? []).some(({ to, transformation }) => minds(to) || isMinding(transformation))

const isMinding = (transformation: AST.Link["transformation"]): boolean =>
  transformation._tag === "Middleware" ||
  (/^TransformOptional/.test(transformation.decode._tag) && !dropsNull.has(transformation.decode))

/** The node without regard to how it is encoded. */
const ofNode = (ast: AST.AST, way: Way): Run => {
  // only what is flipped is checked as it comes
  const run = "encodingChecks" in ast && ast.encodingChecks !== undefined ? undefined : ofType(ast, way)
  if (run === undefined) return lazily(() => stockOf(unencoded(ast)))
  const filters = filtersOf(ast.checks)
  if (filters.length === 0) return run
  return (input, options) => {
    const value = run(input, options)
    if (value === failed) return failed
    for (let i = 0; i < filters.length; i++) if (filters[i]!.run(value, ast, options) !== undefined) return failed
    return value
  }
}

const filtersOf = (checks: ReadonlyArray<AST.Check<unknown>> = []): ReadonlyArray<AST.Filter<unknown>> =>
  checks.flatMap((check) => (check._tag === "Filter" ? [check] : filtersOf(check.checks)))

const ofType = (ast: AST.AST, way: Way): Run | undefined => {
  switch (ast._tag) {
    case "String":
      return (input) => (typeof input === "string" ? input : failed)
    case "Number":
      return (input) => (typeof input === "number" ? input : failed)
    case "Boolean":
      return (input) => (typeof input === "boolean" ? input : failed)
    case "Undefined":
      return (input) => (input === undefined ? input : failed)
    case "Null":
      return (input) => (input === null ? input : failed)
    case "Literal":
      return (input) => (input === ast.literal ? input : failed)
    case "Unknown":
    case "Any":
      return identity
    case "ObjectKeyword":
      return (input) => (Predicate.isObjectKeyword(input) ? input : failed)
    case "Arrays":
      return isArray(ast) ? array(required(ast.rest[0]!, way), way.takes) : undefined
    case "Objects":
      if (ast.propertySignatures.length + ast.indexSignatures.length === 0) return (input) => input ?? failed
      return isPlain(ast) ? ofStruct(ast, way) : undefined
    case "Union":
      return isOpen(ast) && !ast.types.some(isTagged)
        ? union(ast.types.map((type) => compile(type, making)))
        : undefined
    case "Suspend":
      return lazily(() => passing(ast.thunk(), way))
    case "Declaration":
      return ofDeclaration(ast)
    default:
      return
  }
}

/** The node, and all below it, by `Schema`. */
const stockOf = (ast: AST.AST): Run => {
  // in a field there may be a value or none
  const schema = Schema.Struct({ value: Schema.optionalKey(typed<unknown>(ast)) })
  const parse = Schema.decodeUnknownResult(schema)
  return (input, options) => {
    const result = valueOf(parse(input === missing ? {} : { value: input }, options))
    if (!Predicate.isObject(result)) return failed
    return "value" in result ? result["value"] : missing
  }
}

const ofStruct = ({ indexSignatures: [record], propertySignatures }: AST.Objects, way: Way): Run =>
  struct(
    propertySignatures.map(({ name, type }) => ofField(name, type, record === undefined ? way : making)),
    record === undefined ? undefined : compile(record.type, making),
    // a field that is inherited is not the object's own yet
    way.takes && !propertySignatures.some(({ name }) => name in Object.prototype),
    isThere
  )

const isThere = (object: object, name: PropertyKey): boolean => name in object

const ofField = (name: PropertyKey, type: AST.AST, way: Way): Field => {
  const always = minds(type)
  if (AST.isOptional(type)) return { name, optional: true, run: compile(type, way), always }
  const run = required(type, way)
  // what refuses undefined need not be told whether it is there
  return !always && isSolid(encodedEnd(type))
    ? { name, optional: false, run, always: false }
    : { name, optional: true, run, always: true }
}

/** There has to be a value, before or by what is made of none. */
const required = (ast: AST.AST, way: Way): Run => {
  if (isSolid(ast) && ast.encoding === undefined) return compile(ast, way)
  const run = passing(ast, way)
  return (input, options) => {
    const value = run(input, options)
    return value === missing ? failed : value
  }
}

const solid: ReadonlyArray<AST.AST["_tag"]> = ["Arrays", "Boolean", "Literal", "Null", "Number", "Objects", "String"]

const isSolid = ({ _tag }: AST.AST): boolean => solid.includes(_tag)

const encodedEnd = (ast: AST.AST): AST.AST => {
  const link = ast.encoding?.at(-1)
  return link === undefined ? ast : encodedEnd(link.to)
}

/**
 * Members with a literal among their required fields are passed over where the input has another one there, or
 * none; others where it is of another type. That matters if they would take it all the same.
 */
const isTagged = (ast: AST.AST): boolean => {
  const end = encodedEnd(ast)
  switch (end._tag) {
    case "Union":
      return end.types.some(isTagged)
    case "Declaration":
      return end.annotations?.["~sentinels"] !== undefined
    case "Objects":
      return end.propertySignatures.some(({ type }) => mayBeLeftOut(type))
    case "Arrays":
      return end.elements.some(mayBeLeftOut)
    default:
      return false
  }
}

const mayBeLeftOut = (ast: AST.AST): boolean => minds(ast) || (AST.isOptional(ast) && !AST.isOptional(encodedEnd(ast)))

const ofDeclaration = (ast: AST.Declaration): Run => {
  let parse: ReturnType<AST.Declaration["run"]> | undefined
  return (input, options) => {
    parse ??= ast.run(ast.typeParameters)
    return resultOf(parse(input, ast, options))
  }
}

const ofEncoding = (ast: AST.AST, encoding: AST.Encoding, way: Way): Run => {
  const [link, ...more] = encoding
  if (more.length > 0) return ofLinks(ast, encoding, way)
  if (isDateFromString(ast, link)) return dateTimeUtc(ofLinks(ast, encoding, way))
  const value = nullableOf(ast, link)
  return value === undefined ? ofLinks(ast, encoding, way) : nullable(compile(value, way))
}

/** From the far end of the encoding to the node itself, as a value goes. */
const ofLinks = (ast: AST.AST, encoding: AST.Encoding, way: Way): Run => {
  const stations = [unencoded(ast), ...encoding.map(({ to }) => to)]
  let run = passing(stations.at(-1)!, way)
  for (let i = encoding.length - 1; i >= 0; i--) {
    const { to, transformation } = encoding[i]!
    // it is told of errors
    if (transformation._tag === "Middleware") return lazily(() => stockOf(ast))
    const next = stations[i]!
    if (transformation.decode._tag === "Passthrough" && settles(to, next)) continue
    run = through(through(run, ofGetter(transformation.decode)), passing(next, making))
  }
  return run
}

/** Whether it is the transformation of `Schema.DateTimeUtcFromString`; annotated anew, it keeps these parts. */
const isDateFromString = (ast: AST.AST, { to, transformation }: AST.Link): boolean =>
  AST.isDeclaration(ast) &&
  isDateTimeUtc(ast) &&
  transformation === Schema.DateTimeUtcFromString.ast.encoding?.[0].transformation &&
  AST.isString(to) &&
  to.checks === undefined &&
  to.encoding === undefined

/** What is below a field by `optional`, where nothing but null is to be left out of what that gives. */
const nullableOf = (ast: AST.AST, { to, transformation }: AST.Link): AST.AST | undefined => {
  if (transformation._tag === "Middleware" || !dropsNull.has(transformation.decode)) return
  const all = members(to)
  const [value, ...others] = all.filter((member) => !isNothing(member))
  if (value === undefined || others.length > 0 || !all.some(AST.isNull) || !all.some(AST.isUndefined)) return
  return settles(new AST.Union([value, AST.undefined]), unencoded(ast)) ? value : undefined
}

/** Null is as good as no field. */
const nullable =
  (inner: Run): Run =>
  (input, options) => {
    const value = inner(input, options)
    if (value !== failed) return value === null ? missing : value
    return input === null ? missing : input === undefined ? input : failed
  }
