/** Links within the repository lead somewhere; every guide has its title, and is found from the index. */
import { existsSync } from "node:fs"
import { posix } from "node:path"
import { describe, expect, it } from "vitest"
import { root } from "../scripts/modules.js"
import { anchors, links, pages, read } from "../scripts/prose.js"

const isElsewhere = (target: string): boolean => /^[a-z][a-z+.-]*:/i.test(target)

/** The file that a link leads to, relative to the root, and the anchor in it. */
const resolve = (page: string, target: string) => {
  const [path = "", anchor] = decodeURIComponent(target).split("#")
  return { file: path === "" ? page : posix.join(posix.dirname(page), path), anchor }
}

const isBroken = (page: string, target: string): boolean => {
  const { anchor, file } = resolve(page, target)
  if (file.startsWith("..") || !existsSync(root + file)) return true
  return anchor !== undefined && file.endsWith(".md") && !anchors(file).has(anchor)
}

const index = "examples/guides/index.md"
const guides = pages.filter((page) => page.startsWith("examples/guides/"))

it.each(guides)("%s says its title, and where it stands in the reference", (guide) => {
  expect(read(guide)).toMatch(/^---\ntitle: (.+)\ngroup: (Calls|Where it runs|Testing|Reference|Guides)\n---\n\n# /)
})

describe("links", () => {
  it.each(pages)("of %s lead somewhere", (page) => {
    const within = links(page).filter((target) => !isElsewhere(target))
    expect(within.filter((target) => isBroken(page, target))).toEqual([])
  })

  it("of the index lead to every guide", () => {
    const found = new Set(links(index).map((target) => resolve(index, target).file))
    expect(guides.filter((guide) => guide !== index && !found.has(guide))).toEqual([])
  })

  it("to a file or an anchor that is not there are found", () => {
    expect(isBroken("README.md", "examples/guides/errors.md#may-it-have-happened")).toBe(false)
    expect(isBroken("README.md", "examples/guides/errors.md#nowhere")).toBe(true)
    expect(isBroken("README.md", "examples/guides/nowhere.md")).toBe(true)
    expect(isBroken("examples/guides/errors.md", "#handle-them-by-tag")).toBe(false)
  })
})
