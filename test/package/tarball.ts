import { readdirSync } from "node:fs"
import { join, resolve } from "node:path"
import { fileURLToPath } from "node:url"

export const root = fileURLToPath(new URL("../..", import.meta.url))
const packs = join(root, "node_modules/.cache/pack")

/** The tarball that `npm run test:package` made. */
export const tarball = (): string => {
  const [one, ...others] = readdirSync(packs).filter((name) => name.endsWith(".tgz"))
  if (one === undefined || others.length > 0) throw new Error(`${packs} must hold one tarball: npm run test:package`)
  return resolve(packs, one)
}
