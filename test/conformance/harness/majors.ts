/** The library for each major of Effect, and where its modules are. */
import { join } from "node:path"
import { fileURLToPath } from "node:url"

export const root = fileURLToPath(new URL("../../../", import.meta.url))

export type Major = "3" | "4"

export interface Package {
  /** The modules of the library. */
  readonly sources: string
  /** From where `effect` and its packages are found. */
  readonly peers: string
  /** Modules that are elsewhere in this major. */
  readonly moved: { readonly [module: string]: string }
}

export const packages: { readonly [M in Major]: Package } = {
  "3": { sources: join(root, "src"), peers: root, moved: {} },
  "4": {
    sources: join(root, "test/effect4/package/src"),
    peers: join(root, "test/effect4"),
    moved: {
      "@effect/platform/FetchHttpClient": "effect/http/FetchHttpClient",
      "@effect/platform/Socket": "effect/socket/Socket"
    }
  }
}

/** `CONFORMANCE_MAJORS=3` runs the suite on one alone. */
export const majors: ReadonlyArray<Major> = (process.env["CONFORMANCE_MAJORS"] ?? "3,4").split(",").map((major) => {
  if (major !== "3" && major !== "4") throw new Error(`CONFORMANCE_MAJORS: there is no ${major}`)
  return major
})
