import { type ChildProcess, execFile, spawn } from "node:child_process"
import { mkdtempSync, readFileSync, realpathSync, writeFileSync } from "node:fs"
import { rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { promisify } from "node:util"
import { afterAll, expect, it } from "vitest"
import { root, tarball } from "./tarball.js"
import { toolchain } from "./toolchain.js"

/*
 * What a newcomer does, by the README alone: an empty folder, its install lines, its quick start against the emulator
 * that its command starts, and its test, which is green. Only the package's name is replaced, by the tarball.
 */

const readme = readFileSync(join(root, "README.md"), "utf8")

/** What stands under a heading of the README, up to the next one of its level. */
const section = (heading: string): string => {
  const text = new RegExp(`^## ${heading}\\n([\\s\\S]*?)(?=^## |$(?![\\s\\S]))`, "m").exec(readme)?.[1]
  if (text === undefined) throw new Error(`README.md has no section: ${heading}`)
  return text
}

/** The first block of TypeScript in a section that holds some words. */
const block = (heading: string, words: string): string => {
  const blocks = Array.from(section(heading).matchAll(/^```ts\n([\s\S]*?)^```/gm), ([, code = ""]) => code)
  const found = blocks.find((code) => code.includes(words))
  if (found === undefined) throw new Error(`README.md shows no code with ${words} under ${heading}`)
  return found
}

/** The line of the README's shell code that begins with some words, and holds others. */
const line = (start: string, words: string): ReadonlyArray<string> => {
  const found = readme.split("\n").find((text) => text.startsWith(start) && text.includes(words))
  if (found === undefined) throw new Error(`README.md has no line: ${start} … ${words}`)
  return found.split(" ").slice(1)
}

/** A command that stands in the README's prose. */
const inProse = (start: string): ReadonlyArray<string> => {
  const found = new RegExp(`\`(${start}[^\`]*)\``).exec(readme)?.[1]
  if (found === undefined) throw new Error(`README.md does not name a command: ${start}`)
  return found.split(" ")
}

const folders: Array<string> = []
const children: Array<ChildProcess> = []
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL")
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
}, 300_000)

/** What a program says; rejects where it fails. */
const say = async (folder: string, file: string, args: ReadonlyArray<string>, env = {}): Promise<string> => {
  const options = { cwd: folder, env: { ...process.env, CI: "1", NO_COLOR: "1", ...env }, timeout: 280_000 }
  const { stderr, stdout } = await promisify(execFile)(file, args, options).catch((error) => {
    throw new Error(`${file} ${args.join(" ")}\n${error.stdout}${error.stderr}`)
  })
  return stdout + stderr
}

/** Starts the emulator that came with the package; gives what it says to set in the environment, and its page. */
const startEmulator = (folder: string): Promise<{ readonly env: Record<string, string>; readonly url: string }> =>
  new Promise((resolve, reject) => {
    const command = join(folder, "node_modules/.bin/effect-genesys-chats")
    const child = spawn(command, ["emulator"], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] })
    children.push(child)
    child.once("error", reject)
    child.once("exit", (code) => reject(new Error(`the emulator ended with ${code}`)))
    const env: Record<string, string> = {}
    let url = ""
    createInterface({ input: child.stdout }).on("line", (text) => {
      url = /^Listening on (http:\/\/[^:]+:\d+)/.exec(text)?.[1] ?? url
      const [, name, value] = /^ {2}export (\w+)=(.*)$/.exec(text) ?? []
      if (name !== undefined && value !== undefined) env[name] = value
      if (text === "" && Object.keys(env).length > 0) resolve({ env, url })
    })
  })

const managers = [
  { name: "npm", add: "npm install", run: async () => ["npm"] },
  {
    name: "pnpm",
    add: "pnpm add",
    run: async () => [process.execPath, join(await toolchain("pnpm", "10.34.8"), "bin/pnpm.cjs")]
  }
]

it.each(managers)("from an empty folder to a green test, with $name", async ({ add, run }) => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "effect-genesys-chats-newcomer-")))
  folders.push(folder)
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "bot", private: true }))
  const [manager = "", ...args] = await run()
  const named = (words: ReadonlyArray<string>) =>
    words.map((word) => (/^effect-genesys-chats(@3)?$/.test(word) ? tarball() : word))
  await say(folder, manager, [...args, ...named(line(add, "effect-genesys-chats"))])
  const [npm = "", ...setType] = inProse("npm pkg set")
  await say(folder, npm, setType)
  // what the README says for npm, the others have by the same words
  const [, ...development] = line("npm install --save-dev", "vitest")
  const [verb = ""] = line(add, "effect-genesys-chats")
  await say(folder, manager, [...args, verb, ...development, "tsx@^4"])

  writeFileSync(join(folder, "main.ts"), block("Quick start", "runPromise"))
  const { env, url } = await startEmulator(folder)
  await say(folder, join(folder, "node_modules/.bin/tsx"), ["main.ts"], env)
  const state = await (await fetch(`${url}/emulator/state`)).json()
  expect(state).toMatchObject({ conversations: [{ messages: expect.any(Number) }] })

  writeFileSync(join(folder, "incident.test.ts"), block("Testing", "@effect/vitest"))
  const tested = await say(folder, join(folder, "node_modules/.bin/vitest"), ["run"])
  expect(tested).toMatch(/Tests {2}\d+ passed \(\d+\)/)
})
