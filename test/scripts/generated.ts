/** The files that hold something generated, and how it is made of what they hold now. */
import { Chats, Endpoint } from "effect-genesys-chats"
import { packageExports } from "./modules.js"
import { between, endpointTable, sdkTable } from "./tables.js"

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
    file: "package.json",
    script: "exports",
    make: (text) => `${JSON.stringify({ ...JSON.parse(text), exports: packageExports }, null, 2)}\n`
  }
]
