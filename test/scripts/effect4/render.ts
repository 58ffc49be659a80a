/** Rewrites a source by its syntax tree: what no rule speaks of stays as it is written, comments included. */
import { join, posix } from "node:path"
import ts from "typescript"
import { root } from "../modules.js"

export interface Context {
  readonly checker: ts.TypeChecker
  readonly file: ts.SourceFile
  /** The path of the module that a namespace stands for, as `effect/Effect`. */
  readonly spaceOf: (node: ts.Node) => string | undefined
  /** What a node becomes. */
  readonly render: (node: ts.Node) => string
  /** What a node becomes, by no rule of its own but by those of its children. */
  readonly children: (node: ts.Node) => string
  /** Has the file import a module as a namespace; gives the name. */
  readonly need: (module: string, name: string) => string
}

/** What a node becomes, or `undefined` where the rule does not speak of it. */
export type Rule = (node: ts.Node, context: Context) => string | undefined

/** `module.name` of what is called or named, as `effect/Effect.gen`. */
export const exportOf = (node: ts.Node, { spaceOf }: Context): { module: string; name: string } | undefined => {
  const left = ts.isPropertyAccessExpression(node) ? node.expression : ts.isQualifiedName(node) ? node.left : undefined
  const right = ts.isPropertyAccessExpression(node) ? node.name : ts.isQualifiedName(node) ? node.right : undefined
  if (left === undefined || right === undefined) return undefined
  const module = spaceOf(left)
  return module === undefined ? undefined : { module, name: right.text }
}

/** Whether a node is a call of an export, as `callOf(node, "effect/Schema", "Union")`. */
export const isCallOf = (node: ts.Node, module: string, name: string, context: Context): node is ts.CallExpression => {
  if (!ts.isCallExpression(node)) return false
  const called = exportOf(node.expression, context)
  return called?.module === module && called.name === name
}

export const renderFile = (
  file: ts.SourceFile,
  checker: ts.TypeChecker,
  rules: ReadonlyArray<Rule>
): { readonly text: string; readonly needed: ReadonlyMap<string, string> } => {
  const spaces = namespaces(file)
  const needed = new Map<string, string>()
  const context: Context = {
    checker,
    file,
    spaceOf: (node) => {
      if (!ts.isIdentifier(node)) return undefined
      const module = spaces.get(node.text)
      return module !== undefined && isImported(node, checker) ? module : undefined
    },
    render: (node) => {
      for (const rule of rules) {
        const text = rule(node, context)
        if (text !== undefined) return text
      }
      return context.children(node)
    },
    children: (node) => {
      let text = ""
      let at = node.getStart(file)
      ts.forEachChild(node, (child) => {
        // a child may have no text of its own
        if (child.end === child.pos) return
        const start = child.getStart(file)
        text += file.text.slice(at, start) + context.render(child)
        at = child.end
      })
      return text + file.text.slice(at, node.end)
    },
    need: (module, name) => {
      needed.set(module.startsWith("src/") ? relativeTo(file.fileName, module) : module, name)
      return name
    }
  }
  const start = file.getStart(file)
  return { text: file.text.slice(0, start) + context.children(file), needed }
}

/** A module of ours as another one imports it. */
const relativeTo = (from: string, module: string): string => {
  const path = posix.relative(posix.dirname(from), join(root, module))
  return path.startsWith(".") ? path : `./${path}`
}

const namespaces = (file: ts.SourceFile): ReadonlyMap<string, string> =>
  new Map(
    file.statements.flatMap((statement) => {
      if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return []
      const bindings = statement.importClause?.namedBindings
      return bindings !== undefined && ts.isNamespaceImport(bindings)
        ? [[bindings.name.text, statement.moduleSpecifier.text] as const]
        : []
    })
  )

/** A parameter or a variable may have the name of a namespace. */
const isImported = (node: ts.Identifier, checker: ts.TypeChecker): boolean =>
  checker.getSymbolAtLocation(node)?.declarations?.some(ts.isNamespaceImport) ?? false
