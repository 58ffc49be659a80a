/**
 * `npm run readme` writes what the guides hold of declarations and of files: the tables of endpoints, and programs
 * as they run. `npm run exports` writes the `exports` of package.json. `test/tooling/docs-generated.test.ts` fails
 * where they are stale.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { generated } from "./generated.js"
import { root } from "./modules.js"

const asked = process.argv[2]

for (const { file, make, script } of generated) {
  if (script !== asked) continue
  const before = readFileSync(root + file, "utf8")
  const after = make(before)
  if (after !== before) writeFileSync(root + file, after)
  console.log(`${file}: ${after === before ? "as it was" : "written"}`)
}
