/** The examples of pages on Effect 4: they are written for Effect 3, and the transform makes the others. */
import { basename, join } from "node:path"
import ts from "typescript"
import type { Example } from "../examples.js"
import { modules, root } from "../modules.js"
import { hostWith } from "./docstrings.js"
import { vitest } from "./rules/vitest.js"
import { transform } from "./transform.js"

/** Where the package's name leads, for a compiler, if its sources are below a directory. */
export const pathsTo = (directory: string) =>
  Object.fromEntries(
    modules.map(({ source, subpath }) => [`effect-genesys-chats${subpath.slice(1)}`, [join(directory, source)]])
  )

/** The text of each example on Effect 4, in order. */
export const onEffect4 = (examples: ReadonlyArray<Example>): ReadonlyArray<Pick<Example, "name" | "text">> => {
  const files = new Map(examples.map(({ name, text }) => [join(root, "examples", `${name}.ts`), text]))
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root)
  const withPaths = { ...options, paths: pathsTo(root) }
  const program = ts.createProgram([...files.keys()], withPaths, hostWith(files, withPaths))
  return [...files.keys()]
    .flatMap((file) => program.getSourceFile(file) ?? [])
    .map((file) => ({
      name: basename(file.fileName, ".ts"),
      text: transform(file, program.getTypeChecker(), vitest)
    }))
}
