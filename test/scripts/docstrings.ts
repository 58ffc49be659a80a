/**
 * What is missing in the docstrings of the public exports: `@since`, one `@category`, and,
 * for what is a value, an example. Part of `npm run docs:check`.
 */
import { relative } from "node:path"
import ts from "typescript"
import { type Module, root } from "./modules.js"

export interface Lack {
  /** As `src/Region.ts:50`. */
  readonly where: string
  readonly name: string
  readonly missing: ReadonlyArray<string>
}

export const lacks = (modules: ReadonlyArray<Module>): ReadonlyArray<Lack> => {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile)
  const { tsBuildInfoFile: _, ...options } = ts.parseJsonConfigFileContent(config, ts.sys, root).options
  const program = ts.createProgram(
    modules.map(({ source }) => root + source),
    { ...options, incremental: false }
  )
  const checker = program.getTypeChecker()
  const seen = new Set<ts.Node>()
  const found: Array<Lack> = []

  const report = (node: ts.Node, name: string, missing: ReadonlyArray<string>) => {
    const file = node.getSourceFile()
    const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1
    if (missing.length > 0) found.push({ where: `${relative(root, file.fileName)}:${line}`, name, missing })
  }

  for (const { source } of modules) {
    const file = program.getSourceFile(root + source)
    const symbol = file && checker.getSymbolAtLocation(file)
    if (file === undefined || symbol === undefined) throw new Error(`${source} is no module`)
    const header = ts.getLeadingCommentRanges(file.text, 0)?.[0]
    const about = header === undefined ? "" : file.text.slice(header.pos, header.end)
    report(file, "the module", about.startsWith("/**") && about.includes("@since 0.1.0") ? [] : ["@since 0.1.0"])

    for (const exported of checker.getExportsOfModule(symbol)) {
      const original = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
      // a namespace is a module, and one of its own
      if (original.declarations?.some(ts.isSourceFile)) continue
      // where an export is made public, it may be said there what it is
      const specifier = exported.declarations?.find(ts.isExportSpecifier)
      const here = specifier === undefined ? [] : ts.getJSDocCommentsAndTags(specifier)
      for (const declaration of original.declarations ?? []) {
        if (here.length === 0 && seen.has(declaration)) continue
        if (here.length === 0) seen.add(declaration)
        const docs = (here.length > 0 ? here : ts.getJSDocCommentsAndTags(declaration)).filter(ts.isJSDoc)
        const tags = docs.flatMap((doc) => doc.tags ?? [])
        const count = (name: string) => tags.filter((tag) => tag.tagName.text === name).length
        if (count("internal") > 0) continue
        const since = tags.some((tag) => tag.tagName.text === "since" && text(tag) === "0.1.0")
        const example = isValue(declaration) && exported.name !== "TypeId" && count("example") === 0
        report(here.length > 0 && specifier ? specifier : declaration, exported.name, [
          ...(since ? [] : ["@since 0.1.0"]),
          ...(count("category") === 1 ? [] : ["one @category"]),
          ...(example ? ["@example"] : [])
        ])
      }
    }
  }
  return found
}

const text = (tag: ts.JSDocTag): string => (ts.getTextOfJSDocComment(tag.comment) ?? "").trim()

const isValue = (node: ts.Node): boolean =>
  ts.isVariableDeclaration(node) || ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)
