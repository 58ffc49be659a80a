import { createRequire } from "node:module"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { type BuildOptions, build, transform } from "esbuild"
import { rollup } from "rollup"
import { afterAll, describe, expect, inject, it } from "vitest"

/*
 * What a program carries of the library, without its peers. Rollup looks through the
 * namespaces of the root (`Chats.getChatsRoom`); esbuild does not
 * (github.com/evanw/esbuild/issues/1420), so there the module itself is imported.
 */

const consumer = inject("consumer")
const directory = join(consumer, "node_modules/effect-genesys-chats")
const peers = ["effect", "effect/*", "@effect/*"]

const withEsbuild = async (contents: string, options: BuildOptions = {}): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: consumer, loader: "js" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    legalComments: "none",
    external: peers,
    logLevel: "silent",
    ...options
  })
  return outputFiles?.[0]?.text ?? ""
}

const withRollup = async (contents: string): Promise<string> => {
  const { resolve } = createRequire(join(consumer, "package.json"))
  const bundle = await rollup({
    input: "program",
    external: (id) => /^(effect|@effect\/\w+)(\/|$)/.test(id),
    plugins: [
      {
        name: "consumer",
        resolveId: (id) => (id === "program" ? id : id.startsWith("effect-genesys-chats") ? resolve(id) : null),
        load: (id) => (id === "program" ? contents : null)
      }
    ]
  })
  const { output } = await bundle.generate({ format: "es" })
  return (await transform(output[0].code, { minify: true, format: "esm", target: "es2022" })).code
}

const paths = (code: string): ReadonlyArray<string> =>
  [...new Set([...code.matchAll(/\/api\/v2\/chats[^"'`]*/g)].map(([path]) => path))].sort()

const sizes: Array<readonly [program: string, bytes: number]> = []
const gzipped = (program: string, code: string): number => {
  const bytes = gzipSync(code, { level: 9 }).byteLength
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

  it("carries no other endpoint (esbuild, from the module)", async () => {
    const code = await withEsbuild(`
      import * as Chats from ${JSON.stringify(join(directory, "dist/Chats.js"))}
      export const program = Chats.getChatsRoom({ roomJid: "a" })
    `)
    expect(paths(code)).toEqual(one)
    gzipped("getChatsRoom alone (esbuild)", code)
  })

  it("stays small with the live client", async () => {
    const code = await withRollup(`
      import { Chats, ChatsClient, Credentials, Region } from "effect-genesys-chats"
      export const program = Chats.getChatsRoom({ roomJid: "a" })
      export const layers = [ChatsClient.layer, Credentials.layerToken, Region.layer]
    `)
    expect(paths(code)).toEqual(one)
    expect(gzipped("getChatsRoom with the live client", code)).toBeLessThan(10 * 1024)
  })
})

describe("all of it", () => {
  it("stays small, and needs nothing that a browser lacks", async () => {
    const code = await withEsbuild(`export * from "effect-genesys-chats"`)
    expect(paths(code).length).toBeGreaterThan(20)
    expect(gzipped("everything but ./testing (esbuild)", code)).toBeLessThan(20 * 1024)
  })

  it("vanishes when nothing is used", async () => {
    expect(await withEsbuild(`import "effect-genesys-chats"`)).toBe("")
    const unused = await withEsbuild(`import { Chats, ChatsError, ChatsClient } from "effect-genesys-chats"`)
    expect(unused).toBe("")
  })
})
