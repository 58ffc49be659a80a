import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { TestProject } from "vitest/node"
import { root, tarball } from "./tarball.js"

declare module "vitest" {
  interface ProvidedContext {
    /** The directory of a project that has the packed library installed. */
    readonly consumer: string
  }
}

/** Makes a new project and installs the tarball of `npm run test:package` with its peers, the optional ones too, as a user would. */
export default ({ provide }: TestProject) => {
  const consumer = realpathSync(mkdtempSync(join(tmpdir(), "effect-genesys-chats-consumer-")))
  writeFileSync(
    join(consumer, "package.json"),
    JSON.stringify({
      name: "consumer",
      private: true,
      type: "module",
      dependencies: {
        "effect-genesys-chats": `file:${tarball()}`,
        effect: installed("effect"),
        "@effect/platform": installed("@effect/platform"),
        "@effect/sql": installed("@effect/sql"),
        "@effect/workflow": installed("@effect/workflow"),
        undici: installed("undici")
      }
    })
  )
  execFileSync("npm", ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: consumer,
    stdio: ["ignore", "ignore", "inherit"]
  })
  provide("consumer", consumer)
  return () => rmSync(consumer, { recursive: true, force: true })
}

/** The version that the sources were tested with. */
const installed = (name: string): string =>
  JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")).version
