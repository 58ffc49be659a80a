/**
 * What is generated for Effect 4 is made anew where anything has changed that it is made of, and its tools are
 * installed where they are not there. `EFFECT4_GENERATED=1` takes what is there.
 */
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../modules.js"

const home = join(root, "test/effect4")
const generated = join(home, "package")
const stampFile = join(generated, ".stamp")

/** The package and the tests that are made of it. */
const madeOf = ["src", "test", "examples", "package.json", "README.md", "CHANGELOG.md", "LICENSE"]

/** What is made, and what it is made with. */
const apart = /\/test\/effect4\/(node_modules|package)\//

const filesIn = (path: string): ReadonlyArray<string> => {
  const all = existsSync(path) ? readdirSync(path, { recursive: true, encoding: "utf8", withFileTypes: true }) : []
  return all
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => join(parentPath, name))
    .filter((file) => !apart.test(file))
}

const stamp = (): string => {
  const hash = createHash("sha256")
  for (const path of madeOf) {
    const files = /^[A-Z]|\.json$/.test(path) ? [join(root, path)] : filesIn(join(root, path))
    for (const file of [...files].sort()) if (existsSync(file)) hash.update(file).update(readFileSync(file))
  }
  return hash.digest("hex")
}

const run = (script: string): void => {
  const args = [join(root, "node_modules/tsx/dist/cli.mjs"), join(root, "test/scripts/effect4", script)]
  execFileSync(process.execPath, args, { cwd: root, stdio: "inherit" })
}

export const upToDate = (): void => {
  if (process.env["EFFECT4_GENERATED"] !== undefined) return
  if (!existsSync(join(home, "node_modules"))) execFileSync("npm", ["ci", "--silent"], { cwd: home, stdio: "inherit" })
  const now = stamp()
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === now) return
  run("generate.ts")
  run("tests.ts")
  writeFileSync(stampFile, now)
}
