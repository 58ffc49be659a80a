import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"
import { findChromium } from "./test/browser/chromium.js"

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url))

/**
 * `vitest run` tests the sources. `vitest run --mode package` tests what `npm pack` made
 * of them, so it runs after a build (`npm run test:package`). `vitest run --mode browser` tests the
 * page of the emulator in a Chromium (`npm run test:browser`); without a mode they run where there is one.
 */
export default defineConfig(({ mode }) => {
  const browser = mode !== "package" && mode !== "browser" && withBrowser()
  return {
    resolve: {
      alias: [
        { find: /^effect-genesys-chats$/, replacement: source("index.ts") },
        { find: /^effect-genesys-chats\/testing$/, replacement: source("testing/index.ts") },
        { find: /^effect-genesys-chats\/undici$/, replacement: source("transport/undici.ts") }
      ]
    },
    test:
      mode === "package"
        ? {
            include: ["test/package/**/*.test.ts"],
            globalSetup: ["test/package/consumer.ts"],
            testTimeout: 120_000
          }
        : mode === "browser"
          ? {
              include: ["test/browser/**/*.test.ts"],
              globalSetup: ["test/browser/chromium.ts"],
              fileParallelism: false,
              testTimeout: 120_000
            }
          : {
              include: ["{test,examples}/**/*.test.ts"],
              exclude: ["test/package/**", ...(browser ? [] : ["test/browser/**"])],
              globalSetup: browser ? ["test/browser/chromium.ts"] : [],
              // nothing here is timed: a slow machine may take its time
              testTimeout: 60_000
            }
  }
})

/** CI has a step of its own for the browser. */
function withBrowser(): boolean {
  if (process.env["CI"] !== undefined) return false
  if (findChromium() !== undefined) return true
  console.log("test/browser is left out: there is no Chromium here")
  return false
}
