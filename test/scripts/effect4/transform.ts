/** The sources for Effect 4, out of those for Effect 3. */
import ts from "typescript"
import { type Rule, renderFile } from "./render.js"
import { services } from "./rules/context.js"
import { effects } from "./rules/effects.js"
import { httpApis } from "./rules/httpApi.js"
import { imports, names, patterns } from "./rules/imports.js"
import { schemas } from "./rules/schema.js"

/** The first that speaks of a node counts. */
const rules: ReadonlyArray<Rule> = [imports, ...services, ...httpApis, ...schemas, ...effects, patterns, names]

export const transform = (file: ts.SourceFile, checker: ts.TypeChecker, more: ReadonlyArray<Rule> = []): string => {
  const { needed, text } = renderFile(file, checker, [...more, ...rules])
  return tidyImports(text, needed)
}

/** Each module is imported once, and none for nothing. */
const tidyImports = (text: string, needed: ReadonlyMap<string, string>): string => {
  const file = ts.createSourceFile("module.ts", text, ts.ScriptTarget.Latest, true)
  const used = identifiers(file)
  const cuts: Array<{ readonly start: number; readonly end: number }> = []
  const seen = new Set<string>()
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement)) continue
    const bindings = statement.importClause?.namedBindings
    if (bindings === undefined || !ts.isNamespaceImport(bindings)) continue
    const name = bindings.name.text
    // one that is needed as a value may have been imported for its types
    const asType = statement.importClause?.isTypeOnly === true && [...needed.values()].includes(name)
    if (!used.has(name) || seen.has(name) || asType) {
      cuts.push({ start: statement.getStart(file), end: statement.end + 1 })
    }
    if (!asType) seen.add(name)
  }
  const added = [...needed]
    .filter(([, name]) => !seen.has(name))
    .map(([module, name]) => `import * as ${name} from ${JSON.stringify(module)}\n`)
    .join("")
  let result = ""
  let at = 0
  for (const { end, start } of cuts) {
    result += text.slice(at, start)
    at = end
  }
  result += text.slice(at)
  const first = /^import /m.exec(result)?.index ?? 0
  return result.slice(0, first) + added + result.slice(first)
}

const identifiers = (file: ts.SourceFile): ReadonlySet<string> => {
  const found = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) return
    if (ts.isIdentifier(node)) found.add(node.text)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}
