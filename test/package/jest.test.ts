import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, realpathSync, writeFileSync } from "node:fs"
import { rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { afterAll, beforeAll, expect, it } from "vitest"
import { root, tarball } from "./tarball.js"

/*
 * The guide to Jest, by its own words: an empty CommonJS project, its install line, and its files, on what `npm pack`
 * made.
 */

const guide = readFileSync(join(root, "examples/guides/jest.md"), "utf8")
/** Each file stands below its name. */
const files = Array.from(guide.matchAll(/^`([\w.]+)`\n\n```js\n([\s\S]*?)^```/gm), ([, name = "", code = ""]) => ({
  name,
  code
}))
const tools = /^npm install --save-dev (.*jest.*)$/m.exec(guide)?.[1]?.split(" ") ?? []

const directory = realpathSync(mkdtempSync(join(tmpdir(), "effect-genesys-chats-jest-")))
const run = (file: string, ...args: ReadonlyArray<string>) =>
  promisify(execFile)(file, args, { cwd: directory, env: { ...process.env, CI: "1", NODE_ENV: "test" } }).then(
    ({ stderr, stdout }) => ({ code: 0, said: stdout + stderr }),
    (error) => ({ code: 1, said: `${error.stdout}${error.stderr}` })
  )

beforeAll(async () => {
  writeFileSync(join(directory, "package.json"), JSON.stringify({ name: "consumer", private: true }))
  for (const { code, name } of files) writeFileSync(join(directory, name), code)
  const peers = ["effect@^3.22", "@effect/platform@^0.97", "undici@^7"]
  const quiet = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"]
  const { code, said } = await run("npm", "install", ...quiet, tarball(), ...peers, ...tools)
  expect([code, said]).toEqual([0, expect.any(String)])
}, 300_000)
afterAll(() => rm(directory, { recursive: true, force: true }), 300_000)

it("shows a configuration, a preset and a test", () => {
  expect(files.map(({ name }) => name)).toEqual(["jest.config.js", "babel.config.js", "announce.test.js"])
  expect(tools).not.toEqual([])
})

it("its test runs", async () => {
  const { code, said } = await run("npx", "--no-install", "jest")
  expect(said).toContain("Tests:       2 passed, 2 total")
  expect(code).toBe(0)
})

it("without transformIgnorePatterns Jest says what the guide says", async () => {
  const { code, said } = await run("npx", "--no-install", "jest", "--transformIgnorePatterns=/node_modules/")
  expect(said).toContain("Must use import to load ES Module")
  expect(code).toBe(1)
})
