/**
 * Whether the documented examples of the package for Effect 4 compile as they stand in it.
 *
 * npx tsx test/scripts/effect4/docs.ts
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { modules, root } from "../modules.js"
import { codesIn } from "./docstrings.js"
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
const paths = Object.fromEntries(
  modules.map(({ source, subpath }) => [`effect-genesys-chats${subpath.slice(1)}`, [join(home, "package", source)]])
)
writeFileSync(
  join(examples, "tsconfig.json"),
  JSON.stringify({
    extends: join(home, "tsconfig.json"),
    compilerOptions: { noUnusedLocals: false, noUnusedParameters: false, paths },
    include: ["*.ts"]
  })
)
const tsc = join(home, "node_modules/typescript/bin/tsc")
const { status } = spawnSync(process.execPath, [tsc, "-p", examples], { stdio: "inherit" })
process.exit(status ?? 1)
