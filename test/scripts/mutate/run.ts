/**
 * `npm run mutate`: would the tests notice a fault? One run says which faults each file of tests passes by; then each
 * fault is switched on in a process of its own, which ends with the first test that fails, or is ended when it hangs.
 *
 * `MUTANTS` (150) and `MUTATE_SEED` (1) say how many and which; `MUTATE_IDS=3,17` asks for these alone. What is left
 * alive is printed, and all is written to `node_modules/.cache/mutants.json`.
 */
import { spawn } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import { root } from "../modules.js"
import { type Mutant, mutants } from "./mutants.js"
import type { Passed } from "./runner.js"

const cache = join(root, "node_modules/.cache/mutate")
mkdirSync(cache, { recursive: true })

type Ended = "green" | "red" | "hung"

const vitest = (files: ReadonlyArray<string>, env: NodeJS.ProcessEnv, patience: number): Promise<Ended> =>
  new Promise((resolve) => {
    const run = ["--no-install", "vitest", "run", "--mode", "mutate", ...files]
    // a group of its own, so that the processes that it starts end with it
    const child = spawn("npx", run, { cwd: root, env: { ...process.env, ...env }, stdio: "ignore", detached: true })
    let hung = false
    const timer = setTimeout(() => {
      hung = true
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL")
    }, patience)
    child.on("close", (code) => {
      clearTimeout(timer)
      resolve(hung ? "hung" : code === 0 ? "green" : "red")
    })
  })

const passedIn = async (): Promise<Passed> => {
  const into = join(cache, "passed.json")
  writeFileSync(into, "{}")
  await vitest([], { MUTATE_PASSED: into, MUTATE_ACTIVE: "" }, 30 * 60_000)
  return JSON.parse(readFileSync(into, "utf8"))
}

/** The tests that pass a fault by: the nearest first, and of those the quickest. */
const filesFor = (passed: Passed, { id, tests }: Mutant): ReadonlyArray<string> => {
  const near = (file: string) => tests.findIndex((start) => file.startsWith(`test/${start}`))
  return Object.entries(passed)
    .filter(([file, { green, mutants }]) => green && mutants.includes(id) && near(file) >= 0)
    .sort(([a, one], [b, other]) => near(a) - near(b) || one.millis - other.millis)
    .map(([file]) => file)
}

const ids = process.env["MUTATE_IDS"]?.split(",").map(Number)
const all = mutants(root).filter(({ id }) => ids === undefined || ids.includes(id))
const passed = await passedIn()
const red = Object.entries(passed).filter(([, { green }]) => !green)
console.log(
  `${Object.keys(passed).length} files of tests${red.map(([file]) => `; not used, as it is red: ${file}`).join("")}`
)

interface Outcome extends Mutant {
  readonly ended: Ended | "passed by no test"
}

const outcomes: Array<Outcome> = []
const left = [...all]
const work = async (): Promise<void> => {
  for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
    const files = filesFor(passed, mutant)
    const millis = files.reduce((sum, file) => sum + (passed[file]?.millis ?? 0), 0)
    const env = { MUTATE_ACTIVE: String(mutant.id), MUTATE_FILES: files.join(",") }
    const ended = files.length === 0 ? "passed by no test" : await vitest(files, env, 60_000 + 4 * millis)
    outcomes.push({ ...mutant, ended })
    writeFileSync(join(root, "node_modules/.cache/mutants.json"), JSON.stringify(outcomes, null, 2))
    if (ended === "green" || files.length === 0) {
      const { file, from, id, line, to } = mutant
      console.log(`${id} ${files.length === 0 ? ended : "alive"}: ${file}:${line} ${from} → ${to}`)
    }
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, work))

const count = (...which: ReadonlyArray<Outcome["ended"]>) =>
  outcomes.filter(({ ended }) => which.includes(ended)).length
console.log(
  `${count("red", "hung")} of ${outcomes.length} faults noticed (${count("hung")} by a hang), ${count("green")} alive, ${count("passed by no test")} passed by no test`
)
