import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, describe, expect, inject, it } from "vitest"
import { modules } from "../scripts/modules.js"
import * as bundling from "./bundling.js"
import { output } from "./toolchain.js"

/*
 * What a program carries of the library, without its peers. Rollup looks through the
 * namespaces of the root (`Chats.getChatsRoom`); esbuild does not
 * (github.com/evanw/esbuild/issues/1420), so there the module itself is imported:
 * `import * as Chats from "effect-genesys-chats/Chats"`.
 */

/** Own code, minified and gzipped, in bytes: what it is now and a little, so that growth is seen. */
const budget = { endpoint: 2 * 1024, client: 33 * 1024, endpoints: 36 * 1024, all: 72 * 1024 }

const consumer = inject("consumer")
const withEsbuild = async (contents: string, options?: bundling.Options): Promise<string> =>
  (await bundling.withEsbuild(consumer, contents, options)).code

const withRollup = (contents: string): Promise<string> => bundling.withRollup(consumer, contents)

const paths = (code: string): ReadonlyArray<string> =>
  [...new Set([...code.matchAll(/\/api\/v2\/chats[^"'`]*/g)].map(([path]) => path))].sort()

const sizes: Array<readonly [program: string, bytes: number]> = []
const gzipped = (program: string, code: string): number => {
  const bytes = bundling.gzippedBytes(code)
  sizes.push([program, bytes])
  return bytes
}
afterAll(() => {
  const table = sizes.map(([program, bytes]) => `  ${(bytes / 1024).toFixed(2).padStart(6)} KB  ${program}`)
  process.stdout.write(`own code, minified and gzipped, without the peers:\n${table.join("\n")}\n`)
})

describe("a program with one endpoint", () => {
  const one = ["/api/v2/chats/rooms/{roomJid}"]

  it("carries no other endpoint (rollup, from the root)", async () => {
    const code = await withRollup(`
      import { Chats } from "effect-genesys-chats"
      export const program = Chats.getChatsRoom({ roomJid: "a" })
    `)
    expect(paths(code)).toEqual(one)
    gzipped("getChatsRoom alone (rollup)", code)
  })

  it.each([
    ["rollup", withRollup],
    ["esbuild", withEsbuild]
  ] as const)("carries no other endpoint (%s, from the module)", async (bundler, bundle) => {
    const code = await bundle(bundling.programs.endpoint)
    expect(paths(code)).toEqual(one)
    expect(gzipped(`getChatsRoom alone (${bundler}, from the module)`, code)).toBeLessThan(budget.endpoint)
  })

  it("carries them all with esbuild, from the root", async () => {
    const code = await withEsbuild(`
      import { Chats } from "effect-genesys-chats"
      export const program = Chats.getChatsRoom({ roomJid: "a" })
    `)
    // once esbuild looks through namespaces, the advice above can go
    expect(paths(code).length).toBeGreaterThan(20)
  })

  it("stays small with the live client (esbuild, from the modules)", async () => {
    const code = await withEsbuild(bundling.programs.liveFromModules)
    expect(paths(code)).toEqual(one)
    expect(gzipped("getChatsRoom with the live client (esbuild, from the modules)", code)).toBeLessThan(budget.client)
  })

  it.each([
    ["rollup", withRollup],
    ["esbuild", withEsbuild]
  ] as const)("carries nothing of the environment, nor a login, where it uses neither (%s)", async (_, bundle) => {
    const code = await bundle(bundling.programs.liveFromModules)
    expect(code).not.toContain("GENESYS_CLOUD_")
    expect(code).not.toContain("client_credentials")
  })

  it("stays small with the live client", async () => {
    const code = await withRollup(bundling.programs.liveFromRoot)
    expect(paths(code)).toEqual(one)
    expect(gzipped("getChatsRoom with the live client", code)).toBeLessThan(budget.client)
  })
})

describe("a program with all endpoints", () => {
  it("stays small with the live client (esbuild, from the modules)", async () => {
    const code = await withEsbuild(bundling.programs.allEndpoints)
    expect(paths(code).length).toBeGreaterThan(20)
    expect(gzipped("all endpoints with the live client (esbuild, from the modules)", code)).toBeLessThan(
      budget.endpoints
    )
  })
})

describe("all of it", () => {
  it("stays small, and needs nothing that a browser lacks", async () => {
    const code = await withEsbuild(bundling.programs.all)
    expect(paths(code).length).toBeGreaterThan(20)
    expect(gzipped("everything but ./testing and ./undici (esbuild)", code)).toBeLessThan(budget.all)
  })

  it("vanishes when nothing is used", async () => {
    expect(await withEsbuild(`import "effect-genesys-chats"`)).toBe("")
    const unused = await withEsbuild(`import { Chats, ChatsError, ChatsClient } from "effect-genesys-chats"`)
    expect(unused).toBe("")
  })
})

describe("in a browser", () => {
  // undici itself is for Node alone
  it.each(
    modules.filter(
      ({ subpath }) =>
        !subpath.startsWith("./testing") && !["./undici", "./redis", "./sql", "./workflow"].includes(subpath)
    )
  )("$subpath needs no Node", async (module) => {
    const code = await withEsbuild(`export * from "effect-genesys-chats${module.subpath.slice(1)}"`)
    expect(code).not.toMatch(/["']node:/)
  })

  it("a program runs there: the live client on the emulator in memory, and the stub", async () => {
    const code = await withEsbuild(
      `
      import * as Effect from "effect/Effect"
      import * as Chats from "effect-genesys-chats/Chats"
      import * as ChatsStub from "effect-genesys-chats/testing/ChatsStub"
      import * as Emulator from "effect-genesys-chats/testing/Emulator"
      import * as Faults from "effect-genesys-chats/testing/Faults"
      const live = Effect.gen(function* () {
        const emulator = yield* Emulator.Emulator
        const { jid } = yield* Chats.postChatsRooms({ subject: "Incident 4711" })
        yield* Chats.postChatsRoomMessages({ roomJid: jid, message: "We are on it" })
        return (yield* emulator.messages(jid)).length
      }).pipe(Effect.provide(Emulator.layerClient({ faults: Faults.script([Faults.status(503)]) })))
      const stubbed = Chats.getChatsSettings().pipe(
        Effect.map((settings) => settings.reactionsEnabled),
        Effect.provide(ChatsStub.layer({ getChatsSettings: () => Effect.succeed({ reactionsEnabled: true }) }))
      )
      globalThis.result = Effect.runPromise(Effect.all([live, stubbed]))
    `,
      { external: [], format: "iife" }
    )
    expect(code).not.toMatch(/["']node:/)
    const program = join(consumer, "browser.cjs")
    const ofNode = "process, Buffer, global, require, module, exports, setImmediate, clearImmediate"
    const print = "globalThis.result.then((result) => process.stdout.write(JSON.stringify(result)))"
    writeFileSync(program, `(function (${ofNode}) { ${code} })()\n${print}`)
    expect(await output(process.execPath, [program], consumer)).toBe("[1,true]")
  })
})
