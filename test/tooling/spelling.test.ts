/** The pages are spelt as an American dictionary has it; other words that are right are in `.ci/words`. */
import { readFileSync } from "node:fs"
import dictionary from "dictionary-en"
import nspell from "nspell"
import { expect, it } from "vitest"
import { root } from "../scripts/modules.js"
import { pages, prose } from "../scripts/prose.js"

const known = readFileSync(`${root}.ci/words`, "utf8").split("\n").filter(Boolean)
const spell = nspell(Buffer.from(dictionary.aff), Buffer.from(dictionary.dic))
for (const word of known) spell.add(word)

const word = /\p{L}[\p{L}’']*\p{L}/gu

const misspelt = (line: string): ReadonlyArray<string> =>
  Array.from(line.matchAll(word), ([text]) => text.replace("’", "'").replace(/'s$/, "")).filter(
    // names of things in code may stand in prose, too
    (text) => !/\p{L}\p{Lu}/u.test(text) && !spell.correct(text)
  )

it.each(pages)("%s", (page) => {
  const found = prose(page).flatMap((line, index) => misspelt(line).map((text) => `${page}:${index + 1}: ${text}`))
  expect(found).toEqual([])
})

it("a word that is spelt wrong is found", () => {
  expect(misspelt("It recieves a reply")).toEqual(["recieves"])
})

it("the list of words is sorted, and holds nothing that the dictionary has", () => {
  const bare = nspell(Buffer.from(dictionary.aff), Buffer.from(dictionary.dic))
  expect(known).toEqual([...new Set(known)].sort())
  expect(known.filter((text) => bare.correct(text))).toEqual([])
})
