import { existsSync, readdirSync } from "node:fs"
import { join, resolve } from "node:path"
import { fileURLToPath } from "node:url"

export const root = fileURLToPath(new URL("../..", import.meta.url))
/** The package's major follows that of Effect. */
export type Major = "3" | "4"

const directories = { "3": "node_modules/.cache/pack", "4": "node_modules/.cache/pack-effect4" } as const

/** The tarball for a major of Effect, as `npm run test:package` made it. */
export const tarball = (major: Major = "3"): string => {
  const packs = join(root, directories[major])
  const [one, ...others] = existsSync(packs) ? readdirSync(packs).filter((name) => name.endsWith(".tgz")) : []
  if (one === undefined || others.length > 0) throw new Error(`${packs} must hold one tarball: npm run test:package`)
  return resolve(packs, one)
}
