import type { Readable } from "node:stream"

/** Calls back with each line. `readline` ends one at U+2028 too, which JSON leaves as it is. */
export const eachLine = (input: Readable, onLine: (line: string) => void): void => {
  let rest = ""
  input.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n")
    rest = lines.pop() ?? ""
    for (const line of lines) onLine(line)
  })
}
