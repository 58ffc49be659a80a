/** Schemas: lists where there were several arguments, checks where there were filters. */
import { join } from "node:path"
import ts from "typescript"
import { root } from "../../modules.js"
import { isExample } from "../docstrings.js"
import type { Context, Rule } from "../render.js"
import { exportOf, isCallOf } from "../render.js"

const schema = "effect/Schema"

const list = (nodes: ReadonlyArray<ts.Node>, { render }: Context): string => `[${nodes.map(render).join(", ")}]`

/** `Union(a, b)` and `Tuple(a, b)` are of a list; so is `Literal` of several. */
const variadic: Rule = (node, context) => {
  if (!ts.isCallExpression(node)) return undefined
  const space = ts.isPropertyAccessExpression(node.expression) ? node.expression.expression.getText(context.file) : ""
  for (const name of ["Union", "Tuple"])
    if (isCallOf(node, schema, name, context)) return `${space}.${name}(${list(node.arguments, context)})`
  if (!isCallOf(node, schema, "Literal", context)) return undefined
  const [only] = node.arguments
  if (node.arguments.length === 1 && only !== undefined) {
    return ts.isSpreadElement(only)
      ? `${space}.Literals(${context.render(only.expression)})`
      : `${space}.Literal(${context.render(only)})`
  }
  return `${space}.Literals(${list(node.arguments, context)})`
}

/** `Record({ key, value })` is `Record(key, value)`. */
const record: Rule = (node, context) => {
  if (!isCallOf(node, schema, "Record", context)) return undefined
  const [options] = node.arguments
  if (options === undefined || !ts.isObjectLiteralExpression(options)) return undefined
  return `Schema.Record(${options.properties.map((one) => (ts.isPropertyAssignment(one) ? context.render(one.initializer) : one.name?.getText(context.file))).join(", ")})`
}

/** What a pipe filters by: the check, how many arguments the filter takes, and what becomes of them. */
const checks: Readonly<Record<string, readonly [check: string, args: number, to?: (...args: Strings) => string]>> = {
  between: ["isBetween", 2, (least, most) => `{ minimum: ${least}, maximum: ${most} }`],
  int: ["isInt", 0],
  maxItems: ["isMaxLength", 1],
  minItems: ["isMinLength", 1],
  minLength: ["isMinLength", 1],
  nonNegative: ["isGreaterThanOrEqualTo", 0, () => "0"],
  positive: ["isGreaterThan", 0, () => "0"],
  startsWith: ["isStartingWith", 1]
}

type Strings = ReadonlyArray<string>

/** The message of a check is a text, and no function of the issue. */
const message: Rule = (node, context) => {
  if (!ts.isPropertyAssignment(node) || node.name.getText(context.file) !== "message") return undefined
  const { initializer } = node
  if (!ts.isArrowFunction(initializer) || initializer.parameters.length > 0 || ts.isBlock(initializer.body)) {
    return undefined
  }
  const call = node.parent.parent
  const called = ts.isCallExpression(call) ? exportOf(call.expression, context) : undefined
  const isCheck = called?.module === schema && (called.name in checks || called.name === "filter")
  return isCheck ? `message: ${context.render(initializer.body)}` : undefined
}

const filters: Rule = (node, context) => {
  if (!ts.isCallExpression(node)) return undefined
  const called = exportOf(node.expression, context)
  if (called?.module !== schema) return undefined
  if (called.name === "filter") {
    const [predicate, annotations] = node.arguments.map(context.render)
    return `Schema.check(Schema.makeFilter(${[predicate, annotations].filter((one) => one !== undefined).join(", ")}))`
  }
  const found = checks[called.name]
  if (found === undefined) return undefined
  const [check, count, to = (...args: Strings) => args.join(", ")] = found
  const args = node.arguments.map(context.render)
  const all = [to(...args.slice(0, count)), ...args.slice(count)].filter((one) => one !== "")
  return `Schema.check(Schema.${check}(${all.join(", ")}))`
}

/** Schemas that are named for their check. */
const named: Readonly<Record<string, string>> = {
  NonEmptyTrimmedString: "Schema.NonEmptyString.check(Schema.isTrimmed())",
  NonNegative: "Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))",
  NonNegativeInt: "Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))",
  Positive: "Schema.Finite.check(Schema.isGreaterThan(0))"
}

const checked: Rule = (node, context) => {
  const found = exportOf(node, context)
  return found?.module === schema && ts.isPropertyAccessExpression(node) ? named[found.name] : undefined
}

