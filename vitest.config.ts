import { createRequire } from "node:module"
import { availableParallelism } from "node:os"
import { dirname, join, relative, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import type { Plugin } from "vite"
import { defineConfig } from "vitest/config"
import { switched } from "./test/scripts/mutate/mutants.js"
import InOrder from "./test/scripts/mutate/sequencer.js"

const root = fileURLToPath(new URL(".", import.meta.url))
const source = (path: string) => join(root, "src", path)

/** Where `test/package/installed.ts` puts what `npm pack` made: the peers are those of the tests. */
const consumer = join(root, "node_modules/.cache/installed")

/** The package's name leads to its sources: for development, where nothing is built. */
const alias = [
  { find: /^effect-genesys-chats$/, replacement: source("index.ts") },
  { find: /^effect-genesys-chats\/testing$/, replacement: source("testing/index.ts") },
  { find: /^effect-genesys-chats\/undici$/, replacement: source("transport/undici.ts") },
  { find: /^effect-genesys-chats\/redis$/, replacement: source("redis/Redis.ts") },
  { find: /^effect-genesys-chats\/sql$/, replacement: source("sql/Sql.ts") },
  { find: /^effect-genesys-chats\/workflow$/, replacement: source("workflow/Durable.ts") }
]

/** The package's name leads to what is installed, as Node finds it; so do paths into `src`, to the same module there. */
const installed: Plugin = {
  name: "installed",
  enforce: "pre",
  resolveId(id, importer) {
    if (/^effect-genesys-chats(\/|$)/.test(id)) return createRequire(join(consumer, "package.json")).resolve(id)
    if (!id.startsWith(".") || importer === undefined) return null
    const path = relative(source(""), resolve(dirname(importer), id)).replaceAll("\\", "/")
    return path.startsWith("..") ? null : join(consumer, "node_modules/effect-genesys-chats/dist", path)
  },
  load(id) {
    if (id.startsWith(source(""))) throw new Error(`${id} is no part of what is installed`)
  }
}

/** Nothing is timed: a slow machine may take its time. */
const testTimeout = 300_000

/** Test files share a process, and what they import is loaded once in it. */
const shared = {
  isolate: false,
  setupFiles: ["test/utils/setup.ts"],
  testTimeout,
  hookTimeout: testTimeout
}

/** Tests leave much behind that is gone at once, which costs half if it has room; and no test runs long enough to be worth a compiler beside it. */
const execArgv = ["--min-semi-space-size=64", "--max-semi-space-size=64", "--single-threaded"]

/** `isolate` stands here too: of a project alone, it leaves each file its process. */
const poolOptions = { forks: { isolate: false, minForks: 1, maxForks: availableParallelism(), execArgv } }

/** What is generated for Effect 4, and run with its own tools, and what others have brought with them. */
const apart = ["test/effect4/**", "**/node_modules/**"]

/** Of the repository, and of no library's behaviour. */
const tooling = "test/tooling/**"

const state = "test/testing/emulator-state.test.ts"

/**
 * What has a process to itself, one after another: programs that are started, killed and timed, a heap that is measured,
 * hours that are gone through, and something that is put in the place of a module.
 */
const processes = [
  "test/codec/compile.native.test.ts",
  "test/fleet/*.test.ts",
  "test/workflow/kills.test.ts",
  "test/testing/emulator-command.test.ts",
  state,
  "test/load/*eap.test.ts",
  "test/live/rates.test.ts"
]

/**
 * `vitest run` tests the sources, in one process; `--mode processes` is what takes several,
 * `--mode tooling` tests the repository: its documents, its layers, what is generated. `--mode package` tests what `npm pack` made of them, as a package,
 * and `--mode installed` runs the tests of behaviour on it: both after `npm run test:package`.
 * `--mode conformance` tests the library for one major of Effect against the library for another, without Effect.
 * `--mode browser` tests the page of the emulator in a Chromium, `--mode docs` runs the tests that `docs.ts` finds
 * in the README and the guides.
 * `--mode mutate` is how `npm run mutate` asks whether the tests would notice a fault.
 */
export default defineConfig(({ mode }) => {
  switch (mode) {
    case "package":
      return {
        resolve: { alias },
        test: {
          include: ["test/package/**/*.test.ts"],
          globalSetup: ["test/package/consumer.ts"],
          testTimeout: 300_000
        }
      }
    case "docs":
      return {
        resolve: { alias },
        test: { include: ["node_modules/.cache/docs/*.test.ts"], exclude: [], testTimeout }
      }
    case "processes":
      return {
        resolve: { alias },
        test: {
          globalSetup: ["test/utils/leftOut.ts"],
          include: processes,
          exclude: apart,
          fileParallelism: false,
          testTimeout
        }
      }
    case "tooling":
      return {
        resolve: { alias },
        test: { ...shared, poolOptions, include: ["test/tooling/*.test.ts"] }
      }
    case "browser":
      return {
        resolve: { alias },
        test: {
          include: ["test/browser/**/*.test.ts"],
          globalSetup: ["test/browser/chromium.ts"],
          fileParallelism: false,
          testTimeout: 120_000
        }
      }
    case "conformance":
      return {
        resolve: { alias },
        test: {
          include: ["test/conformance/**/*.test.ts"],
          globalSetup: ["test/conformance/harness/build.ts"],
          testTimeout: 60_000
        }
      }
    case "installed":
      return {
        plugins: [installed],
        test: {
          ...shared,
          poolOptions,
          include: ["{test,examples}/**/*.test.ts"],
          exclude: [
            ...apart,
            "test/package/**",
            "test/browser/**",
            "test/conformance/**",
            tooling,
            // programs that are bundled from the sources
            ...processes.filter((file) => file !== state),
            // the same code, at length: no build step changes what a decoder gives
            "test/codec/**"
          ],
          globalSetup: ["test/package/installed.ts"]
        }
      }
    case "mutate":
      return {
        resolve: { alias },
        plugins: [switched(root)],
        test: {
          ...shared,
          poolOptions: { forks: { isolate: false, singleFork: true } },
          include: ["test/**/*.test.ts"],
          exclude: [
            ...apart,
            "test/package/**",
            "test/conformance/**",
            "test/browser/**",
            tooling,
            "test/testing/**",
            ...processes
          ],
          runner: "test/scripts/mutate/runner.ts",
          sequence: { sequencer: InOrder },
          bail: process.env["MUTATE_FILES"] === undefined ? 0 : 1,
          // what hangs is noticed
          testTimeout: 30_000,
          hookTimeout: 30_000
        }
      }
    default:
      return {
        resolve: { alias },
        test: {
          ...shared,
          poolOptions,
          globalSetup: ["test/utils/leftOut.ts"],
          include: ["{test,examples}/**/*.test.ts"],
          exclude: [...apart, "test/package/**", "test/browser/**", "test/conformance/**", tooling, ...processes]
        }
      }
  }
})
