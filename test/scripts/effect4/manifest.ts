/** The `package.json` of the package for Effect 4: that of the repository, but for what Effect has to do with. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../modules.js"

interface Manifest {
  readonly version: string
  readonly exports: Readonly<Record<string, { readonly types: string } | string | null>>
  readonly bin?: Readonly<Record<string, string>>
  readonly scripts: unknown
  readonly devDependencies: unknown
  readonly overrides: unknown
  readonly typedocOptions: unknown
  readonly peerDependencies: Readonly<Record<string, string>>
  readonly peerDependenciesMeta: Readonly<Record<string, unknown>>
  readonly browser: Readonly<Record<string, unknown>>
}

/** The minor versions of Effect 4 that the tests have run with: `effect/http` is unstable, and may change with any. */
export const effect = "~4.1.0"

/** `out`: where the sources are, in `src`. Subpaths that have no source there are left out. */
export const manifestFor = (out: string): object => {
  const {
    browser,
    devDependencies: _,
    exports,
    overrides: __,
    peerDependencies: peers,
    peerDependenciesMeta,
    scripts: ___,
    typedocOptions: ____,
    version,
    ...rest
  }: Manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  const isThere = (built: string): boolean =>
    existsSync(join(out, built.replace("./dist/", "src/").replace(/(\.d)?\.[tj]s$/, ".ts")))
  const optional = ["undici", "ws"]
  return {
    ...rest,
    files: ["dist", "src", "CHANGELOG.md"],
    version: version.replace(/^\d+/, "4"),
    engines: { node: ">=22.19" },
    exports: Object.fromEntries(
      Object.entries(exports).filter(
        ([, target]) => target === null || typeof target === "string" || isThere(target.types)
      )
    ),
    browser: Object.fromEntries(Object.entries(browser).filter(([path]) => isThere(path))),
    peerDependencies: {
      effect,
      ...Object.fromEntries(Object.entries(peers).filter(([name]) => optional.includes(name)))
    },
    peerDependenciesMeta: Object.fromEntries(
      Object.entries(peerDependenciesMeta).filter(([name]) => optional.includes(name))
    )
  }
}
