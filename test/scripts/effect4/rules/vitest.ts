/** What tests alone use: `it` of `@effect/vitest`, services that are swapped for others, and helpers of Effect 3. */
import ts from "typescript"
import { exportOf, isCallOf, type Rule } from "../render.js"

/** What stands by hand for tests: `effect4/test/utils/adapted.ts`. */
const adapted = ["effect4-adapted", "Adapted"] as const

/** A test has a scope of its own in any case. */
const testers: Readonly<Record<string, string>> = { scoped: "effect", scopedLive: "live" }

const isIt = (node: ts.Node): boolean => ts.isIdentifier(node) && node.text === "it"

const tester: Rule = (node) => {
  if (!ts.isPropertyAccessExpression(node) || !isIt(node.expression)) return undefined
  const to = testers[node.name.text]
  return to === undefined ? undefined : `it.${to}`
}

/** `it.prop(…)` and `it.effect.prop(…)` go by FastCheck, as on Effect 3. */
const property: Rule = (node, context) => {
  if (!ts.isPropertyAccessExpression(node) || node.name.text !== "prop") return undefined
  const of = node.expression
  const onIt = isIt(of) || (ts.isPropertyAccessExpression(of) && isIt(of.expression))
  return onIt ? `${context.need(...adapted)}.${isIt(of) ? "prop" : "effectProp"}` : undefined
}

/** `Effect.withX(self, service)` is `Effect.provideService(self, X, service)`. */
const provided: Readonly<Record<string, readonly [module: string, service: string]>> = {
  withClock: ["effect/Clock", "Clock.Clock"],
  withConfigProvider: ["effect/ConfigProvider", "ConfigProvider.ConfigProvider"],
  withConsole: ["effect/Console", "Console.Console"],
  withRandom: ["effect/Random", "Random.Random"],
  withScheduler: ["effect/Scheduler", "Scheduler.Scheduler"]
}

/** What such a service has to be made to. */
const fitted: Readonly<Record<string, string>> = { withConsole: "consoleOf" }

const provide: Rule = (node, context) => {
  if (!ts.isCallExpression(node)) return undefined
  const called = exportOf(node.expression, context)
  if (called?.module !== "effect/Effect") return undefined
  const to = provided[called.name]
  if (to === undefined) return undefined
  const [module, service] = to
  context.need(module, service.split(".")[0] ?? service)
  const args = node.arguments.map(context.render)
  const given = args.pop()
  const fit = fitted[called.name]
  const last = fit === undefined ? given : `${context.need(...adapted)}.${fit}(${given})`
  return `Effect.provideService(${[...args, service, last].join(", ")})`
}

/** Calls that become others: `$1` is the first argument, `$*` are all of them. */
const calls: Readonly<Record<string, string>> = {
  // a logger takes the place of all others
  "effect/Logger.replace": "Logger.layer([$2])",
  "effect/Logger.remove": "Logger.layer([])",
  "effect/Fiber.poll": "Effect.sync(() => Option.fromNullishOr($1.pollUnsafe()))",
  "effect/Fiber.all": "Fiber.joinAll($1)",
  "effect/Fiber.zip": "Fiber.joinAll([$*])",
  "effect/Fiber.interruptAsFork": "Effect.sync(() => $1.interruptUnsafe())",
  // on Effect 3 what is forked begins before anything else that waits does
  "effect/Effect.fork": "Effect.forkChild($1, { startImmediately: true })",
  "effect/Effect.runtime": "Effect.context()",
  // it logs the failure of no fiber that somebody has an eye on
  "effect/Effect.withUnhandledErrorLogLevel": "$1",
  "effect/Effect.clockWith": "Effect.flatMap(Adapted.clock, $1)",
  "effect/Effect.iterate": "Adapted.iterate($*)",
  "effect/Effect.makeSemaphore": "Semaphore.make($1)",
  "effect/Effect.zipLeft": "Effect.tap($1, () => $2)",
  "effect/Effect.withRandomFixed": "Effect.provideService($1, Random.Random, Adapted.fixedRandom($2))",
  "effect/Runtime.runSync": "Effect.runSyncWith($1)",
  "effect/Runtime.runFork": "Effect.runForkWith($1)",
  "effect/ConfigProvider.fromMap": "Adapted.configFromMap($1)",
  "effect/Layer.setConfigProvider": "ConfigProvider.layer($1)",
  "effect/Layer.map": "Adapted.mapLayer($*)",
  "effect/Layer.project": "Adapted.project($*)",
  "effect/Layer.toRuntimeWithMemoMap": "Adapted.contextWithMemoMap($*)",
  "effect/Logger.minimumLogLevel": "Layer.succeed(References.MinimumLogLevel, $1)",
  "effect/Logger.withMinimumLogLevel": "Effect.provideService(References.MinimumLogLevel, $1)",
  "effect/Arbitrary.make": "Adapted.arbitrary($1)"
}

