/** The suites of the repository on Effect 4: the tests as the transform leaves them, on the sources as it leaves those. */
import { join } from "node:path"
import { defineConfig, mergeConfig } from "vitest/config"
import { never } from "./pending.js"

const root = join(import.meta.dirname, "package")
const source = (path: string) => join(root, "src", path)

/** Has its modules to itself: it puts something in the place of one. */
const native = "test/codec/compile.native.test.ts"

/** What cannot be loaded, or does not end, is not run at all. */
const notRun = Object.entries(never).flatMap(([file, why]) => (typeof why === "string" ? [file] : []))

/** A clock that waits for promises, as that of Effect 3 does. `@effect/vitest` is to take it too. */
const patientClock = {
  resolve: { alias: [{ find: "effect/testing/TestClock", replacement: join(root, "test/utils/testClock.ts") }] },
  test: { server: { deps: { inline: ["@effect/vitest"] } } }
}

/** As users have them: on the clock of Effect, without more. */
const ofUsers = ["examples/testing/*.test.ts", "examples/pages/*.test.ts", "test/testing/TestTime.test.ts"]

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
      { find: /^effect-genesys-chats\/Chats$/, replacement: source("Chats.ts") }
    ]
  },
  test: {
    projects: [
      mergeConfig(patientClock, {
        extends: true,
        test: {
          name: "shared",
          include: ["{test,examples}/**/*.test.ts"],
          exclude: ["**/node_modules/**", native, ...ofUsers, ...notRun],
          isolate: false
        }
      }),
      mergeConfig(patientClock, { extends: true, test: { name: "alone", include: [native] } }),
      { extends: true, test: { name: "of users", include: ofUsers } }
    ],
    setupFiles: [join(root, "test/utils/equality.ts")],
    // nothing is timed: a slow machine may take its time
    testTimeout: 120_000
  }
})
