/** The declarations of an HTTP API: an endpoint is told what it takes and gives by one object. */
import ts from "typescript"
import type { Context, Rule } from "../render.js"
import { exportOf, isCallOf } from "../render.js"

const endpoint = "@effect/platform/HttpApiEndpoint"

/** Steps of a chain, and the option that each is. */
const options: Readonly<Record<string, string>> = {
  addError: "error",
  addSuccess: "success",
  setHeaders: "headers",
  setPath: "params",
  setPayload: "payload",
  setUrlParams: "query"
}

/** `get(name, path).setPayload(a).addSuccess(b)` is `get(name, path, { payload: a, success: b })`. */
const chain: Rule = (node, context) => {
  const steps = stepsOf(node)
  const root = steps.at(-1)
  if (root === undefined || exportOf(root.expression, context)?.module !== endpoint) return undefined
  const own = steps.slice(0, -1).reverse()
  const told = own.filter((step) => stepName(step) in options)
  const kept = own.filter((step) => !(stepName(step) in options))
  const schemasOf = (option: string) => {
    const all = told.filter((step) => options[stepName(step)] === option).map((step) => answerOf(step, context))
    return all.length === 1 ? all[0] : `[${all.join(", ")}]`
  }
  const asked = [...new Set(told.map((step) => options[stepName(step)] ?? ""))]
  const properties = asked.map((option) => `${option}: ${schemasOf(option)}`)
  const all = [...root.arguments.map(context.render), ...(told.length === 0 ? [] : [`{ ${properties.join(", ")} }`])]
  const declared = `${context.render(root.expression)}(${all.join(", ")})`
  return kept.reduce(
    (text, step) => `${text}.${stepName(step)}(${step.arguments.map(context.render).join(", ")})`,
    declared
  )
}

/** A schema, and the status that it is answered with. */
const answerOf = ({ arguments: [schema, annotations] }: ts.CallExpression, context: Context): string => {
  const text = schema === undefined ? "" : context.render(schema)
  if (annotations === undefined || !ts.isObjectLiteralExpression(annotations)) return text
  const given = annotations.properties.find((one) => one.name?.getText(context.file) === "status")
  if (given === undefined || !ts.isPropertyAssignment(given)) return text
  return `${text}.pipe(${context.need("effect/http-api/HttpApiSchema", "HttpApiSchema")}.status(${context.render(given.initializer)}))`
}

/** The calls of a chain, from the last to the first. */
const stepsOf = (node: ts.Node): ReadonlyArray<ts.CallExpression> => {
  if (!ts.isCallExpression(node)) return []
  return ts.isPropertyAccessExpression(node.expression) && ts.isCallExpression(node.expression.expression)
    ? [node, ...stepsOf(node.expression.expression)]
    : [node]
}

const stepName = ({ expression }: ts.CallExpression): string =>
  ts.isPropertyAccessExpression(expression) ? expression.name.text : ""

/** A status is an annotation as any other. */
const status: Rule = (node, context) => {
  if (!isCallOf(node, "@effect/platform/HttpApiSchema", "annotations", context)) return undefined
  const [given] = node.arguments
  if (given === undefined || !ts.isObjectLiteralExpression(given)) return undefined
  return `{ ${given.properties.map((one) => context.render(one).replace(/^status:/, "httpApiStatus:")).join(", ")} }`
}

const text: Rule = (node, context) =>
  isCallOf(node, "@effect/platform/HttpApiSchema", "Text", context)
    ? `Schema.String.pipe(HttpApiSchema.asText(${node.arguments.map(context.render).join(", ")}))`
    : undefined

/** What a handler is given. */
const given: Readonly<Record<string, string>> = { path: "params", urlParams: "query" }

const handler: Rule = (node, context) => {
  if (!ts.isBindingElement(node) || !ts.isObjectBindingPattern(node.parent)) return undefined
  const name = (node.propertyName ?? node.name).getText(context.file)
  const to = given[name]
  if (to === undefined || !isHandler(node.parent.parent.parent, context)) return undefined
  return `${to}: ${context.render(node.name)}`
}

const isHandler = (node: ts.Node, { file }: Context): boolean =>
  ts.isArrowFunction(node) &&
  ts.isCallExpression(node.parent) &&
  ts.isPropertyAccessExpression(node.parent.expression) &&
  node.parent.expression.name.getText(file) === "handle"

export const httpApis: ReadonlyArray<Rule> = [chain, status, text, handler]
