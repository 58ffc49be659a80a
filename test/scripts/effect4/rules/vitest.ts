/** What tests alone use: `it` of `@effect/vitest`, and services of a test that are swapped for others. */
import ts from "typescript"
import type { Context, Rule } from "../render.js"
import { exportOf, isCallOf } from "../render.js"

/** A test has a scope of its own in any case. */
const testers: Readonly<Record<string, string>> = { scoped: "effect", scopedLive: "live" }

const tester: Rule = (node) => {
  if (!ts.isPropertyAccessExpression(node) || !ts.isIdentifier(node.expression) || node.expression.text !== "it") {
    return undefined
  }
  const to = testers[node.name.text]
  return to === undefined ? undefined : `it.${to}`
}

/** `Effect.withX(self, service)` is `Effect.provideService(self, X, service)`. */
const provided: Readonly<Record<string, readonly [module: string, service: string]>> = {
  withClock: ["effect/Clock", "Clock.Clock"],
  withConfigProvider: ["effect/ConfigProvider", "ConfigProvider.ConfigProvider"],
  withConsole: ["effect/Console", "Console.Console"],
  withRandom: ["effect/Random", "Random.Random"],
  withScheduler: ["effect/Scheduler", "Scheduler.Scheduler"]
}

const provide: Rule = (node, context) => {
  if (!ts.isCallExpression(node)) return undefined
  const called = exportOf(node.expression, context)
  if (called?.module !== "effect/Effect") return undefined
  const to = provided[called.name]
  if (to === undefined) return undefined
  const [module, service] = to
  context.need(module, service.split(".")[0] ?? service)
  const args = node.arguments.map(context.render)
  const last = args.pop()
  return `Effect.provideService(${[...args, service, last].join(", ")})`
}

/** What a call becomes, by its arguments. */
const calls: ReadonlyArray<
  readonly [module: string, name: string, to: (args: ReadonlyArray<string>, context: Context) => string]
> = [
  // a logger takes the place of all others
  ["effect/Logger", "replace", ([, logger]) => `Logger.layer([${logger}])`],
  ["effect/Logger", "remove", () => "Logger.layer([])"],
  ["effect/Fiber", "poll", ([fiber]) => `Effect.sync(() => Option.fromNullishOr(${fiber}.pollUnsafe()))`],
  ["effect/Effect", "runtime", () => "Effect.context()"],
  ["effect/Runtime", "runSync", ([runtime]) => `Effect.runSyncWith(${runtime})`],
  ["effect/Runtime", "runFork", ([runtime]) => `Effect.runForkWith(${runtime})`],
  ["effect/Effect", "clockWith", ([use]) => `Effect.flatMap(Clock.Clock, ${use})`],
  ["effect/ConfigProvider", "fromMap", ([map]) => `ConfigProvider.fromEnv({ env: Object.fromEntries(${map}) })`],
  ["effect/Fiber", "interruptAsFork", ([fiber]) => `Effect.forkDetach(Fiber.interrupt(${fiber}))`]
]

const needs: Readonly<Record<string, readonly [module: string, name: string]>> = {
  "effect/Fiber.poll": ["effect/Option", "Option"],
  "effect/Effect.clockWith": ["effect/Clock", "Clock"],
  "effect/Runtime.runSync": ["effect/Effect", "Effect"],
  "effect/Runtime.runFork": ["effect/Effect", "Effect"]
}

const shaped: Rule = (node, context) => {
  const found = calls.find(([module, name]) => isCallOf(node, module, name, context))
  if (found === undefined || !ts.isCallExpression(node)) return undefined
  const [module, name, to] = found
  const need = needs[`${module}.${name}`]
  if (need !== undefined) context.need(...need)
  return to(node.arguments.map(context.render), context)
}

/** What a stream is collected into is a list already. */
const lists: Rule = (node, context) => {
  const found = exportOf(node, context)
  return found?.module === "effect/Chunk" && found.name === "toReadonlyArray" ? "Array.from" : undefined
}

export const vitest: ReadonlyArray<Rule> = [tester, provide, shaped, lists]
