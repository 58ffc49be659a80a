import { existsSync, readdirSync, readFileSync } from "node:fs"
import { expect, it } from "vitest"

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8")
const { version } = JSON.parse(read("package.json"))

it("CHANGELOG.md says what is in this version", () => {
  expect(read("CHANGELOG.md")).toMatch(new RegExp(`^## ${version.replaceAll(".", "\\.")}\n\n\\S`, "m"))
})

it("what comes next is said by changesets of this package", () => {
  const directory = new URL("../../.changeset/", import.meta.url)
  expect(existsSync(new URL("config.json", directory))).toBe(true)
  const changesets = readdirSync(directory).filter((file) => file.endsWith(".md") && file !== "README.md")
  for (const file of changesets) {
    expect(read(`.changeset/${file}`)).toMatch(/^---\n("?effect-genesys-chats"?: (patch|minor|major)\n)?---\n/)
  }
})
