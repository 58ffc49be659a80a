/**
 * The public modules: what the roots export. `package.json`'s `exports`, the API
 * reference, the check of the docstrings and the tests of the package all follow from it.
 */
import { readFileSync } from "node:fs"
import { posix } from "node:path"
import { fileURLToPath } from "node:url"
import ts from "typescript"

export interface Module {
  /** As in `import … from "effect-genesys-chats/Chats"`: `./Chats`. */
  readonly subpath: string
  /** As in `src/Chats.ts`. */
  readonly source: string
}

export const root = fileURLToPath(new URL("../../", import.meta.url))

const roots: ReadonlyArray<Module> = [
  { subpath: ".", source: "src/index.ts" },
  { subpath: "./testing", source: "src/testing/index.ts" },
  { subpath: "./Ids", source: "src/domain/Ids.ts" },
  { subpath: "./undici", source: "src/transport/undici.ts" },
  { subpath: "./redis", source: "src/redis/Redis.ts" },
  { subpath: "./sql", source: "src/sql/Sql.ts" },
  { subpath: "./workflow", source: "src/workflow/Durable.ts" }
]

/** A namespace of a root is a subpath of its name; what is exported by its own name stays in its file's. */
const modulesOf = ({ source, subpath }: Module): ReadonlyArray<Module> => {
  const file = ts.createSourceFile(source, readFileSync(root + source, "utf8"), ts.ScriptTarget.Latest)
  return file.statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier === undefined) return []
    if (!ts.isStringLiteral(statement.moduleSpecifier)) return []
    const from = posix.join(posix.dirname(source), statement.moduleSpecifier.text).replace(/\.js$/, ".ts")
    const { exportClause } = statement
    const name =
      exportClause !== undefined && ts.isNamespaceExport(exportClause)
        ? exportClause.name.text
        : posix.basename(from, ".ts")
    return from.includes("/internal/") ? [] : [{ subpath: `${subpath}/${name}`, source: from }]
  })
}

/** The roots first, then each root's modules, in the order of their names. */
export const modules: ReadonlyArray<Module> = [
  ...roots,
  // the others are one module each
  ...roots
    .filter(({ source }) => source.endsWith("/index.ts"))
    .flatMap((one) => [...modulesOf(one)].sort((a, b) => (a.subpath < b.subpath ? -1 : 1)))
]

const conditions = ({ source }: Module) => {
  const built = source.replace(/^src\//, "./dist/").replace(/\.ts$/, "")
  return { types: `${built}.d.ts`, default: `${built}.js` }
}

/** What `exports` of package.json must be: every public module by its name, and nothing else. */
export const packageExports: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(modules.map((module) => [module.subpath, conditions(module)])),
  "./internal/*": null,
  "./package.json": "./package.json"
}
