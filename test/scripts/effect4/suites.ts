/**
 * The suites on Effect 4: `npm run test:effect4`. Generates sources and tests where they have changed, runs them with the vitest and the Node
 * that Effect 4 asks for, and holds them against `test/effect4/pending.ts`. Names of files, or parts of them, run those
 * alone.
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { parseArgs } from "node:util"
import { never, pending } from "../../effect4/pending.js"
import { node } from "../../package/toolchain.js"
import { root } from "../modules.js"
import { counted, judge, merged, type Report } from "./judge.js"
import { out } from "./tests.js"
import { upToDate } from "./upToDate.js"

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    outputFile: { type: "string", default: join(root, "node_modules/.cache/effect4/tests.json") },
    // as vitest is given them by `.ci/run`
    reporter: { type: "string", multiple: true, default: [] }
  }
})

upToDate()

const raw = join(root, "node_modules/.cache/effect4/raw.json")
mkdirSync(join(root, "node_modules/.cache/effect4"), { recursive: true })
const vitest = join(root, "test/effect4/node_modules/vitest/vitest.mjs")
const config = join(root, "test/effect4/vitest.config.ts")
const reporters = ["--reporter=dot", "--reporter=json", `--outputFile=${raw}`]
const pathOf = (file: string) => relative(out, file).replaceAll("\\", "/")
const binary = await node("24.21.0")
const run = (files: ReadonlyArray<string>) => {
  spawnSync(binary, [vitest, "run", "--config", config, ...reporters, ...files], { cwd: out, stdio: "inherit" })
  const report: Report = JSON.parse(readFileSync(raw, "utf8"))
  return judge(report, pathOf, merged(never, pending))
}

const { passed, red: redAtFirst, unexpectedlyGreen } = run(positionals)
/** What goes by real time may be late once on a busy machine: a few files are run again, by themselves. */
const again = [...new Set(redAtFirst.map((one) => one.split(": ")[0] ?? one))]
const red =
  again.length > 0 && again.length <= 2 ? run(again).red.filter((one) => redAtFirst.includes(one)) : redAtFirst
for (const one of redAtFirst) if (!red.includes(one)) console.log(`red on Effect 4, and green when run again: ${one}`)
const failed = [
  ...red.map((one) => `red on Effect 4, and not listed in test/effect4/pending.ts: ${one}`),
  ...unexpectedlyGreen.map((one) => `listed in test/effect4/pending.ts, and not red on Effect 4: ${one}`)
]
for (const one of failed) console.log(one)
console.log(`Effect 4: ${passed} tests green; pending: ${counted(pending)}; not for Effect 4: ${counted(never)}`)
writeFileSync(values.outputFile, JSON.stringify({ numPassedTests: passed, numFailedTests: failed.length, failed }))
process.exit(failed.length > 0 ? 1 : 0)
