/** The TypeScript examples of the README, of the guides and of the docstrings, as they are written. */
import { readdirSync, readFileSync } from "node:fs"
import { root } from "./modules.js"

export interface Example {
  /** A file's name for it, without extension. */
  readonly name: string
  /** A module: where it stands, and its code. */
  readonly text: string
  readonly does: Does
}

/**
 * Beyond that it compiles: that it loads, that its tests pass, or that its `program` succeeds on an emulator, as those
 * of the guides do. A file of `examples` that a guide shows runs there.
 */
export type Does = "compile" | "load" | "test" | "run"

const block = /^(<!-- file: .* -->\n\n)?```ts\n([\s\S]*?)^```/gm
const comment = /\/\*\*[\s\S]*?\*\//g

/** The text of a source's docstrings, without their stars. */
const docstrings = (source: string): string =>
  Array.from(source.matchAll(comment), ([text]) => text.replace(/^\s*\/?\*+[ /]?/gm, "")).join("\n")

/** The examples of a file, or of another text that stands for it. */
export const examplesOf = (file: string, text = readFileSync(root + file, "utf8")): ReadonlyArray<Example> =>
  Array.from((file.endsWith(".md") ? text : docstrings(text)).matchAll(block), ([, shown, code = ""], index) => {
    const does = shown !== undefined ? "compile" : whatItDoes(file, code)
    return {
      name: `${file.replaceAll(/[/.-]/g, "_")}_${index + 1}${does === "test" ? ".test" : ""}`,
      text: `// ${file}, example ${index + 1}\n${code}\nexport { ${does === "run" ? "program" : ""} }\n`,
      does
    }
  })

const whatItDoes = (file: string, code: string): Does => {
  if (/^(it|describe|layer)\b/m.test(code)) return "test"
  return file.startsWith("examples/guides/") && /^const program\b/m.test(code) ? "run" : "load"
}

const files = (directory: string, extension: string): ReadonlyArray<string> =>
  readdirSync(root + directory, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(extension) && !file.startsWith("effect4/"))
    .sort()
    .map((file) => `${directory}/${file.replaceAll("\\", "/")}`)

export const examples = (): ReadonlyArray<Example> =>
  ["README.md", ...files("examples", ".md"), ...files("src", ".ts")].flatMap((file) => examplesOf(file))
