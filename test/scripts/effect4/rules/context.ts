/** Services: `Context.Service` in place of `Context.Tag`, references that are values. */
import ts from "typescript"
import type { Rule } from "../render.js"
import { exportOf, isCallOf } from "../render.js"

/** `Context.Tag("id")<Self, Shape>()` is `Context.Service<Self, Shape>()("id")`. */
const tag: Rule = (node, context) => {
  if (!ts.isCallExpression(node) || node.arguments.length > 0 || node.typeArguments === undefined) return undefined
  const inner = node.expression
  if (!isCallOf(inner, "effect/Context", "Tag", context)) return undefined
  const types = node.typeArguments.map(context.render).join(", ")
  return `Context.Service<${types}>()(${inner.arguments.map(context.render).join(", ")})`
}

/** `class X extends Context.Reference<X>()("id", options) { statics }` is a value with statics. */
const reference: Rule = (node, context) => {
  if (!ts.isClassDeclaration(node) || node.name === undefined) return undefined
  const base = node.heritageClauses?.[0]?.types[0]?.expression
  if (base === undefined || !ts.isCallExpression(base)) return undefined
  if (!isCallOf(base.expression, "effect/Context", "Reference", context)) return undefined
  if (node.members.length > 0) throw new Error(`${context.file.fileName}: a reference with members`)
  return `export const ${node.name.text} = Context.Reference(${base.arguments.map(context.render).join(", ")})`
}

/** `Context.Tag.Service<typeof X>` is `Context.Service.Shape<typeof X>`. */
const service: Rule = (node, context) => {
  if (!ts.isQualifiedName(node) || !ts.isQualifiedName(node.left)) return undefined
  const found = exportOf(node.left, context)
  if (found?.module !== "effect/Context" || found.name !== "Tag") return undefined
  return `Context.Service.${node.right.text === "Service" ? "Shape" : node.right.text}`
}

/** A reference is a value and no type: who needs it needs nothing. */
const referenceType: Rule = (node, context) => {
  if (!ts.isTypeReferenceNode(node)) return undefined
  const symbol = context.checker.getSymbolAtLocation(node.typeName)
  const target =
    symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0
      ? context.checker.getAliasedSymbol(symbol)
      : symbol
  const declaration = target?.declarations?.find(ts.isClassDeclaration)
  const base = declaration?.heritageClauses?.[0]?.types[0]
  return base !== undefined && /^Context\.Reference</.test(base.getText()) ? "never" : undefined
}

export const services: ReadonlyArray<Rule> = [tag, reference, referenceType, service]
