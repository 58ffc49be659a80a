/** Runs each test again with each fault that it passes by and that no test has noticed yet: see `mutate.ts`. */
import { writeFileSync } from "node:fs"
import { relative } from "node:path"
import { getFn } from "@vitest/runner"
import type { SerializedConfig, RunnerTestCase as Test } from "vitest"
import { VitestTestRunner } from "vitest/runners"
import type { Mutant, Result } from "./mutate.js"

/** Of one process. */
const state = {
  active: -1,
  steps: 0,
  passed: new Set<number>(),
  everPassed: new Set<number>(),
  killed: new Map<number, string>()
}

Object.assign(globalThis, {
  __mutant: (id: number): boolean => {
    state.passed.add(id)
    if (id !== state.active) return false
    if (++state.steps > 1_000_000) throw new Error("runs on")
    return true
  }
})

const list: ReadonlyArray<Mutant> = JSON.parse(process.env["MUTATE_LIST"] ?? "[]")
const asked = process.env["MUTATE_IDS"]?.split(",").map(Number)
const patience = 20_000

/** `null` where the test still passes. */
const failure = async (test: Test): Promise<string | null> => {
  let timer: NodeJS.Timeout | undefined
  const stalled = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("stalled"), patience)
  })
  state.steps = 0
  try {
    return await Promise.race([Promise.resolve(getFn(test)()).then(() => null, String), stalled])
  } catch (error) {
    return String(error)
  } finally {
    clearTimeout(timer)
  }
}

export default class MutationRunner extends VitestTestRunner {
  constructor(config: SerializedConfig) {
    super(config)
    process.on("unhandledRejection", () => {})
  }

  async runTask(test: Test): Promise<void> {
    state.passed.clear()
    const began = process.cpuUsage()
    await getFn(test)()
    const { system, user } = process.cpuUsage(began)
    // a long simulation is too dear to be run again for each fault
    if (user + system > 2_000_000) return
    const file = relative(`${this.config.root}/test`, test.file.filepath)
    const passed = [...state.passed]
    for (const id of passed) {
      const mutant = list[id]
      if (mutant === undefined || (asked !== undefined && !asked.includes(id))) continue
      if (!mutant.tests.some((start) => file.startsWith(start))) continue
      state.everPassed.add(id)
      if (state.killed.has(id)) continue
      state.active = id
      const noticed = await failure(test)
      state.active = -1
      // a test that fails when it is run a second time has noticed nothing
      if (noticed !== null && (await failure(test)) === null) state.killed.set(id, `${file}: ${test.name}`)
    }
  }

  override onAfterRunFiles(): void {
    const of = list.filter(({ id }) => asked === undefined || asked.includes(id))
    const alive = of.filter(({ id }) => !state.killed.has(id))
    const result: Result = {
      noticed: of.length - alive.length,
      alive: alive.map((mutant) => ({ ...mutant, passed: state.everPassed.has(mutant.id) })),
      by: Object.fromEntries(state.killed)
    }
    writeFileSync(process.env["MUTATE_RESULT"] ?? "mutants.json", JSON.stringify(result, null, 2))
  }
}
