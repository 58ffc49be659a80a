/** Type-checks the sources for Effect 4 with its tools: `npm run typecheck:effect4`. */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { root } from "../modules.js"
import { upToDate } from "./upToDate.js"

const home = join(root, "test/effect4")

upToDate()
const tsc = join(home, "node_modules/typescript/bin/tsc")
const { status } = spawnSync(process.execPath, [tsc, "-p", join(home, "tsconfig.json")], { stdio: "inherit" })
process.exit(status ?? 1)
