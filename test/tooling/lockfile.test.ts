import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"

const text = readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8")
const packages: Record<string, { readonly optionalDependencies?: Record<string, string> }> = JSON.parse(text).packages

describe("package-lock.json", () => {
  it("names no registry", () => {
    expect(text).not.toContain('"resolved"')
  })

  // npm leaves out what the registry of the day did not have, and then `npm ci` refuses the file: npm/cli#9846
  it("holds the binaries of every platform", () => {
    const held = new Set(Object.keys(packages).map((path) => path.slice(path.lastIndexOf("node_modules/") + 13)))
    const missing = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
      Object.keys(optionalDependencies).filter((name) => !held.has(name))
    )
    expect(missing).toEqual([])
  })
})
