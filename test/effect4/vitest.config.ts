/** The suites of the repository on Effect 4: the tests as the transform leaves them, on the sources as it leaves those. */
import { join } from "node:path"
import { defineConfig } from "vitest/config"

const root = join(import.meta.dirname, "package")
const source = (path: string) => join(root, "src", path)

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
    include: ["{test,examples}/**/*.test.ts"],
    isolate: false,
    setupFiles: [join(root, "test/utils/equality.ts")],
    // it is to take the clock that the suites have
    server: { deps: { inline: ["@effect/vitest"] } },
    // nothing is timed: a slow machine may take its time
    testTimeout: 120_000
  }
})
