import { execFileSync } from "node:child_process"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { root, tarball } from "./tarball.js"

/** A project below `node_modules`: what the package in it imports are the peers of the repository. */
export const consumer = join(root, "node_modules/.cache/installed")

/** Unpacks the tarball as npm does. */
export default (): void => {
  const directory = join(consumer, "node_modules/effect-genesys-chats")
  rmSync(consumer, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(consumer, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }))
  execFileSync("tar", ["-xzf", tarball(), "--strip-components=1", "-C", directory])
}
