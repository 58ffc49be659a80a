/** What the package for Effect 4 says of itself: its README has the code and the install lines of that version. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"
import { effect, manifestFor } from "../scripts/effect4/manifest.js"
import { readme } from "../scripts/effect4/readme.js"
import { root } from "../scripts/modules.js"
import { pages, read } from "../scripts/prose.js"

const text = readme()
const ofEffect3 = read("README.md")

/** What follows `## Install`, for instance, up to the next heading. */
const section = (heading: string): string => text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? ""

it("it installs Effect 4, and names the version for Effect 3", () => {
  const installed = `effect-genesys-chats@4 effect@${effect} undici@^7`
  expect(section("Install")).toContain(`npm install ${installed}\npnpm add ${installed}\nyarn add ${installed}\n`)
  expect(section("Install")).not.toContain("@3")
  expect(section("Effect 3 and Effect 4")).toContain("npm install effect-genesys-chats@3 effect@^3.22")
  expect(manifestFor(join(root, "src"))).toMatchObject({ peerDependencies: { effect } })
})

it("its code is that of Effect 4", () => {
  const codes = Array.from(text.matchAll(/^```ts\n([\s\S]*?)^```/gm), ([, code = ""]) => code)
  expect(codes.length).toBe(ofEffect3.match(/^```ts$/gm)?.length)
  expect(codes.join("\n")).toContain("TestTime.autoAdvance")
  expect(codes.join("\n")).not.toMatch(/@effect\/platform|Effect\.fork\(|effect\/TestClock|export \{/)
})

it("it is no longer than that for Effect 3 may be", () => {
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(10_000)
})

const rangesIn = (manifest: string): Readonly<Record<string, string>> => {
  const { devDependencies, peerDependencies } = JSON.parse(readFileSync(join(root, manifest), "utf8"))
  return { ...devDependencies, ...peerDependencies }
}

/** Every `name@range` of an install line, where one of the two versions is tested with that package. */
const named = pages.flatMap((page) =>
  Array.from(read(page).matchAll(/^(?:npm install|pnpm add|yarn add|bun add) .*$/gm), ([line]) => line).flatMap(
    (line) =>
      Array.from(line.matchAll(/(@?[\w/-]+)@[~^]([\d.]+)/g), ([, name = "", version = ""]) => ({ page, name, version }))
  )
)

it.each(named)("$page installs a version of $name that the tests run with: $version", ({ name, version }) => {
  const tested = ["package.json", "test/effect4/package.json"].map((manifest) => rangesIn(manifest)[name])
  if (tested.every((range) => range === undefined)) return
  expect(tested.some((range) => range?.match(/[\d.]+/)?.[0].startsWith(version.replace(/\.0$/, "")))).toBe(true)
})
