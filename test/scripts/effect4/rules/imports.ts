/** Paths of modules, and names that are no more than other names. */
import ts from "typescript"
import { exports, members, modules, moved, spaces } from "../names.js"
import type { Context, Rule } from "../render.js"
import { exportOf } from "../render.js"

export const moduleFor = (module: string): string =>
  modules[module] ??
  module.replace(/^@effect\/platform\//, "effect/http/").replace(/^@effect\/(cluster|sql|workflow)\//, "effect/$1/")

export const imports: Rule = (node, context) => {
  if (!ts.isImportDeclaration(node) || !ts.isStringLiteral(node.moduleSpecifier)) return undefined
  const module = node.moduleSpecifier.text
  if (!/^(@effect\/|effect\/)/.test(module)) return undefined
  const bindings = node.importClause?.namedBindings
  const type = node.importClause?.isTypeOnly === true ? "type " : ""
  const path = JSON.stringify(moduleFor(module))
  if (bindings === undefined) return undefined
  if (ts.isNamespaceImport(bindings)) return `import ${type}* as ${spaceName(bindings.name.text, context)} from ${path}`
  const names = bindings.elements.map((element) => {
    const name = (element.propertyName ?? element.name).text
    const to = exports[module]?.[name]
    return to === undefined ? element.getText(context.file) : `${to} as ${element.name.text}`
  })
  return `import ${type}{ ${names.join(", ")} } from ${path}`
}

/** A file may have something of its own that is called like the module. */
export const spaceName = (name: string, { file }: Context): string => {
  const to = spaces[name]
  if (to === undefined) return name
  return declares(file, to) ? `${to}s` : to
}

const declares = (file: ts.SourceFile, name: string): boolean =>
  file.statements.some((statement) =>
    ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.some((one) => one.name.getText(file) === name)
      : (ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement)) && statement.name.text === name
  )

export const names: Rule = (node, context) => {
  const found = exportOf(node, context)
  if (found !== undefined) {
    const elsewhere = moved[`${found.module}.${found.name}`]
    if (elsewhere !== undefined) return `${context.need(elsewhere[0], elsewhere[1])}.${elsewhere[2]}`
    const left = ts.isPropertyAccessExpression(node) ? node.expression : (node as ts.QualifiedName).left
    return `${spaceName(left.getText(context.file), context)}.${exports[found.module]?.[found.name] ?? found.name}`
  }
  if (!ts.isPropertyAccessExpression(node)) return undefined
  const to = memberFor(node, context)
  return to === undefined
    ? undefined
    : context.render(node.expression) +
        context.file.text.slice(node.expression.end, node.name.getStart(context.file)) +
        to
}

/** `({ right }) => …` takes a member apart. */
export const patterns: Rule = (node, context) => {
  if (!ts.isBindingElement(node) || !ts.isObjectBindingPattern(node.parent)) return undefined
  const name = node.propertyName ?? node.name
  if (!ts.isIdentifier(name)) return undefined
  const property = context.checker.getTypeAtLocation(node.parent).getProperty(name.text)
  const to = memberOf(property?.declarations ?? [], name.text)
  if (to === undefined) return undefined
  const rest = node.initializer === undefined ? "" : ` = ${context.render(node.initializer)}`
  return `${to}: ${context.render(node.name)}${rest}`
}

const memberFor = (node: ts.PropertyAccessExpression, { checker }: Context): string | undefined =>
  memberOf(checker.getSymbolAtLocation(node.name)?.declarations ?? [], node.name.text)

const memberOf = (declarations: ReadonlyArray<ts.Declaration>, name: string): string | undefined => {
  for (const declaration of declarations) {
    const module = moduleOf(declaration.getSourceFile().fileName)
    const to = module === undefined ? undefined : members[`${module}#${ownerOf(declaration)}::${name}`]
    if (to !== undefined) return to
  }
  return undefined
}

/** The module of Effect that a declaration file is of. */
export const moduleOf = (file: string): string | undefined => {
  const found = /node_modules\/(effect|@effect\/[\w-]+)\/(?:dist\/dts|src|dist)\/(.*?)(?:\.d)?\.ts$/.exec(file)
  return found === null ? undefined : `${found[1]}/${found[2]}`
}

const ownerOf = (declaration: ts.Declaration): string | undefined => {
  let node: ts.Node | undefined = declaration.parent
  while (node !== undefined) {
    if ((ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) && node.name !== undefined)
      return node.name.text
    node = node.parent
  }
  return undefined
}
