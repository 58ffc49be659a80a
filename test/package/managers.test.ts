import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, realpathSync, writeFileSync } from "node:fs"
import { rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { promisify } from "node:util"
import { afterAll, describe, expect, it } from "vitest"
import { pages, read } from "../scripts/prose.js"
import { type Major, root, tarball } from "./tarball.js"
import { node as nodeOf, output, toolchain } from "./toolchain.js"

/*
 * The install lines of the README, as they stand there but for the tarball in the package's place:
 * with each package manager they install Effect 3 beside it, or Effect 4, and a program runs. What a newcomer does
 * with them is in `newcomer.test.ts`.
 */

const readme = readFileSync(join(root, "README.md"), "utf8")
const lines = Array.from(readme.matchAll(/^(?:npm install|pnpm add|yarn add|bun add) (?=.*@).*$/gm), ([line]) => line)

const majorOf = (line: string): Major => (/ effect@[~^]4/.test(line) ? "4" : "3")

/** What the peers of a line are for Effect 4, where the README has the line for Effect 3 alone: most are parts of it. */
const peersOf4: { readonly [peer: string]: string } = {
  effect: "effect@^4.1",
  "@effect/platform-node": "@effect/platform-node@^4.1",
  "@effect/vitest": "@effect/vitest@^4.0",
  vitest: "vitest@^5"
}
const onEffect4 = (line: string): string =>
  line
    .split(" ")
    .flatMap((word) => {
      const [, peer] = /^((?:@effect\/)?[\w-]+)@\^/.exec(word) ?? []
      if (peer === undefined || !(peer.startsWith("@effect/") || peer in peersOf4)) return [word]
      const other = peersOf4[peer]
      return other === undefined ? [] : [other]
    })
    .join(" ")

const lineOf = (start: string, major: Major) => {
  const own = lines.filter((line) => line.startsWith(start) && line.includes("effect-genesys-chats"))
  const line = own.find((line) => majorOf(line) === major) ?? own.map(onEffect4).find((line) => majorOf(line) === major)
  if (line === undefined) throw new Error(`README.md has no install line: ${start} …`)
  return line
}

/** Effect 4 asks for a Node that is newer than what all this may run on. */
const nodeFor = async (major: Major): Promise<string> => (major === "3" ? process.execPath : nodeOf("24.21.0"))

const directories: Array<string> = []
const project = (files: Record<string, string> = {}) => {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "effect-genesys-chats-install-")))
  directories.push(directory)
  const manifest = JSON.stringify({ name: "consumer", version: "1.0.0", private: true, type: "module" })
  for (const [name, text] of Object.entries({ "package.json": manifest, ...files })) {
    writeFileSync(join(directory, name), text)
  }
  return directory
}
afterAll(async () => {
  for (const directory of directories) await rm(directory, { recursive: true, force: true })
}, 300_000)

/** What is said of an installation, by whatever Node comes first; rejects where it fails. */
const said = async (node: string, file: string, args: ReadonlyArray<string>, cwd: string): Promise<string> => {
  const PATH = [dirname(node), process.env["PATH"]].join(delimiter)
  const env = { ...process.env, PATH, CI: "1", YARN_ENABLE_IMMUTABLE_INSTALLS: "false", YARN_ENABLE_TELEMETRY: "0" }
  const options = { cwd, env, timeout: 240_000, maxBuffer: 2 ** 26 }
  const { stderr, stdout } = await promisify(execFile)(file, args, options)
  return stdout + stderr
}

/** The live client over a socket, the testing module and the transport, from what was installed. */
const program = `
import { createRequire } from "node:module"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Chats, ChatsClient, Credentials, Region } from "effect-genesys-chats"
import { Emulator } from "effect-genesys-chats/testing"
import * as Undici from "effect-genesys-chats/undici"

const announce = Effect.gen(function* () {
  const { jid } = yield* Chats.postChatsRooms({ subject: "Incident 4711" })
  yield* Chats.postChatsRoomMessages({ roomJid: jid, message: "We are on it" })
})
const test = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  const { clientId, clientSecret, url } = emulator
  const client = ChatsClient.layer.pipe(
    Layer.provide(Credentials.layerClientCredentials({ clientId, clientSecret })),
    Layer.provide(Region.layerCustom({ apiUrl: url, loginUrl: url })),
    Layer.provide(Undici.layer)
  )
  yield* Effect.provide(announce, client)
  const posted = (yield* emulator.requests).map(({ operation, status }) => [operation, status])
  const { version } = createRequire(import.meta.url)("effect/package.json")
  return { major: version.split(".")[0], posted }
})
process.stdout.write(JSON.stringify(await Effect.runPromise(Effect.provide(test, Emulator.layerServer()))))
`

