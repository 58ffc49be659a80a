/** Calls of effects, results and the like that take their arguments in another shape. */
import ts from "typescript"
import type { Rule } from "../render.js"
import { isCallOf } from "../render.js"

/** An `Either` is matched by `onLeft` and `onRight`. */
const sides: Readonly<Record<string, string>> = { onLeft: "onFailure", onRight: "onSuccess" }

const match: Rule = (node, context) => {
  if (!ts.isPropertyAssignment(node) && !ts.isShorthandPropertyAssignment(node)) return undefined
  const to = sides[node.name.getText(context.file)]
  const call = node.parent.parent
  if (to === undefined || !(isCallOf(call, "effect/Either", "match", context) || isCallOf(call, "effect/Either", "mapBoth", context)))
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

export const effects: ReadonlyArray<Rule> = [match, repeatN, dieMessage, yieldNow, deferred]
