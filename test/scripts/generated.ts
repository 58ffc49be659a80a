/** The files that hold something generated, and how it is made of what they hold now. */
import { Chats, Endpoint, Metrics } from "effect-genesys-chats"
import { packageExports } from "./modules.js"
import { between, endpointTable, metricsTable, sdkTable } from "./tables.js"

export interface Generated {
  /** Relative to the root of the repository. */
  readonly file: string
  readonly make: (text: string) => string
  /** What writes it. */
  readonly script: "readme" | "exports"
}

export const endpoints: ReadonlyArray<Endpoint.Description> = Object.values(Chats).filter(Endpoint.isEndpoint)

export const generated: ReadonlyArray<Generated> = [
  {
    file: "README.md",
    script: "readme",
    make: (text) => between(text, "endpoints", endpointTable(endpoints))
  },
  {
    file: "examples/coming-from-the-sdk.md",
    script: "readme",
    make: (text) => between(text, "calls", sdkTable(endpoints))
  },
  {
    file: "examples/guides/production.md",
    script: "readme",
    make: (text) => between(text, "metrics", metricsTable(Metrics.table))
  },
  {
    file: "package.json",
    script: "exports",
    make: (text) => `${JSON.stringify({ ...JSON.parse(text), exports: packageExports }, null, 2)}\n`
  }
]
