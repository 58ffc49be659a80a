/**
 * Builds the package for Effect 4 in `test/effect4/package`: its sources, and `dist` as that of Effect 3 is built. With
 * `--pack`, puts its tarball into `node_modules/.cache/pack-effect4`.
 *
 * npx tsx test/scripts/effect4/build.ts [--pack]
 */
import { execFileSync } from "node:child_process"
import { mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { bundleCommand } from "../command.js"
import { root } from "../modules.js"
import { out } from "./generate.js"
import { upToDate } from "./upToDate.js"

const home = join(root, "test/effect4")
const run = (file: string, args: ReadonlyArray<string>, cwd: string) =>
  execFileSync(file, args, { cwd, stdio: "inherit" })
const node = (path: string, ...args: ReadonlyArray<string>) => run(process.execPath, [path, ...args], root)

upToDate()
rmSync(join(out, "dist"), { recursive: true, force: true })
// it is shipped, to be read
node(
  join(root, "node_modules/@biomejs/biome/bin/biome"),
  ...["format", "--write", "--vcs-enabled=false", "--log-level=error", join(out, "src")]
)
node(join(home, "node_modules/typescript/bin/tsc"), "-p", join(home, "tsconfig.build.json"))
const dist = join(out, "dist")
node(
  join(root, "node_modules/@babel/cli/bin/babel.js"),
  ...[dist, "--out-dir", dist, "--plugins", "annotate-pure-calls", "--source-maps"]
)
await bundleCommand(out, join(home, "node_modules"), "node22", "effect")

if (process.argv.includes("--pack")) {
  const packs = join(root, "node_modules/.cache/pack-effect4")
  rmSync(packs, { recursive: true, force: true })
  mkdirSync(packs, { recursive: true })
  run("npm", ["pack", "--silent", "--pack-destination", packs], out)
}
