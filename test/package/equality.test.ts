import { execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, describe, expect, inject, it } from "vitest"
import { modules } from "../scripts/modules.js"
import * as bundling from "./bundling.js"
import { shapeOf } from "./shape.mjs"

/*
 * The package is its source: nothing that a build does (removing types, marking calls as pure, a
 * bundler after it) adds, loses or renames what a subpath exports.
 */

type Shapes = Record<string, ReturnType<typeof shapeOf>>

const consumer = inject("consumer")
const subpaths = modules.map(({ subpath }) => subpath)

const run = (program: string): Shapes => {
  const file = join(consumer, "shapes.mjs")
  writeFileSync(file, program)
  return JSON.parse(execFileSync(process.execPath, [file], { cwd: consumer, encoding: "utf8", timeout: 60_000 }))
}

const program = (imports: (name: string) => string, before = "") => `
  import { shapeOf } from ${JSON.stringify(new URL("./shape.mjs", import.meta.url).href)}
  ${before}
  const shapes = {}
  for (const subpath of ${JSON.stringify(subpaths)}) shapes[subpath] = shapeOf(${imports("subpath")})
  process.stdout.write(JSON.stringify(shapes))
`

describe("what a subpath exports is what its source does", () => {
  let installed: Shapes = {}
  beforeAll(() => {
    installed = run(program((subpath) => `await import("effect-genesys-chats" + ${subpath}.slice(1))`))
  })

  it.each(modules)("$subpath", async ({ source, subpath }) => {
    const shape = shapeOf(await import(/* @vite-ignore */ `../../${source}`))
    // an address is a type alone
    if (subpath !== "./Address") expect(Object.keys(shape)).not.toEqual([])
    expect(installed[subpath]).toEqual(shape)
    // `export * from` never carries it
    expect(shape).not.toHaveProperty("default")
  })

  it("bundled too", async () => {
    const all = subpaths
      .map((subpath, index) => `export * as m${index} from "effect-genesys-chats${subpath.slice(1)}"`)
      .join("\n")
    const bundled = await bundling.withEsbuild(consumer, all, { platform: "node" })
    writeFileSync(join(consumer, "bundled.mjs"), bundled.code)
    const shapes = run(
      program(
        (subpath) => `all["m" + ${JSON.stringify(subpaths)}.indexOf(${subpath})]`,
        `import * as all from "./bundled.mjs"`
      )
    )
    // a minifier gives short names to functions, and to those alone
    const withoutNames = (all: Shapes) =>
      JSON.parse(JSON.stringify(all, (key, value) => (key === "name" && typeof value === "string" ? undefined : value)))
    expect(withoutNames(shapes)).toEqual(withoutNames(installed))
  })
})