const expected = {
  posted: [
    ["token", 200],
    ["postChatsRooms", 200],
    ["postChatsRoomMessages", 200]
  ]
}

/** Replaces the package's name, and that alone, by the tarball. */
const argumentsOf = (line: string, as: string) =>
  line
    .split(" ")
    .slice(1)
    .map((word) => (/^effect-genesys-chats(@\d+)?$/.test(word) ? as : word))

const bunPlatform = `@oven/bun-${process.platform}-${process.arch === "arm64" ? "aarch64" : "x64"}`

/** How each is run, and what it says of peers that are not as they are asked for. */
const managers = [
  { name: "npm", title: "npm", run: async () => ["npm"], complaint: /ERESOLVE|peer dep/i },
  {
    name: "pnpm",
    title: "pnpm",
    run: async (node: string) => [node, join(await toolchain("pnpm", "10.34.8"), "bin/pnpm.cjs")],
    complaint: /unmet peer|missing peer|Issues with peer/i
  },
  {
    name: "yarn",
    title: "yarn classic",
    run: async (node: string) => [node, join(await toolchain("yarn", "1.22.22"), "bin/yarn.js")],
    complaint: /has (incorrect|unmet) peer dependency/i
  },
  {
    name: "yarn",
    title: "yarn berry",
    run: async (node: string) => [node, join(await toolchain("@yarnpkg/cli-dist", "4.18.1"), "bin/yarn.js")],
    // otherwise it looks for a project further up
    files: { "yarn.lock": "", ".yarnrc.yml": "nodeLinker: node-modules\nenableGlobalCache: true\n" },
    // it takes a file by its name alone
    as: (tarball: string) => `effect-genesys-chats@file:${tarball}`,
    complaint: /YN0002|YN0060|YN0086/
  },
  {
    name: "bun",
    title: "bun",
    run: async () => [join(await toolchain(bunPlatform, "1.4.5"), "bin/bun")],
    complaint: /incorrect peer/i
  }
] as const

describe.each(["3", "4"] as const)("the README's install lines, for Effect %s", (major) => {
  it.each(managers)("$title", async (manager) => {
    const { complaint, name, run } = manager
    const node = await nodeFor(major)
    const directory = project({ "program.mjs": program, ...("files" in manager ? manager.files : {}) })
    const [file = "", ...args] = await run(node)
    const line = lineOf(name === "npm" ? "npm install" : `${name} add`, major)
    const as = "as" in manager ? manager.as(tarball(major)) : tarball(major)
    const words = await said(node, file, [...args, ...argumentsOf(line, as)], directory)
    expect(words.split("\n").filter((line) => complaint.test(line))).toEqual([])
    const result = await output(node, ["program.mjs"], directory)
    expect(result).toBe(JSON.stringify({ major, ...expected }))
  })

  it("npm, all of them one after the other", async () => {
    const node = await nodeFor(major)
    const directory = project()
    const npm = lines
      .filter((line) => line.startsWith("npm install") && (major === "4" || majorOf(line) === "3"))
      .map((line) => (major === "3" ? line : onEffect4(line)))
      .filter((line, at, all) => all.indexOf(line) === at && line.split(" ").some((word) => word.includes("@")))
    expect(npm.length).toBeGreaterThan(1)
    for (const line of npm) {
      const args = [...argumentsOf(line, tarball(major)), "--ignore-scripts", "--no-audit", "--no-fund"]
      expect(await said(node, "npm", args, directory)).not.toMatch(/ERESOLVE|peer dep/i)
    }
    const found = await said(node, "npm", ["ls", "effect", "--json", "--all"], directory)
    const versions = new Set(Array.from(found.matchAll(/"effect": \{\s+"version": "(\d+)\./g), ([, found]) => found))
    expect([...versions]).toEqual([major])
  })
})

describe("the README's install lines", () => {
  it("name a range wherever they name a peer", () => {
    const bare = pages
      .flatMap((page) =>
        Array.from(read(page).matchAll(/^.*(?:npm (?:install|i)|pnpm add|yarn add|bun add) .*$/gm), ([line]) => line)
      )
      .filter((line) => /(^|\s)(effect|undici|vitest|@effect\/[\w-]+)(?=\s|$)/.test(line))
    expect(bare).toEqual([])
  })
})
