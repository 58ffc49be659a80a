/**
 * `npm run readme` writes the tables of endpoints into README.md and into
 * `examples/coming-from-the-sdk.md`, `npm run exports` the `exports` of package.json.
 * `test/docs-generated.test.ts` fails where they are stale.
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
