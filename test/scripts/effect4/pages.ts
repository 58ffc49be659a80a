/** The examples of README and guides, as the transform leaves them. */
import { basename, join } from "node:path"
import ts from "typescript"
import { examples } from "../examples.js"
import { modules, root } from "../modules.js"
import { hostWith } from "./docstrings.js"
import { missing } from "./generate.js"
import { vitest } from "./rules/vitest.js"
import { transform } from "./transform.js"

/** Where the public modules are below a directory, for a compiler. */
export const pathsTo = (directory: string) =>
  Object.fromEntries(
    modules.map(({ source, subpath }) => [`effect-genesys-chats${subpath.slice(1)}`, [join(directory, source)]])
  )

/**
 * What is of Effect 3 alone: workflows and the driver of SQLite, which are not there on 4, other packages for Effect 3,
 * and the routers and configs of two recipes, which Effect 4 has in another shape.
 */
const isOfEffect3 = (text: string): boolean =>
  missing.some((path) => text.includes(`"effect-genesys-chats/${path.split("/")[0]}"`)) ||
  /"(purecloud-platform-client-v2|@effect\/(opentelemetry|sql-sqlite-node|workflow|cluster|platform\/Http(App|Router)))"|ConfigProvider\.fromMap/.test(
    text
  )

/** Those that are tests, or all of them. */
export const pages = ({ testsAlone }: { readonly testsAlone: boolean }) => {
  const wanted = examples().filter(
    ({ does, name, text }) => !name.startsWith("src_") && !isOfEffect3(text) && (does === "test" || !testsAlone)
  )
  const files = new Map(wanted.map(({ name, text }) => [join(root, "examples", `${name}.ts`), text]))
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  const withPaths = { ...options, paths: pathsTo(root) }
  const program = ts.createProgram([...files.keys()], withPaths, hostWith(files, withPaths))
  return [...files.keys()]
    .flatMap((file) => program.getSourceFile(file) ?? [])
    .map((file) => ({ name: basename(file.fileName), text: transform(file, program.getTypeChecker(), vitest) }))
}
