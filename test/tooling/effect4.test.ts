import { existsSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { never, pending } from "../effect4/pending.js"
import { counted, judge, merged } from "../scripts/effect4/judge.js"

const root = fileURLToPath(new URL("../../", import.meta.url))

describe("the suites on Effect 4", () => {
  const file = (name: string, ...statuses: ReadonlyArray<"passed" | "failed">) => ({
    name: `/package/${name}`,
    status: statuses.length === 0 || statuses.includes("failed") ? ("failed" as const) : ("passed" as const),
    assertionResults: statuses.map((status, i) => ({ fullName: `test ${i}`, status }))
  })
  const testResults = [file("a", "passed", "passed"), file("b", "passed", "failed"), file("c"), file("d", "passed")]
  const pathOf = (name: string) => name.replace("/package/", "")

  it("are green when what is listed is red and all else is green", () => {
    for (const [b, passed] of [
      ["why", 3],
      [{ "test 1": "why" }, 4]
    ] as const) {
      expect(judge({ testResults }, pathOf, { b, c: "why", elsewhere: "why" })).toEqual({
        passed,
        red: [],
        unexpectedlyGreen: []
      })
    }
  })

  it("are red when what is listed is green, or when something else is not", () => {
    const listed = { b: { "test 0": "why", "test 9": "why" }, d: "why" }
    expect(judge({ testResults }, pathOf, listed)).toMatchObject({
      red: ["b: test 1", "c"],
      unexpectedlyGreen: ["b: test 0", "b: test 9", "d"]
    })
  })

  it("may be listed by file or by test, in either list", () => {
    const listed = merged({ a: { "test 0": "x" }, b: "y" }, { a: { "test 1": "z" }, c: "w" })
    expect(listed).toEqual({ a: { "test 0": "x", "test 1": "z" }, b: "y", c: "w" })
    expect(counted(listed)).toBe("2 files and 2 tests of others")
  })

  it("are listed by files that are there, each with a reason", () => {
    for (const [file, why] of [...Object.entries(pending), ...Object.entries(never)]) {
      expect(existsSync(join(root, file)), file).toBe(true)
      for (const reason of typeof why === "string" ? [why] : Object.values(why)) expect(reason, file).not.toBe("")
    }
  })
})
