/** Before the suite: the driver of each major, bundled with its sources and with its Effect. */
import { join } from "node:path"
import { build, type Plugin } from "esbuild"
import { node } from "../../package/toolchain.js"
import { upToDate } from "../../scripts/effect4/upToDate.js"
import { type Major, majors, type Package, packages, root } from "./majors.js"

const subpaths: { readonly [subpath: string]: string } = {
  "effect-genesys-chats": "index.ts",
  "effect-genesys-chats/testing": "testing/index.ts",
  "effect-genesys-chats/undici": "transport/undici.ts"
}

export const driverOf = (major: Major): string => join(root, `node_modules/.cache/conformance/driver${major}.mjs`)

/** Effect 4 asks for a Node that is newer than the oldest of Effect 3: both run on this one. */
export const nodeVersion = "24.21.0"

const found = ({ moved, peers, sources }: Package): Plugin => ({
  name: "the major's own",
  setup: ({ onResolve, resolve }) => {
    onResolve({ filter: /^effect-genesys-chats/ }, ({ path }) => ({ path: join(sources, subpaths[path] ?? path) }))
    onResolve({ filter: /^(effect|@effect|undici|ws)(\/|$)/ }, ({ importer, kind, path, pluginData, resolveDir }) => {
      // what a package imports it finds by itself
      if (pluginData === found || importer.includes("node_modules")) return undefined
      const own = { resolveDir: importer.startsWith(sources) ? resolveDir : peers, pluginData: found, kind }
      return resolve(moved[path] ?? path, own)
    })
  }
})

const buildDriver = (major: Major) =>
  build({
    entryPoints: [join(root, "test/conformance/driver/main.ts")],
    outfile: driverOf(major),
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    tsconfigRaw: {},
    plugins: [found(packages[major])],
    // for what is CommonJS inside
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url)' },
    logLevel: "error"
  })

export const buildDrivers = async (): Promise<void> => void (await Promise.all(majors.map(buildDriver)))

export const setup = async (): Promise<void> => {
  if (majors.includes("4")) upToDate()
  await node(nodeVersion)
  await buildDrivers()
}
