/**
 * The tests and the examples for Effect 4: by the transform that makes the sources, beside those, so that paths lead
 * from one to the other as they do in the repository.
 *
 * npx tsx test/scripts/effect4/tests.ts
 */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import ts from "typescript"
import { examples } from "../examples.js"
import { root } from "../modules.js"
import { onEffect4 } from "./pages.js"
import { vitest } from "./rules/vitest.js"
import { transform } from "./transform.js"

export const out = join(root, "test/effect4/package")

/** Modules of tests that differ in what they mean: each stands by hand under the same path. */
const overlays = join(root, "test/effect4/test")

/** Of the repository or of the package, and no test of behaviour; or a suite that is of both majors by itself. */
const apart = ["bench", "browser", "conformance", "effect4", "fixtures", "package", "scripts", "tooling", "types"]

/** Tests of types that are for both: `typecheck.ts` has them checked with the package. */
const types = "test/types/schemas.ts"

const isWanted = (path: string): boolean =>
  path.startsWith("examples/") ||
  path === types ||
  (path.startsWith("test/") && !apart.includes(path.split("/")[1] ?? ""))

const modulesIn = (directory: string): ReadonlyArray<string> =>
  existsSync(directory)
    ? readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))
    : []

const program = (): ts.Program => {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, "tsconfig.json"),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
        throw new Error(ts.flattenDiagnosticMessageText(messageText, "\n"))
      }
    }
  )
  if (config === undefined) throw new Error("no tsconfig.json")
  return ts.createProgram(
    config.fileNames.filter((file) => isWanted(relative(root, file))),
    config.options
  )
}

export const generateTests = (): void => {
  const all = program()
  const checker = all.getTypeChecker()
  for (const directory of ["test", "examples"]) rmSync(join(out, directory), { recursive: true, force: true })
  for (const file of all.getSourceFiles()) {
    const path = relative(root, file.fileName)
    if (!isWanted(path)) continue
    mkdirSync(dirname(join(out, path)), { recursive: true })
    writeFileSync(join(out, path), transform(file, checker, vitest))
  }
  for (const path of modulesIn(overlays)) cpSync(join(overlays, path), join(out, "test", path))
  // the tests that README and guides show
  mkdirSync(join(out, "examples/pages"), { recursive: true })
  const shown = examples().filter(({ does, name }) => does === "test" && !name.startsWith("src_"))
  for (const { name, text } of onEffect4(shown)) writeFileSync(join(out, "examples/pages", `${name}.ts`), text)
  for (const directory of ["fixtures", "scripts"])
    symlinkSync(join(root, "test", directory), join(out, "test", directory))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) generateTests()
