import { readFileSync } from "node:fs"
import { expect, it } from "@effect/vitest"
import { defaultUserAgent } from "../../src/internal/userAgent.js"

it("the user agent names the package and its version", () => {
  const { name, version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"))
  expect(defaultUserAgent).toBe(`${name}/${version}`)
})
