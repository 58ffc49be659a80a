/** The examples of docstrings, as modules of the program that is transformed. */
import ts from "typescript"

const block = /^([ \t]*\* )```ts\n([\s\S]*?)^[ \t]*\* ```$/gm

const star = /^[ \t]*\* ?/gm

/** The code of each example in a source, in order. */
export const codesIn = (source: string): ReadonlyArray<string> =>
  Array.from(source.matchAll(block), ([, , code = ""]) => code.replace(star, ""))

/** Where the examples of a file stand, for a compiler that is to read them: beside it, under names of their own. */
const nameOf = (file: string, index: number): string => file.replace(/\.ts$/, `.example-${index}.ts`)

/** A host that has the examples of some files beside what is on the disk. */
export const withExamples = (
  options: ts.CompilerOptions,
  files: ReadonlyArray<string>,
  read: (file: string) => string | undefined = ts.sys.readFile
) => {
  const examples = new Map<string, string>()
  for (const file of files) {
    codesIn(read(file) ?? "").forEach((code, index) => {
      examples.set(nameOf(file, index), `${code}\nexport {}\n`)
    })
  }
  return { host: hostWith(examples, options, read), names: [...examples.keys()] }
}

/** A host that has more files than are on the disk. */
export const hostWith = (
  files: ReadonlyMap<string, string>,
  options: ts.CompilerOptions,
  read: (file: string) => string | undefined = ts.sys.readFile
): ts.CompilerHost => {
  const host = ts.createCompilerHost(options)
  const { fileExists } = host
  host.fileExists = (file) => files.has(file) || fileExists(file)
  host.readFile = (file) => files.get(file) ?? read(file)
  return host
}

export const isExample = (file: string): boolean => /\.example-\d+\.ts$/.test(file)

/** The text of a source with its examples transformed as well. */
export const withDocs = (file: string, text: string, transformed: (example: string) => string | undefined): string => {
  let index = 0
  return text.replace(block, (whole: string, prefix: string) => {
    const code = transformed(nameOf(file, index++))
    if (code === undefined) return whole
    const lines = code
      .replace(/\nexport \{\}\n$/, "")
      .trimEnd()
      .split("\n")
    const indent = prefix.replace(/\* $/, "")
    return [
      `${prefix}\`\`\`ts`,
      ...lines.map((line) => (line === "" ? `${indent}*` : prefix + line)),
      `${prefix}\`\`\``
    ].join("\n")
  })
}
