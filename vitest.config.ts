import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url))

/**
 * `vitest run` tests the sources. `vitest run --mode package` tests what `npm pack` made
 * of them, so it runs after a build (`npm run test:package`).
 */
export default defineConfig(({ mode }) => ({
  resolve: {
    alias: [
      { find: /^effect-genesys-chats$/, replacement: source("index.ts") },
      { find: /^effect-genesys-chats\/testing$/, replacement: source("testing/index.ts") },
      { find: /^effect-genesys-chats\/undici$/, replacement: source("transport/undici.ts") },
      { find: /^effect-genesys-chats\/redis$/, replacement: source("redis/Redis.ts") },
      { find: /^effect-genesys-chats\/sql$/, replacement: source("sql/Sql.ts") },
      { find: /^effect-genesys-chats\/workflow$/, replacement: source("workflow/Durable.ts") }
    ]
  },
  test:
    mode === "package"
      ? {
          include: ["test/package/**/*.test.ts"],
          globalSetup: ["test/package/consumer.ts"],
          testTimeout: 120_000
        }
      : {
          include: ["{test,examples}/**/*.test.ts"],
          exclude: ["test/package/**"],
          // nothing here is timed: a slow machine may take its time
          testTimeout: 60_000
        }
}))
