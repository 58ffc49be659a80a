/** Whoever opens the README knows in a minute what it is about: it stays short, and its order stays that of the questions. */
import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { root } from "../scripts/modules.js"

const readme = readFileSync(`${root}README.md`)

it("the README has at most 10,000 bytes", () => {
  expect(readme.byteLength).toBeLessThanOrEqual(10_000)
})

it("the README answers in order", () => {
  expect(Array.from(readme.toString().matchAll(/^## (.*)$/gm), ([, heading]) => heading)).toEqual([
    "Install",
    "Quick start",
    "Testing",
    "Errors by tag",
    "Retries and limits",
    "Several orgs",
    "Fleets",
    "Live",
    "Effect 3 and Effect 4",
    "Status",
    "License"
  ])
})

it.each(["npm install && npm start", "npm install && npm test", "`@effect/schema` has been merged into `effect`"])(
  "the README says: %s",
  (text) => {
    expect(readme.toString()).toContain(text)
  }
)
