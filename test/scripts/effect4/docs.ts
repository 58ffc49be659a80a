/**
 * Whether the documented examples compile on Effect 4: those of docstrings and of the README as they stand in the
 * package for it, those of guides as the transform leaves them.
 *
 * npx tsx test/scripts/effect4/docs.ts
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { examples as documented, examplesOf } from "../examples.js"
import { root } from "../modules.js"
import { codesIn } from "./docstrings.js"
import { missing } from "./generate.js"
import { onEffect4, pathsTo } from "./pages.js"
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
/**
 * What is of Effect 3 alone: workflows and the driver of SQLite, which are not there on 4, other packages for Effect 3,
 * and the routers and configs of two recipes, which Effect 4 has in another shape.
 */
const isOfEffect3 = (text: string): boolean =>
  missing.some((path) => text.includes(`"effect-genesys-chats/${path.split("/")[0]}"`)) ||
  /"(purecloud-platform-client-v2|@effect\/(opentelemetry|sql-sqlite-node|workflow|cluster|platform\/Http(App|Router)))"|ConfigProvider\.fromMap/.test(
    text
  )

const pages = documented().filter(({ name, text }) => !/^(src|README)_/.test(name) && !isOfEffect3(text))
const readme = examplesOf("README.md", readFileSync(join(home, "package/README.md"), "utf8"))
for (const { name, text } of [...onEffect4(pages), ...readme]) writeFileSync(join(examples, `${name}.ts`), text)

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
