/** Calls of effects, results and the like that take their arguments in another shape. */
import ts from "typescript"
import { isExample } from "../docstrings.js"
import type { Rule } from "../render.js"
import { exportOf, isCallOf } from "../render.js"
import { moduleOf, names } from "./imports.js"

/** An `Either` is matched by `onLeft` and `onRight`. */
const sides: Readonly<Record<string, string>> = { onLeft: "onFailure", onRight: "onSuccess" }

const match: Rule = (node, context) => {
  if (!ts.isPropertyAssignment(node) && !ts.isShorthandPropertyAssignment(node)) return undefined
  const to = sides[node.name.getText(context.file)]
  const call = node.parent.parent
  if (
    to === undefined ||
    !(isCallOf(call, "effect/Either", "match", context) || isCallOf(call, "effect/Either", "mapBoth", context))
  )
    return undefined
  return `${to}: ${ts.isPropertyAssignment(node) ? context.render(node.initializer) : node.name.getText(context.file)}`
}

const repeatN: Rule = (node, context) => {
  if (!isCallOf(node, "effect/Effect", "repeatN", context)) return undefined
  const last = node.arguments.at(-1)
  if (last === undefined) return undefined
  return `Effect.repeat(${[...node.arguments.slice(0, -1).map(context.render), `{ times: ${context.render(last)} }`].join(", ")})`
}

const dieMessage: Rule = (node, context) =>
  isCallOf(node, "effect/Effect", "dieMessage", context)
    ? `Effect.die(new Error(${node.arguments.map(context.render).join(", ")}))`
    : undefined

/** `Effect.yieldNow()` is a value. */
const yieldNow: Rule = (node, context) =>
  isCallOf(node, "effect/Effect", "yieldNow", context) ? "Effect.yieldNow" : undefined

const deferred: Rule = (node, context) => {
  if (!isCallOf(node, "effect/Deferred", "unsafeMake", context)) return undefined
  const types = node.typeArguments === undefined ? "" : `<${node.typeArguments.map(context.render).join(", ")}>`
  return `Deferred.makeUnsafe${types}()`
}

/** An `Either` or an `Option` is an effect in Effect 3 alone: where an effect is expected, it is made one. */
const asEffect: Rule = (node, context) => {
  if (!ts.isExpression(node) || !isValue(node)) return undefined
  const { checker } = context
  const from = fromWhat(checker.getTypeAtLocation(node))
  if (from === undefined) return undefined
  const expected = checker.getContextualType(node)
  if (expected === undefined || !isOf(expected, "effect/Effect", ["Effect"])) return undefined
  return `Effect.${from}(${plain(node, context)})`
}

const fromWhat = (type: ts.Type): "fromResult" | "fromOption" | undefined => {
  if (isOf(type, "effect/Either", ["Left", "Right"])) return "fromResult"
  return isOf(type, "effect/Option", ["None", "Some"]) ? "fromOption" : undefined
}

/** What stands for a value of its own, and not for one of several. */
const isValue = (node: ts.Expression): boolean =>
  !("name" in node.parent && node.parent.name === node) &&
  (ts.isCallExpression(node) || ts.isIdentifier(node) || ts.isPropertyAccessExpression(node)) &&
  !ts.isPropertyAccessExpression(node.parent) &&
  !(ts.isCallExpression(node.parent) && node.parent.expression === node)

const plain = (node: ts.Node, context: Parameters<Rule>[1]): string => rest(node, context) ?? context.children(node)

const isOf = (type: ts.Type, module: string, names: ReadonlyArray<string>): boolean => {
  const parts = type.isUnion() ? type.types : [type]
  return parts.every((part) => {
    const symbol = part.aliasSymbol ?? part.symbol
    const file = part.symbol?.declarations?.[0]?.getSourceFile().fileName
    return (
      file !== undefined &&
      moduleOf(file) === module &&
      (names.includes(part.symbol.name) || (symbol !== undefined && names.includes(symbol.name)))
    )
  })
}

/** What is an effect by itself in Effect 3, and how it becomes one. */
const awaited: ReadonlyArray<readonly [module: string, types: ReadonlyArray<string>, how: string]> = [
  ["effect/Fiber", ["Fiber", "RuntimeFiber"], "join"],
  ["effect/Deferred", ["Deferred"], "await"],
  ["effect/Ref", ["Ref"], "get"]
]

