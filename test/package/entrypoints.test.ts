import { execFileSync } from "node:child_process"
import { describe, expect, inject, it } from "vitest"
import { modules } from "../scripts/modules.js"
import { facts } from "../utils/facts.js"

const consumer = inject("consumer")

/** The peers are loaded before the trap is set: what they do is their own affair. */
const trap = `
  import "effect"
  import "@effect/platform"
  import "undici"
  import "@effect/sql"
  import "@effect/workflow"
  const { done } = await import(${JSON.stringify(new URL("./trap.mjs", import.meta.url))})
`

/** Runs an ES module under plain node, and gives what its `print` was called with. */
const run = (program: string): unknown => {
  const source = `const print = (value) => process.stdout.write(JSON.stringify(value))\n${program}`
  const options = { cwd: consumer, encoding: "utf8", timeout: 60_000 } as const
  const said = execFileSync(process.execPath, ["--input-type=module", "--eval", source], options)
  return JSON.parse(said.slice(said.lastIndexOf("\n") + 1))
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
    expect(names).toEqual({ name: "effect-genesys-chats", endpoints: facts.endpoints.length, testing: true })
  })

  it.each([
    "internal/schema",
    "internal/schema.js",
    "testing/internal/index",
    "dist/index.js",
    "src/index.ts",
    "Chats.js",
    "domain/Message",
    "endpoints/Rooms",
    "internal/attempt",
    "testing/",
    "testing/internal/server",
    "testing/Emulator.js"
  ])("%s is closed", (path) => {
    expect(
      run(`await import("effect-genesys-chats/${path}").then(() => print("open"), (error) => print(error.code))`)
    ).toBe("ERR_PACKAGE_PATH_NOT_EXPORTED")
  })

  it("are the public modules, and the roots give the same ones", () => {
    const subpaths = modules.map(({ subpath }) => subpath)
    const found = run(`
      import * as Root from "effect-genesys-chats"
      import * as Testing from "effect-genesys-chats/testing"
      const found = []
      for (const subpath of ${JSON.stringify(subpaths)}) {
        const module = await import("effect-genesys-chats" + subpath.slice(1))
        const name = subpath.split("/").at(-1)
        const same = [".", "./testing", "./Address", "./undici", "./redis", "./sql", "./workflow"].includes(subpath) || [Root[name], Testing[name]].includes(module) ||
          Object.values(Root).some((value) => Object.values(module).includes(value))
        // a type alone leaves nothing behind
        found.push([subpath, same && (Object.keys(module).length > 0 || subpath === "./Address")])
      }
      print(found)
    `)
    expect(found).toEqual(subpaths.map((subpath) => [subpath, true]))
  })

  it("make no schema of the domain, no error and no result when they are loaded", () => {
    const made = run(`
      import { types } from "node:util"
      import { Broadcast, ChatsError, Conversation, Domain, MessageLoader } from "effect-genesys-chats"
      // whether nobody has asked for it yet: the stand-in is still among its prototypes
      const waits = (schema) => schema !== null && (types.isProxy(schema) || waits(Object.getPrototypeOf(schema)))
      const schemas = {
        ...Domain,
        ...ChatsError.byStatus,
        ChatsError: ChatsError.ChatsError,
        InvalidRequest: ChatsError.InvalidRequest,
        Room: Conversation.Room,
        User: Conversation.User,
        Conversation: Conversation.Conversation,
        Report: Broadcast.Report,
        MessageNotFound: MessageLoader.MessageNotFound
      }
      print([Object.keys(schemas).length > 50, Object.keys(schemas).filter((name) => !waits(schemas[name]))])
    `)
    expect(made).toEqual([true, []])
  })

  it("do nothing when they are loaded", () => {
    const did = run(`${trap}
      for (const subpath of ${JSON.stringify(modules.map(({ subpath }) => subpath))}) {
        await import("effect-genesys-chats" + subpath.slice(1))
      }
      print(done())
    `)
    expect(did).toEqual([])
  })

  it("would be caught if they did", () => {
    const did = run(`${trap}
      ;(0, eval)(\`
        setTimeout(() => {}, 1)
        console.log("")
        process.on("exit", () => {})
        fetch("data:,").then(() => {})
        globalThis.left = 1
        Array.prototype.last = 1
        //# sourceURL=effect-genesys-chats/guilty.js
      \`)
      const did = done()
      delete Array.prototype.last
      print(did)
    `)
    expect(did).toEqual(
      expect.arrayContaining([
        "setTimeout",
        "console.log",
        "process.stdout.write",
        "fetch",
        "globalThis.left",
        "Array.prototype.last",
        "listener of exit",
        "something runs on"
      ])
    )
  })
})
