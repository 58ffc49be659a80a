/** The suites of the repository on Effect 4: the tests as the transform leaves them, on the sources as it leaves those. */
import { join } from "node:path"
import { defineConfig } from "vitest/config"
import { never } from "./pending.js"

const root = join(import.meta.dirname, "package")
const source = (path: string) => join(root, "src", path)

/** Has its modules to itself: it puts something in the place of one. */
const native = "test/codec/compile.native.test.ts"

/** What cannot be loaded, or does not end, is not run at all. */
const notRun = Object.entries(never).flatMap(([file, why]) => (typeof why === "string" ? [file] : []))

export default defineConfig({
  root,
  resolve: {
    alias: [
      { find: /^effect-genesys-chats$/, replacement: source("index.ts") },
      { find: /^effect-genesys-chats\/testing$/, replacement: source("testing/index.ts") },
      { find: /^effect-genesys-chats\/undici$/, replacement: source("transport/undici.ts") },
      { find: /^effect-genesys-chats\/redis$/, replacement: source("redis/Redis.ts") },
      { find: /^effect-genesys-chats\/sql$/, replacement: source("sql/Sql.ts") },
      { find: /^effect-genesys-chats\/workflow$/, replacement: join(root, "test/utils/missing.ts") },
      { find: "effect4-adapted", replacement: join(root, "test/utils/adapted.ts") },
      { find: "effect/FastCheck", replacement: "fast-check" },
      { find: "effect/testing/TestClock", replacement: join(root, "test/utils/testClock.ts") },
      { find: /^effect-genesys-chats\/Chats$/, replacement: source("Chats.ts") }
    ]
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "shared",
          include: ["{test,examples}/**/*.test.ts"],
          exclude: ["**/node_modules/**", native, ...notRun],
          isolate: false
        }
      },
      { extends: true, test: { name: "alone", include: [native] } }
    ],
    setupFiles: [join(root, "test/utils/equality.ts")],
    // it is to take the clock that the suites have
    server: { deps: { inline: ["@effect/vitest"] } },
    // nothing is timed: a slow machine may take its time
    testTimeout: 120_000
  }
})
