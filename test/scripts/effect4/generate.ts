/**
 * Writes the package for Effect 4 into `test/effect4/package`: `src`, made from the sources by the transform, and
 * what stands in `src/effect4` in the place of the modules of the same path; and the papers that go with it.
 *
 * npx tsx test/scripts/effect4/generate.ts
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import ts from "typescript"
import { root } from "../modules.js"
import { isExample, withDocs, withExamples } from "./docstrings.js"
import { manifestFor } from "./manifest.js"
import { readme } from "./readme.js"
import { transform } from "./transform.js"
import { worded } from "./wording.js"

export const out = join(root, "test/effect4/package")

const overlays = join(root, "src/effect4")

/** The modules of a directory, below it. */
const modulesIn = (directory: string): ReadonlyArray<string> =>
  existsSync(directory)
    ? readdirSync(directory, { recursive: true, encoding: "utf8" })
        .map((file) => file.replaceAll("\\", "/"))
        .filter((file) => file.endsWith(".ts"))
    : []

/** What Effect 4 does without: what there is no database driver for Effect 4 to test with. */
export const missing: ReadonlyArray<string> = ["workflow/"]

const generate = () => {
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
  const sources = join(root, "src")
  const files = config.fileNames.filter((file) => file.startsWith(`${sources}/`) && file.endsWith(".ts"))
  const { host, names } = withExamples(config.options, files)
  const program = ts.createProgram([...files, ...names], config.options, host)
  const checker = program.getTypeChecker()
  const byHand = new Set(modulesIn(overlays))
  rmSync(join(out, "src"), { recursive: true, force: true })
  for (const file of program.getSourceFiles()) {
    const path = relative(sources, file.fileName)
    if (path.startsWith("..") || path.startsWith("effect4/") || byHand.has(path) || isExample(path)) continue
    if (missing.some((one) => path.startsWith(one))) continue
    const text = withDocs(file.fileName, transform(file, checker), (name) => {
      const example = program.getSourceFile(name)
      return example === undefined ? undefined : transform(example, checker)
    })
    write(join(out, "src", path), numbered(path, worded(path, text)))
  }
  for (const path of byHand) write(join(out, "src", path), readFileSync(join(overlays, path), "utf8"))
  write(join(out, "package.json"), `${JSON.stringify(manifestFor(out), null, 2)}\n`)
  write(join(out, "README.md"), readme())
  const changelog = readFileSync(join(root, "CHANGELOG.md"), "utf8")
  write(join(out, "CHANGELOG.md"), changelog.replaceAll(/^## [3-9]\d*\./gm, "## 4."))
  cpSync(join(root, "LICENSE"), join(out, "LICENSE"))
  cpSync(join(sources, "testing/emulator/page"), join(out, "src/testing/emulator/page"), { recursive: true })
}

/** The package of Effect 4 says so in its requests. */
const numbered = (path: string, text: string): string =>
  path === "internal/userAgent.ts" ? text.replace(/\/\d+\./, "/4.") : text

const write = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) generate()
