/**
 * Compiles every TypeScript example of the README and of the docstrings, as a user would
 * paste it. `npm run docs:check`
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../../", import.meta.url))
const out = `${root}node_modules/.cache/docs`

const block = /^```ts\n([\s\S]*?)^```/gm
const comment = /\/\*\*[\s\S]*?\*\//g

/** The text of a source's docstrings, without their stars. */
const docstrings = (source: string): string =>
  Array.from(source.matchAll(comment), ([text]) => text.replace(/^\s*\/?\*+[ /]?/gm, "")).join("\n")

const examples = (file: string): ReadonlyArray<string> => {
  const text = readFileSync(root + file, "utf8")
  return Array.from((file.endsWith(".md") ? text : docstrings(text)).matchAll(block), (match) => match[1] ?? "")
}

const sources = readdirSync(`${root}src`, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => `src/${file}`)

rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
let count = 0
for (const file of ["README.md", ...sources]) {
  for (const [index, example] of examples(file).entries()) {
    const name = `${file.replaceAll(/[/.]/g, "_")}_${index + 1}.ts`
    writeFileSync(`${out}/${name}`, `// ${file}, example ${index + 1}\n${example}\nexport {}\n`)
    count++
  }
}
writeFileSync(
  `${out}/tsconfig.json`,
  JSON.stringify({
    extends: "../../../tsconfig.json",
    compilerOptions: { noUnusedLocals: false, incremental: false, typeRoots: ["../../@types"] },
    include: ["*.ts"]
  })
)

const { status } = spawnSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-p", out], {
  stdio: "inherit"
})
console.log(`${count} examples ${status === 0 ? "compile" : "were compiled, with the errors above"}`)
process.exitCode = count > 0 && status === 0 ? 0 : 1
