/** The pages that people read, and what their Markdown says: links, anchors and words. */
import { readdirSync, readFileSync } from "node:fs"
import { root } from "./modules.js"

export const pages: ReadonlyArray<string> = [
  "README.md",
  "CHANGELOG.md",
  ...readdirSync(`${root}examples`, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => `examples/${file.replaceAll("\\", "/")}`)
    .sort()
]

export const read = (page: string): string => readFileSync(root + page, "utf8")

/** The prose alone, line by line: what is code, markup or an address is blank. */
export const prose = (page: string): ReadonlyArray<string> =>
  read(page)
    .replace(/^---\n[\s\S]*?\n---\n/, blank)
    .replace(/^(`{3,})[\s\S]*?^\1$/gm, blank)
    .replace(/<!--[\s\S]*?-->|<[^>]*>/g, blank)
    .replace(/`[^`\n]*`/g, blank)
    .replace(/\]\([^)]*\)/g, blank)
    .replace(/https?:\S+/g, blank)
    .split("\n")

const blank = (text: string): string => text.replaceAll(/[^\n]/g, " ")

/** Where the links of a page lead, as they are written; those of code are none. */
export const links = (page: string): ReadonlyArray<string> =>
  Array.from(withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g), ([, target = ""]) => target)

/** The anchors of a page's headings, as GitHub makes them. */
export const anchors = (page: string): ReadonlySet<string> => {
  const seen = new Map<string, number>()
  return new Set(
    Array.from(withoutCode(read(page)).matchAll(/^#{1,6} +(.*)$/gm), ([, heading = ""]) => {
      const slug = slugOf(heading)
      const before = seen.get(slug) ?? 0
      seen.set(slug, before + 1)
      return before === 0 ? slug : `${slug}-${before}`
    })
  )
}

const withoutCode = (text: string): string => text.replace(/^(`{3,})[\s\S]*?^\1$/gm, "")

const slugOf = (heading: string): string =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M} _-]/gu, "")
    .replaceAll(" ", "-")