/** In a generator of effects, an `Either` is to be one as well. */
const yielded: Rule = (node, context) => {
  if (!ts.isYieldExpression(node) || node.expression === undefined || node.asteriskToken === undefined) return undefined
  const type = context.checker.getTypeAtLocation(node.expression)
  const [module = "", , how] = awaited.find(([module, names]) => isOf(type, module, names)) ?? []
  if (how !== undefined) {
    const space = context.need(module, module.replace("effect/", ""))
    return `yield* ${space}.${how}(${plain(node.expression, context)})`
  }
  const from = fromWhat(type)
  if (from === undefined) return undefined
  const generator = ts.findAncestor(node, ts.isFunctionExpression)
  return generator !== undefined && isCallOf(generator.parent, "effect/Effect", "gen", context)
    ? `yield* Effect.${from}(${plain(node.expression, context)})`
    : undefined
}

/** What a fold begins with is made anew for each run. */
const fold: Rule = (node, context) => {
  if (!ts.isCallExpression(node)) return undefined
  const called = exportOf(node.expression, context)
  if (called?.module !== "effect/Stream" || !/^runFold(Effect)?$/.test(called.name)) return undefined
  const args = node.arguments.map(context.render)
  const at = args.length - 2
  return `Stream.${called.name}(${args.map((arg, index) => (index === at ? `() => ${arg}` : arg)).join(", ")})`
}

const noReasons: Rule = (node, context) =>
  isCallOf(node, "effect/Cause", "isEmpty", context)
    ? `(${node.arguments.map(context.render).join(", ")}.reasons.length === 0)`
    : undefined

const contextWith: Rule = (node, context) => {
  if (!isCallOf(node, "effect/Effect", "contextWith", context)) return undefined
  return `Effect.map(Effect.context(), ${node.arguments.map(context.render).join(", ")})`
}

/** `Logger.replace(Logger.defaultLogger, logger)` is the layer of that logger. */
const logger: Rule = (node, context) => {
  if (!isCallOf(node, "effect/Logger", "replace", context)) return undefined
  const [, one] = node.arguments
  return one === undefined ? undefined : `Logger.layer([${context.render(one)}])`
}

/** A clock is a service as any other. */
const withClock: Rule = (node, context) => {
  if (!isCallOf(node, "effect/Effect", "withClock", context)) return undefined
  const args = node.arguments.map(context.render)
  const clock = args.pop()
  return `Effect.provideService(${[...args, `${context.need("effect/Clock", "Clock")}.Clock`, clock].join(", ")})`
}

const zipLeft: Rule = (node, context) => {
  if (!isCallOf(node, "effect/Effect", "zipLeft", context)) return undefined
  const args = node.arguments.map(context.render)
  const after = args.pop()
  return `Effect.tap(${[...args, `() => ${after}`].join(", ")})`
}

/** Requests that are made one after the other are no batch: those that are to be one are made at once. */
const batching: Rule = (node, context) => {
  if (!ts.isPropertyAssignment(node) || node.name.getText(context.file) !== "batching") return undefined
  const options = node.parent
  const concurrent = options.properties.some((one) => one.name?.getText(context.file) === "concurrency")
  return concurrent ? "" : 'concurrency: "unbounded"'
}

/** Where a span was made is not asked for by its options. */
const withSpan: Rule = (node, context) => {
  if (!isCallOf(node, "effect/Effect", "withSpan", context)) return undefined
  const options = node.arguments.at(-1)
  if (options === undefined || !ts.isObjectLiteralExpression(options)) return undefined
  const [trace, kept] = [true, false].map((is) =>
    options.properties.filter((one) => (one.name?.getText(context.file) === "captureStackTrace") === is)
  )
  if (trace === undefined || kept === undefined || trace.length === 0) return undefined
  const object = (properties: ReadonlyArray<ts.Node>) => `{ ${properties.map(context.render).join(", ")} }`
  const args = node.arguments.slice(0, -1).map(context.render)
  return `Effect.withSpan(${[...args, object(kept), object(trace)].join(", ")})`
}

