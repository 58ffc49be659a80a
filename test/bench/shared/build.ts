/**
 * What is measured, as users have it: the package, built as `npm run build` does, and the
 * programs, which find it as they would find an installed one.
 */
import { execFileSync } from "node:child_process"
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

export const root = fileURLToPath(new URL("../../../", import.meta.url))
export const bench = `${root}test/bench`
const cache = `${root}node_modules/.cache/bench`

export interface Built {
  /** The programs' directory: compiled peers, and `node_modules` with the package. */
  readonly programs: string
  /** Where CPU profiles go; they stay. */
  readonly profiles: string
  /** Whether the package has a subpath. */
  readonly has: (subpath: string) => boolean
  /** The programs with a package of which single modules are others: by their path in src, those in `ablations`. */
  readonly variant: (name: string, modules: { readonly [module: string]: string }) => Promise<string>
}

export const buildAll = async (): Promise<Built> => {
  // of its own, because two runs may share a cache
  const programs = `${cache}/${process.pid}`
  const copies = [programs]
  process.on("exit", () => {
    for (const copy of copies) rmSync(copy, { recursive: true, force: true })
  })
  const profiles = `${cache}/profiles`
  mkdirSync(profiles, { recursive: true })
  mkdirSync(programs, { recursive: true })
  // a package of its own: from within the library, its name would lead to the repository's dist
  writeFileSync(`${programs}/package.json`, JSON.stringify({ name: "programs", private: true }))
  buildPackage(`${programs}/node_modules/effect-genesys-chats`)
  await buildPrograms(programs)
  const { exports } = JSON.parse(readFileSync(`${root}package.json`, "utf8"))
  const variant = async (name: string, modules: { readonly [module: string]: string }) => {
    const copy = `${programs}-${name}`
    copies.push(copy)
    cpSync(programs, copy, { recursive: true })
    for (const [module, ablation] of Object.entries(modules)) {
      await replaceModule(`${copy}/node_modules/effect-genesys-chats/dist`, module, ablation)
    }
    return copy
  }
  return { programs, profiles, has: (subpath) => subpath in exports, variant }
}

/** The module that was there stays within reach as `<module>.own.js`: a variant may change a part of it. */
export const replaceModule = async (dist: string, module: string, ablation: string): Promise<void> => {
  const outfile = `${dist}/${module}.js`
  cpSync(outfile, `${dist}/${module}.own.js`)
  await build({
    entryPoints: [`${bench}/ablations/${ablation}.ts`],
    outfile,
    bundle: true,
    allowOverwrite: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    tsconfigRaw: {},
    plugins: [
      {
        name: "the package's other modules",
        setup: ({ onResolve }) =>
          onResolve({ filter: /\/src\// }, ({ path }) => {
            const other = path.replace(/^.*\/src\//, "").replace(/\.js$/, "")
            const file = `${dist}/${other}${other === module ? ".own" : ""}.js`
            const from = relative(dirname(outfile), file)
            return { path: from.startsWith(".") ? from : `./${from}`, external: true }
          })
      }
    ]
  })
}

const run = (script: string, ...args: ReadonlyArray<string>) =>
  execFileSync(process.execPath, [`${root}node_modules/${script}`, ...args], { cwd: root, stdio: "pipe" })

/** Calls at the top of modules are marked as pure. */
export const annotate = (dist: string): void =>
  void run("@babel/cli/bin/babel.js", dist, "--out-dir", dist, "--plugins", "annotate-pure-calls", "--source-maps")

const buildPackage = (directory: string): void => {
  const dist = `${directory}/dist`
  const noTypes = ["--declaration", "false", "--declarationMap", "false", "--noCheck"]
  run("typescript/bin/tsc", "-p", "tsconfig.build.json", "--outDir", dist, ...noTypes)
  annotate(dist)
  cpSync(`${root}package.json`, `${directory}/package.json`)
}

const buildPrograms = async (outdir: string): Promise<void> => {
  await build({
    entryPoints: [`${bench}/peers/*.ts`, `${bench}/shared/server.ts`],
    outdir,
    outbase: bench,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    // the paths there lead to the sources
    tsconfigRaw: {}
  })
  cpSync(`${bench}/programs`, `${outdir}/programs`, { recursive: true })
}
