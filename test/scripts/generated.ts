/** The files that hold something generated, and how it is made of what they hold now. */
import { readdirSync, readFileSync } from "node:fs"
import { Chats, Endpoint, Metrics } from "effect-genesys-chats"
import { packageExports, root } from "./modules.js"
import { between, endpointTable, metricsTable, sdkTable } from "./tables.js"

export interface Generated {
  /** Relative to the root of the repository. */
  readonly file: string
  readonly make: (text: string) => string
  /** What writes it. */
  readonly script: "readme" | "exports"
}

export const endpoints: ReadonlyArray<Endpoint.Description> = Object.values(Chats).filter(Endpoint.isEndpoint)

const guides = "examples/guides"

/** What a guide shows of a file beside it: all but the comment at its head, which says what runs it. */
const shown = (file: string): string => {
  const code = readFileSync(`${root}${guides}/${file}`, "utf8").replace(/^\/\*\*[\s\S]*?\*\/\n/, "")
  return `\`\`\`${file.replace(/^.*\./, "")}\n${code}\`\`\``
}

/** The guides that show whole files, between `<!-- file: name -->` and `<!-- /file: name -->`. */
const withFiles = readdirSync(root + guides)
  .filter((name) => name.endsWith(".md"))
  .flatMap((name): ReadonlyArray<Generated> => {
    const file = `${guides}/${name}`
    const markers = Array.from(readFileSync(root + file, "utf8").matchAll(/^<!-- (file: (.*)) -->$/gm))
    if (markers.length === 0) return []
    const make = (text: string) =>
      markers.reduce((before, [, marker = "", path = ""]) => between(before, marker, shown(path)), text)
    return [{ file, script: "readme", make }]
  })

export const generated: ReadonlyArray<Generated> = [
  ...withFiles,
  {
    file: `${guides}/endpoints.md`,
    script: "readme",
    make: (text) => between(text, "endpoints", endpointTable(endpoints))
  },
  {
    file: `${guides}/from-the-sdk.md`,
    script: "readme",
    make: (text) => between(text, "calls", sdkTable(endpoints))
  },
  {
    file: `${guides}/production.md`,
    script: "readme",
    make: (text) => between(text, "metrics", metricsTable(Metrics.table))
  },
  {
    file: "package.json",
    script: "exports",
    make: (text) => `${JSON.stringify({ ...JSON.parse(text), exports: packageExports }, null, 2)}\n`
  }
]
