import { existsSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { never, pending } from "../effect4/pending.js"
import { judge } from "../scripts/effect4/judge.js"

const root = fileURLToPath(new URL("../../", import.meta.url))

describe("the suites on Effect 4", () => {
  const file = (name: string, ...statuses: ReadonlyArray<"passed" | "failed">) => ({
    name: `/package/${name}`,
    status: statuses.length === 0 || statuses.includes("failed") ? ("failed" as const) : ("passed" as const),
    assertionResults: statuses.map((status) => ({ status }))
  })
  const testResults = [file("a", "passed", "passed"), file("b", "passed", "failed"), file("c"), file("d", "passed")]
  const pathOf = (name: string) => name.replace("/package/", "")

  it("are green when what is listed is red and all else is green", () => {
    expect(judge({ testResults }, pathOf, new Set(["b", "c"]))).toMatchObject({
      passed: 3,
      failed: 0,
      red: [],
      unexpectedlyGreen: []
    })
  })

  it("are red when a listed file is green, or when another is not", () => {
    expect(judge({ testResults }, pathOf, new Set(["d"]))).toMatchObject({
      failed: 2,
      red: ["b", "c"],
      unexpectedlyGreen: ["d"]
    })
  })

  it("are listed by files that are there, each with a reason", () => {
    for (const [file, reason] of Object.entries({ ...pending, ...never })) {
      expect(existsSync(join(root, file)), file).toBe(true)
      expect(reason, file).not.toBe("")
    }
  })
})
