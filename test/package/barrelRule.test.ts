/**
 * The rule of `@effect/eslint-plugin` against imports from a package's root proposes a path for each name. There
 * is a module at each of them, and a program that the rule has mended runs as before.
 */
import { execFileSync } from "node:child_process"
import { createRequire } from "node:module"
import { join } from "node:path"
import * as Root from "effect-genesys-chats"
import * as Testing from "effect-genesys-chats/testing"
import { beforeAll, describe, expect, inject, it } from "vitest"
import { toolchain } from "./toolchain.js"

const consumer = inject("consumer")

/** What is used here of ESLint. */
interface Linter {
  readonly verifyAndFix: (text: string, config: object) => { readonly output: string; readonly messages: unknown }
}

let mended: (program: string, packageName: string) => string

beforeAll(async () => {
  const plugin = await toolchain("@effect/eslint-plugin", "0.3.2", ["eslint@9.39.5", "@typescript-eslint/utils@8.73.0"])
  const require = createRequire(join(plugin, "package.json"))
  const { Linter } = require("eslint")
  const linter: Linter = new Linter()
  mended = (program, packageName) => {
    const { messages, output } = linter.verifyAndFix(program, {
      plugins: { "@effect": require("@effect/eslint-plugin/plugin") },
      rules: { "@effect/no-import-from-barrel-package": ["error", { packageNames: [packageName] }] }
    })
    expect(messages).toEqual([])
    return output
  }
}, 300_000)

const run = (program: string): string =>
  execFileSync(process.execPath, ["--input-type=module", "--eval", program], { cwd: consumer, encoding: "utf8" })

describe.each([
  // a type of the root, which a program may import without saying so
  ["effect-genesys-chats", [...Object.keys(Root), "Address"]],
  ["effect-genesys-chats/testing", Object.keys(Testing)]
])("%s", (packageName, names) => {
  it("has a module for each name", () => {
    const program = names.map((name) => mended(`import { ${name} } from "${packageName}"\n`, packageName)).join("")
    expect(program.split("\n").filter((line) => line !== "")).toEqual(
      names.map((name) => `import * as ${name} from "${packageName}/${name}"`)
    )
    expect(run(`${program}console.log("loaded")`)).toBe("loaded\n")
  })
})

it("a program that is mended makes its ids as before", () => {
  const before = `import { RoomJid } from "effect-genesys-chats"\nconsole.log(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))\n`
  const after = mended(before, "effect-genesys-chats")
  expect(after).toContain(`from "effect-genesys-chats/RoomJid"`)
  expect(run(after)).toBe(run(before))
})
