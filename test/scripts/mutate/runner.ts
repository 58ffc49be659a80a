/** Says which faults each file of tests passes by, and what it costs; or switches one on: see `run.ts`. */
import { writeFileSync } from "node:fs"
import { relative } from "node:path"
import type { SerializedConfig, RunnerTestSuite as Suite, RunnerTestFile as TestFile } from "vitest"
import { VitestTestRunner } from "vitest/runners"

/** By the file of tests, relative to the repository. */
export interface Passed {
  readonly [file: string]: { readonly mutants: ReadonlyArray<number>; readonly millis: number; readonly green: boolean }
}

const active = Number.parseInt(process.env["MUTATE_ACTIVE"] ?? "", 10)
const passing = new Set<number>()
let steps = 0

Object.assign(globalThis, {
  __mutant: (id: number): boolean => {
    passing.add(id)
    if (id !== active) return false
    if (++steps > 1_000_000) throw new Error("runs on")
    return true
  }
})

const isFile = (suite: Suite): suite is TestFile => "filepath" in suite

export default class MutationRunner extends VitestTestRunner {
  private readonly passed: { [file: string]: Passed[string] } = {}
  private began = performance.now()

  constructor(config: SerializedConfig) {
    super(config)
    process.on("unhandledRejection", () => {})
  }

  override async onAfterRunSuite(suite: Suite): Promise<void> {
    await super.onAfterRunSuite(suite)
    if (!isFile(suite)) return
    this.passed[relative(this.config.root, suite.filepath)] = {
      mutants: [...passing],
      millis: performance.now() - this.began,
      green: suite.result?.state === "pass"
    }
    passing.clear()
    this.began = performance.now()
    const into = process.env["MUTATE_PASSED"]
    if (into !== undefined) writeFileSync(into, JSON.stringify(this.passed))
  }
}