/** Names that become other expressions, called or not. */
const values: Readonly<Record<string, string>> = {
  "effect/Cause.defects": "Adapted.defects",
  "effect/Cause.failures": "Adapted.failures",
  "effect/Cause.dieOption": "Adapted.dieOption",
  // what a stream is collected into is a list already
  "effect/Chunk.toReadonlyArray": "Array.from",
  "effect/Config.duration": "Config.Duration",
  "effect/Config.integer": "Config.Int",
  "effect/Config.redacted": "Config.Redacted",
  "effect/Config.string": "Config.String",
  "effect/DateTime.unsafeMakeZoned": "DateTime.makeZonedUnsafe",
  "effect/Effect.clock": "Adapted.clock",
  "effect/Effect.console": "Adapted.console",
  "effect/Effect.tracer": "Effect.tracer",
  "effect/Effect.tagMetrics": "Adapted.tagMetrics",
  "effect/Encoding.encodeBase64Url": "Adapted.encodeBase64Url",
  "effect/ExecutionStrategy.sequential": '"sequential"',
  "effect/Exit.mapErrorCause": "Adapted.mapErrorCause",
  "effect/Fiber.interrupt": "Adapted.interrupt",
  "effect/Layer.discard": "Adapted.discard",
  "effect/LogLevel.All": '"All"',
  "effect/LogLevel.Debug": '"Debug"',
  "effect/LogLevel.None": '"None"',
  "effect/LogLevel.Warning": '"Warn"',
  "effect/JSONSchema.make": "Adapted.jsonSchema",
  "effect/Logger.make": "Adapted.logger",
  "effect/Logger.jsonLogger": "Logger.formatJson",
  "effect/Logger.logfmtLogger": "Logger.formatLogFmt",
  "effect/Logger.structuredLogger": "Logger.formatStructured",
  "effect/Metric.unsafeSnapshot": "Adapted.metrics",
  "effect/Random.make": "Adapted.seededRandom",
  "effect/Random.nextRange": "Random.nextBetween",
  "effect/Schedule.stop": "Schedule.recurs(0)",
  "effect/Schema.encodeUnknown": "Schema.encodeUnknownEffect",
  "effect/Stream.provideLayer": "Stream.provide",
  "effect/Stream.repeatEffect": "Stream.fromEffectRepeat",
  "effect/TestContext.TestContext": "TestClock.layer()",
  "@effect/platform/HttpBody.unsafeJson": "HttpBody.jsonUnsafe",
  "@effect/platform/HttpClientRequest.bodyUnsafeJson": "HttpClientRequest.bodyJsonUnsafe",
  "@effect/platform/HttpClient.withTracerDisabledWhen": "Adapted.withTracerDisabledWhen",
  "@effect/platform/HttpClient.withTracerPropagation": "Adapted.withTracerPropagation",
  "@effect/platform/HttpClient.withSpanNameGenerator": "Adapted.withSpanNameGenerator",
  "@effect/platform/HttpIncomingMessage.withMaxBodySize": "Adapted.withMaxBodySize",
  "@effect/platform-node/NodeHttpClient.layer": "NodeHttpClient.layerNodeHttp",
  "@effect/platform-node/NodeHttpClient.layerUndiciWithoutDispatcher": "NodeHttpClient.layerUndiciNoDispatcher",
  "@effect/platform-node/NodeHttpClient.layerWithoutAgent": "NodeHttpClient.layerNodeHttpNoAgent",
  "@effect/platform-node/NodeHttpClient.makeAgentLayer": "NodeHttpClient.layerAgentOptions"
}

const modules: Readonly<Record<string, string>> = {
  Adapted: adapted[0],
  ConfigProvider: "effect/ConfigProvider",
  Effect: "effect/Effect",
  Fiber: "effect/Fiber",
  Layer: "effect/Layer",
  Option: "effect/Option",
  Random: "effect/Random",
  References: "effect/References",
  Semaphore: "effect/Semaphore",
  TestClock: "effect/testing/TestClock"
}

const needed = (text: string, need: (module: string, name: string) => string): string => {
  for (const [, name = ""] of text.matchAll(/\b([A-Z]\w+)\./g)) {
    const module = modules[name]
    if (module !== undefined) need(module, name)
  }
  return text
}

const called: Rule = (node, context) => {
  if (!ts.isCallExpression(node)) return undefined
  const found = exportOf(node.expression, context)
  const to = found === undefined ? undefined : calls[`${found.module}.${found.name}`]
  if (to === undefined) return undefined
  const args = node.arguments.map(context.render)
  return needed(to, context.need)
    .replace(/\$(\d)/g, (_, n) => args[Number(n) - 1] ?? "undefined")
    .replace("$*", args.join(", "))
}