/** The requests of Effect 4 are told what they are before what comes of them. */
const request: Rule = (node, context) => {
  if (!ts.isExpressionWithTypeArguments(node) || !isCallOf(node.expression, "effect/Request", "TaggedClass", context)) {
    return undefined
  }
  const [value, error, fields] = (node.typeArguments ?? []).map(context.render)
  return `${context.render(node.expression)}<${fields}, ${value}, ${error}>`
}

const offer: Rule = (node, context) => {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined
  const { expression, name } = node.expression
  if (name.text !== "unsafeOffer") return undefined
  const queue = context.need("effect/Queue", "Queue")
  return `${queue}.offerUnsafe(${[expression, ...node.arguments].map(context.render).join(", ")})`
}

const histogram: Rule = (node, context) => {
  if (!isCallOf(node, "effect/Metric", "histogram", context)) return undefined
  const [name, boundaries, description] = node.arguments.map(context.render)
  return `Metric.histogram(${name}, { boundaries: ${boundaries}${description === undefined ? "" : `, description: ${description}`} })`
}

/** `Config.Config.Wrap` is `Config.Wrap`; `Effect.Effect.Success` is `Effect.Success`. */
const nested: Rule = (node, context) => {
  const [left, right] = ts.isQualifiedName(node)
    ? [node.left, node.right]
    : ts.isPropertyAccessExpression(node)
      ? [node.expression, node.name]
      : []
  const found = left === undefined ? undefined : exportOf(left, context)
  if (right === undefined || found === undefined || !nesting.has(`${found.module}.${found.name}`)) return undefined
  return `${found.name}.${right.text === "Context" ? "Services" : right.text}`
}

const nesting = new Set(["effect/Config.Config", "effect/Effect.Effect", "effect/Metric.Metric"])

/** A generator is told what `this` is by an option. */
const genThis: Rule = (node, context) => {
  if (!isCallOf(node, "effect/Effect", "gen", context)) return undefined
  const [self, body] = node.arguments
  if (self?.kind !== ts.SyntaxKind.ThisKeyword || body === undefined) return undefined
  return `Effect.gen({ self: this }, ${context.render(body)})`
}

/** What is forked by the library inherits on Effect 3 that it cannot be interrupted; on Effect 4 it is to be told. */
const inherited: Rule = (node, context) => {
  if (!ts.isCallExpression(node) || !/\/src\//.test(context.file.fileName) || isExample(context.file.fileName))
    return undefined
  const called = exportOf(node.expression, context)
  const to = called?.module === "effect/Effect" ? forks[called.name] : undefined
  if (to === undefined) return undefined
  return `Effect.${to}(${node.arguments.map(context.render).join(", ")}, { uninterruptible: "inherit" })`
}

const forks: Readonly<Record<string, string>> = {
  fork: "forkChild",
  forkDaemon: "forkDetach",
  forkScoped: "forkScoped"
}

/** What a schedule waits for is an effect. */
const addDelay: Rule = (node, context) => {
  if (!ts.isArrowFunction(node) || ts.isBlock(node.body)) return undefined
  if (!isCallOf(node.parent, "effect/Schedule", "addDelay", context)) return undefined
  const parameters = node.parameters.map((one) => one.getText(context.file)).join(", ")
  return `(${parameters}) => Effect.succeed(${context.render(node.body)})`
}

/** Parts of a date are called in the singular. */
const datePart: Rule = (node, context) => {
  if (!ts.isStringLiteral(node) || !ts.isCallExpression(node.parent) || !/s$/.test(node.text)) return undefined
  const called = exportOf(node.parent.expression, context)
  if (called?.module !== "effect/DateTime" || !/^[gs]etPart/.test(called.name)) return undefined
  return JSON.stringify(node.text === "millis" ? "millisecond" : node.text.slice(0, -1))
}

const others: ReadonlyArray<Rule> = [
  datePart,
  inherited,
  addDelay,
  yielded,
  fold,
  noReasons,
  contextWith,
  logger,
  genThis,
  match,
  repeatN,
  dieMessage,
  yieldNow,
  deferred,
  withClock,
  zipLeft,
  batching,
  withSpan,
  request,
  offer,
  histogram,
  nested
]

const rest: Rule = (node, context) => {
  for (const rule of [...others, names]) {
    const text = rule(node, context)
    if (text !== undefined) return text
  }
  return undefined
}

export const effects: ReadonlyArray<Rule> = [asEffect, ...others]
