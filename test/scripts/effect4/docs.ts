/**
 * Whether the documented examples compile on Effect 4: those of docstrings as they stand in the package for it, those
 * of README and guides as the transform leaves them.
 *
 * npx tsx test/scripts/effect4/docs.ts
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../modules.js"
import { codesIn } from "./docstrings.js"
import { pages, pathsTo } from "./pages.js"
import { upToDate } from "./upToDate.js"

const home = join(root, "test/effect4")
const sources = join(home, "package/src")
const examples = join(home, "package/docs")

upToDate()
rmSync(examples, { recursive: true, force: true })
mkdirSync(examples, { recursive: true })
for (const file of readdirSync(sources, { recursive: true, encoding: "utf8" })) {
  if (!file.endsWith(".ts")) continue
  codesIn(readFileSync(join(sources, file), "utf8")).forEach((code, index) => {
    writeFileSync(
      join(examples, `${file.replaceAll(/[/.]/g, "_")}_${index}.ts`),
      `// src/${file}\n${code}\nexport {}\n`
    )
  })
}
for (const { name, text } of pages({ testsAlone: false })) writeFileSync(join(examples, name), text)

writeFileSync(
  join(examples, "tsconfig.json"),
  JSON.stringify({
    extends: join(home, "tsconfig.json"),
    compilerOptions: { noUnusedLocals: false, noUnusedParameters: false, paths: pathsTo(join(home, "package")) },
    include: ["*.ts"]
  })
)
const tsc = join(home, "node_modules/typescript/bin/tsc")
const { status } = spawnSync(process.execPath, [tsc, "-p", examples], { stdio: "inherit" })
process.exit(status ?? 1)