const named: Rule = (node, context) => {
  const found = exportOf(node, context)
  const to = found === undefined ? undefined : values[`${found.module}.${found.name}`]
  return to === undefined ? undefined : needed(to, context.need)
}

/** What waits for several fibers does so at once. */
const joined: Rule = (node, context) => {
  if (!isCallOf(node, "effect/Fiber", "join", context)) return undefined
  const [only] = node.arguments
  if (only === undefined) return undefined
  return ["all", "zip"].some((name) => isCallOf(only, "effect/Fiber", name, context)) ? context.render(only) : undefined
}

/** How a fiber ended, which has not ended is `null`. */
const polled: Rule = (node, context) => {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined
  const { expression, name } = node.expression
  return name.text === "unsafePoll" ? `(${context.render(expression)}.pollUnsafe() ?? null)` : undefined
}

/** `new HttpClientError.RequestError({ request, reason, cause })`: the reason is an error of its own. */
const httpErrors: Rule = (node, context) => {
  if (!ts.isNewExpression(node)) return undefined
  const found = exportOf(node.expression, context)
  if (found?.module !== "@effect/platform/HttpClientError") return undefined
  const args = (node.arguments ?? []).map(context.render).join(", ")
  const to = { RequestError: "requestError", ResponseError: "responseError" }[found.name]
  return to === undefined ? undefined : `${context.need(...adapted)}.${to}(${args})`
}

/** What an error of Effect is called in an expectation. */
const tags: ReadonlyMap<string, string> = new Map([
  ["@effect/platform/HttpClientResponse", "effect/http/HttpClientResponse"],
  ["Left", "Failure"],
  ["ParseError", "SchemaError"],
  ["RequestError", "HttpClientError"],
  ["ResponseError", "HttpClientError"],
  ["Right", "Success"]
])

/** The reason of an HTTP error is an error of its own. */
const reasons: Readonly<Record<string, string>> = {
  Decode: "DecodeError",
  EmptyBody: "EmptyBodyError",
  Encode: "EncodeError",
  InvalidUrl: "InvalidUrlError",
  StatusCode: "StatusCodeError",
  Transport: "TransportError"
}

const reason: Rule = (node, context) => {
  if (!ts.isPropertyAssignment(node) || node.name.getText(context.file) !== "reason") return undefined
  if (!ts.isStringLiteral(node.initializer) || !ts.isObjectLiteralExpression(node.parent)) return undefined
  const to = reasons[node.initializer.text]
  const tag = node.parent.properties.find((one) => one.name?.getText(context.file) === "_tag")
  const isHttp = tag !== undefined && /^_tag: "Re(quest|sponse)Error"$/.test(tag.getText(context.file))
  return to === undefined || !isHttp ? undefined : `reason: { _tag: ${JSON.stringify(to)} }`
}

/** What an `Either` is called in an expectation. */
const sides: Readonly<Record<string, string>> = { left: "failure", right: "success" }

const tagged: Rule = (node) => {
  if (!ts.isStringLiteral(node)) return undefined
  const to = tags.get(node.text)
  return to === undefined ? undefined : JSON.stringify(to)
}

const side: Rule = (node, context) => {
  if (!ts.isPropertyAssignment(node) || !ts.isObjectLiteralExpression(node.parent)) return undefined
  const name = node.name.getText(context.file)
  const to = Object.hasOwn(sides, name) ? sides[name] : undefined
  const isTagged = node.parent.properties.some((one) => one.name?.getText(context.file) === "_tag")
  return to === undefined || !(isTagged || isExpected(node)) ? undefined : `${to}: ${context.render(node.initializer)}`
}

/** Whether something stands in what `expect` is told. */
const isExpected = (node: ts.Node): boolean =>
  ts.findAncestor(
    node,
    ({ parent }) =>
      parent !== undefined &&
      ts.isCallExpression(parent) &&
      ts.isPropertyAccessExpression(parent.expression) &&
      /^to[A-Z]/.test(parent.expression.name.text)
  ) !== undefined

/** `class X extends Effect.Tag("id")<Self, Shape>() {}`. */
const effectTag: Rule = (node, context) => {
  if (!ts.isCallExpression(node) || node.typeArguments === undefined) return undefined
  const inner = node.expression
  if (!isCallOf(inner, "effect/Effect", "Tag", context)) return undefined
  context.need("effect/Context", "Context")
  const types = node.typeArguments.map(context.render).join(", ")
  return `Context.Service<${types}>()(${inner.arguments.map(context.render).join(", ")})`
}

export const vitest: ReadonlyArray<Rule> = [
  tester,
  property,
  provide,
  effectTag,
  tagged,
  side,
  reason,
  httpErrors,
  joined,
  polled,
  called,
  named
]