/** `transform(from, to, { decode, encode })` is `from.pipe(decodeTo(to, { decode, encode }))`, by getters. */
const transform: Rule = (node, context) => {
  const way = isCallOf(node, schema, "transform", context)
    ? "transform"
    : isCallOf(node, schema, "transformOrFail", context)
      ? "transformEffect"
      : undefined
  if (way === undefined || !ts.isCallExpression(node)) return undefined
  const [from, to, options] = node.arguments
  if (from === undefined || to === undefined || options === undefined) return undefined
  if (!ts.isObjectLiteralExpression(options)) return undefined
  const getter = context.need("effect/SchemaGetter", "SchemaGetter")
  const ways = options.properties.flatMap((one) =>
    ts.isPropertyAssignment(one) && one.name.getText(context.file) !== "strict"
      ? [`${one.name.getText(context.file)}: ${getter}.${way}(${context.render(one.initializer)})`]
      : []
  )
  return `${context.render(from)}.pipe(Schema.decodeTo(${context.render(to)}, { ${ways.join(", ")} }))`
}

/** Who is told of fields that should not be there is told of values as well: Effect 4 would keep them to itself. */
const reported: Rule = (node, context) => {
  if (!ts.isPropertyAssignment(node) || node.name.getText(context.file) !== "onExcessProperty") return undefined
  return `${context.children(node)}, reportInput: true`
}

/** What is made or decoded without a look at it. */
const disabled: Rule = (node, context) => {
  if (!ts.isPropertyAssignment(node) || node.name.getText(context.file) !== "disableValidation") return undefined
  return `disableChecks: ${context.render(node.initializer)}`
}

/** `Exit({ success, failure, defect })` is `Exit(success, failure, defect)`, and what defects are is made. */
const exit: Rule = (node, context) => {
  const found = exportOf(node, context)
  if (found?.module === schema && found.name === "Defect" && ts.isPropertyAccessExpression(node))
    return "Schema.Defect()"
  if (!isCallOf(node, schema, "Exit", context)) return undefined
  const [options] = node.arguments
  if (options === undefined || !ts.isObjectLiteralExpression(options)) return undefined
  const of = new Map(
    options.properties.flatMap((one) =>
      ts.isPropertyAssignment(one) ? [[one.name.getText(context.file), context.render(one.initializer)] as const] : []
    )
  )
  return `Schema.Exit(${["success", "failure", "defect"].map((name) => of.get(name)).join(", ")})`
}

/** `parseJson()` is of anything. */
const json: Rule = (node, context) =>
  isCallOf(node, schema, "parseJson", context) && node.arguments.length === 0
    ? "Schema.fromJsonString(Schema.Unknown)"
    : undefined

/** The member `annotations` of a schema is `annotate`. */
const annotations: Rule = (node, context) => {
  if (!ts.isPropertyAccessExpression(node) || node.name.text !== "annotations") return undefined
  const symbol = context.checker.getSymbolAtLocation(node.name)
  const from = symbol?.declarations?.some((one) => /\/effect\/.*\/Schema(\.d)?\.ts$/.test(one.getSourceFile().fileName))
  if (from !== true || context.spaceOf(node.expression) !== undefined) return undefined
  return `${context.render(node.expression)}${context.file.text.slice(node.expression.end, node.name.getStart(context.file))}annotate`
}

const types: Readonly<Record<string, string>> = {
  "Schema.AnyNoContext": "Schema.ConstraintCodec<unknown, unknown>",
  "Schema.All": "Schema.Top",
  "Schema.Any": "Schema.Top",
  "Schema.Type": "Schema.Schema.Type",
  "Schema.Encoded": "Schema.Codec.Encoded"
}

const type: Rule = (node, context) => {
  if (!ts.isTypeReferenceNode(node)) return undefined
  const name = node.typeName
  if (ts.isQualifiedName(name) && ts.isQualifiedName(name.left)) {
    const found = exportOf(name.left, context)
    if (found?.module !== schema || found.name !== "Schema") return undefined
    const to = types[`Schema.${name.right.text}`]
    if (to === undefined) return undefined
    const args = node.typeArguments === undefined ? "" : `<${node.typeArguments.map(context.render).join(", ")}>`
    return to + args
  }
  const found = exportOf(name, context)
  if (found?.module !== schema || found.name !== "Schema") return undefined
  const args = node.typeArguments ?? []
  if (args.length < 1) return undefined
  const to =
    isTaken(node) || !isOurs(context.file)
      ? "Schema.Codec"
      : `${context.need("src/internal/effect/schema.js", "Schemas")}.SchemaOf`
  return `${to}<${args.map(context.render).join(", ")}>`
}

/** Whether a file is one of the package: its examples, and programs of users, know no module of ours but the public ones. */
const isOurs = ({ fileName }: ts.SourceFile): boolean => fileName.startsWith(join(root, "src/")) && !isExample(fileName)

/** Whether a type is that of something a function is given: what it may be is to be as wide as it is on Effect 3. */
const isTaken = (node: ts.Node): boolean => ts.findAncestor(node, ts.isParameter) !== undefined

export const schemas: ReadonlyArray<Rule> = [
  variadic,
  record,
  message,
  filters,
  checked,
  transform,
  disabled,
  reported,
  exit,
  json,
  annotations,
  type
]
