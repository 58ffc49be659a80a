/**
 * `npm run docs:check`: every public export has its docstring, and every TypeScript example of
 * the README, of the guides and of the docstrings compiles as a user would paste it, and loads.
 * A `program` of a guide succeeds on an emulator, and tests pass. The calls that are shown side by side with the
 * vendor's SDK compile against both.
 *
 * `-- --installed` checks the examples against what `npm pack` made, as `npm run test:installed`
 * has unpacked it, and not the docstrings.
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { build } from "esbuild"
import { lacks } from "./docstrings.js"
import { type Example, examples } from "./examples.js"
import { endpoints } from "./generated.js"
import { modules, root } from "./modules.js"
import { sdkProgram } from "./tables.js"

const installed = process.argv.includes("--installed")
const cache = `${root}node_modules/.cache`
const out = `${cache}/${installed ? "installed/" : ""}docs`
/** Where the package's name leads: to the sources, or as Node finds it. */
const sources = installed
  ? []
  : modules.map(({ source, subpath }) => [`effect-genesys-chats${subpath.slice(1)}`, source] as const)

rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
const sideBySide: Example = { name: "calls_side_by_side", text: sdkProgram(endpoints), does: "load" }
const written = [...examples(), sideBySide]
for (const { name, text } of written) writeFileSync(`${out}/${name}.ts`, text)

const paths = Object.fromEntries(sources.map(([name, source]) => [name, [root + source]]))
writeFileSync(`${out}/package.json`, `{ "type": "module" }`)
writeFileSync(
  `${out}/tsconfig.json`,
  JSON.stringify({
    extends: `${root}tsconfig.json`,
    compilerOptions: { noUnusedLocals: false, incremental: false, paths, typeRoots: [`${root}node_modules/@types`] },
    include: ["*.ts"],
    // what is inherited leaves out all below node_modules
    exclude: []
  })
)
const peers = ["effect", "effect/*", "@effect/*", "undici", "purecloud-platform-client-v2"]

/** tsx maps no paths under node_modules, so the examples are loaded from a bundle. */
const bundle = () =>
  build({
    stdin: {
      contents: [
        `import { end, load, run } from "${root}test/scripts/runExample.ts"`,
        ...written
          .filter(({ does }) => does === "load" || does === "run")
          .map(({ does, name }) => `await ${does}("${name}", () => import("./${name}.ts"))`),
        "await end()"
      ].join("\n"),
      resolveDir: out,
      sourcefile: "load.js"
    },
    entryNames: "load",
    outdir: `${out}/js`,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    external: [...peers, ...(installed ? ["effect-genesys-chats", "effect-genesys-chats/*"] : [])],
    alias: Object.fromEntries(sources.map(([name, source]) => [name, root + source]))
  })

const node = (...args: ReadonlyArray<string>): boolean =>
  spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" }).status === 0

const compile = node("node_modules/typescript/bin/tsc", "-p", out)
console.log(`${written.length} examples ${compile ? "compile" : "were compiled, with the errors above"}`)
if (compile) await bundle()
const load = compile && node(`${out}/js/load.js`)
const untested = installed || !written.some(({ does }) => does === "test")
const test = load && (untested || node("node_modules/vitest/vitest.mjs", "run", "--mode", "docs"))
if (compile) console.log(test ? "load, and the guides' programs run" : "not all of them load or run")

const missing = installed ? [] : lacks(modules)
for (const { missing: what, name, where } of missing) console.log(`${where}: ${name} has no ${what.join(", no ")}`)
if (!installed)
  console.log(
    missing.length === 0 ? "every public export has its docstring" : `${missing.length} docstrings lack something`
  )

process.exitCode = test && missing.length === 0 ? 0 : 1
