import { execFileSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, inject, it } from "vitest"

const consumer = inject("consumer")
const tsc = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url))

/** Runs an ES module under plain node, and gives what its `print` was called with. */
const run = (program: string): unknown => {
  const source = `const print = (value) => process.stdout.write(JSON.stringify(value))\n${program}`
  const options = { cwd: consumer, encoding: "utf8", timeout: 60_000 } as const
  return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "--eval", source], options))
}

describe("entry points", () => {
  it("load under plain node", () => {
    const names = run(`
      import { Chats, Endpoint } from "effect-genesys-chats"
      import * as Testing from "effect-genesys-chats/testing"
      import { createRequire } from "node:module"
      const { name } = createRequire(import.meta.url)("effect-genesys-chats/package.json")
      print({
        name,
        endpoints: Object.values(Chats).filter(Endpoint.isEndpoint).length,
        testing: Object.keys(Testing).length > 0
      })
    `)
    expect(names).toEqual({ name: "effect-genesys-chats", endpoints: 34, testing: true })
  })

  it.each([
    "internal/schema",
    "internal/schema.js",
    "testing/internal/index",
    "dist/index.js",
    "src/index.ts",
    "Chats",
    "testing/"
  ])("%s is closed", (path) => {
    expect(
      run(`await import("effect-genesys-chats/${path}").then(() => print("open"), (error) => print(error.code))`)
    ).toBe("ERR_PACKAGE_PATH_NOT_EXPORTED")
  })

  it("leave nothing running and no global behind", () => {
    const left = run(`
      const before = new Set(Reflect.ownKeys(globalThis))
      await import("effect")
      const handles = process.getActiveResourcesInfo().length
      const own = new Set(Reflect.ownKeys(globalThis))
      await import("effect-genesys-chats")
      await import("effect-genesys-chats/testing")
      print({
        handles: process.getActiveResourcesInfo().length - handles,
        globals: Reflect.ownKeys(globalThis).filter((key) => !own.has(key) && !before.has(key)).map(String)
      })
    `)
    expect(left).toEqual({ handles: 0, globals: [] })
  })
})

describe("types", () => {
  const program = `
    import * as Effect from "effect/Effect"
    import { Chats, RoomJid, type ChatsError, type Endpoint } from "effect-genesys-chats"
    import * as Testing from "effect-genesys-chats/testing"

    export const subject: Effect.Effect<string | undefined, unknown, Endpoint.ChatsClient> = Effect.map(
      Chats.getChatsRoom({ roomJid: RoomJid.make("a@conference.acme.orgspan.com") }),
      (room) => room.subject
    )
    export const missing = (error: ChatsError.NotFound): 404 => error.status
    export const testing = Testing

    // @ts-expect-error a plain string is no RoomJid
    Chats.getChatsRoom({ roomJid: "a" })
  `

  it.each([
    ["nodenext", { module: "nodenext", moduleResolution: "nodenext" }],
    ["bundler, without exactOptionalPropertyTypes", { module: "esnext", moduleResolution: "bundler", exact: false }]
  ])("compile for a consumer: %s", (name, { exact = true, ...options }: Record<string, unknown>) => {
    const project = join(consumer, name.replaceAll(/\W+/g, "-"))
    mkdirSync(project)
    writeFileSync(join(project, "program.ts"), program)
    writeFileSync(
      join(project, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: {
          ...options,
          target: "ES2022",
          lib: ["ES2022", "DOM", "DOM.Iterable"],
          types: [],
          strict: true,
          exactOptionalPropertyTypes: exact,
          skipLibCheck: false,
          noEmit: true
        },
        files: ["program.ts"]
      })
    )
    expect(compile(project)).toEqual([])
  })

  /** The complaints about the program and about our declarations; those of other packages are not ours. */
  const compile = (project: string): ReadonlyArray<string> => {
    try {
      execFileSync(process.execPath, [tsc, "-p", project, "--pretty", "false"], { cwd: consumer, encoding: "utf8" })
      return []
    } catch (error) {
      const lines = String((error as { stdout?: unknown }).stdout ?? error).split("\n")
      return lines.filter((line) => line.includes("error") && !/node_modules\/(?!effect-genesys-chats\/)/.test(line))
    }
  }
})
