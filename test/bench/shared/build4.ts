/** The package for Effect 4, its programs, and the peers that are the same module for both majors of Effect. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { build } from "esbuild"
import { upToDate } from "../../scripts/effect4/upToDate.js"
import { annotate, bench, replaceModule, root } from "./build.js"

const effect4 = `${root}test/effect4`

/** What the peers import, where it is elsewhere in Effect 4. */
export const moved = {
  "@effect/platform/FetchHttpClient": "effect/http/FetchHttpClient",
  "@effect/platform/HttpClient": "effect/http/HttpClient"
}

/**
 * Builds below `test/effect4`, from where its Effect is found; gives the directory of the programs. Single modules can
 * be others: by their path in src, those in `ablations`.
 */
export const buildEffect4 = async (modules: { readonly [module: string]: string } = {}): Promise<string> => {
  upToDate()
  const programs = `${effect4}/node_modules/.cache/bench/${[process.pid, ...Object.values(modules)].join("-")}`
  process.on("exit", () => rmSync(programs, { recursive: true, force: true }))
  const installed = `${programs}/node_modules/effect-genesys-chats`
  mkdirSync(installed, { recursive: true })
  writeFileSync(`${programs}/package.json`, JSON.stringify({ name: "programs", private: true }))
  await buildPackage(installed)
  for (const [module, ablation] of Object.entries(modules)) await replaceModule(`${installed}/dist`, module, ablation)
  await build({
    entryPoints: [`${bench}/peers/ours.ts`],
    outdir: `${programs}/peers`,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    tsconfigRaw: {},
    plugins: [
      {
        name: "elsewhere in Effect 4",
        setup: ({ onResolve }) =>
          onResolve({ filter: /^@effect\/platform\// }, ({ path }) => ({
            path: path in moved ? moved[path as keyof typeof moved] : path,
            external: true
          }))
      }
    ]
  })
  cpSync(`${bench}/programs`, `${programs}/programs`, { recursive: true })
  return programs
}

const buildPackage = async (directory: string): Promise<void> => {
  const sources = `${effect4}/package/src`
  const modules = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))
  const dist = `${directory}/dist`
  await build({
    entryPoints: modules.map((file) => `${sources}/${file}`),
    outdir: dist,
    outbase: sources,
    tsconfigRaw: {},
    target: "es2022"
  })
  annotate(dist)
  const { exports, name, sideEffects, type } = JSON.parse(readFileSync(`${root}package.json`, "utf8"))
  writeFileSync(`${directory}/package.json`, JSON.stringify({ name, type, sideEffects, exports }))
}
