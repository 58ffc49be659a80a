/** What a program carries of the library, minified and gzipped, without its peers. */
import { gzippedBytes, programs, withEsbuild, withRollup } from "../package/bundling.js"
import type { Bench } from "./shared/bench.js"
import { type Section, table } from "./shared/report.js"

const targets = {
  one: { bound: "at most", limit: 6, unit: " KB" },
  all: { bound: "at most", limit: 20, unit: " KB" }
} as const

interface Sized {
  readonly name: string
  readonly code: string
  /** Minified bytes by source file, where the bundler says them. */
  readonly bySource: ReadonlyArray<readonly [file: string, bytes: number]>
}

export const size = async ({ built, options }: Bench): Promise<Section> => {
  const directory = built.programs
  const esbuild = async (name: string, program: string, platform: "browser" | "node" = "browser"): Promise<Sized> => {
    const { code, metafile } = await withEsbuild(directory, program, { platform })
    const inputs = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs))
    return {
      name,
      code,
      bySource: inputs.map(([file, { bytesInOutput }]) => [file.replace(/.*\/dist\//, ""), bytesInOutput])
    }
  }
  const one = await esbuild("one endpoint and the live client (esbuild, from the modules)", programs.liveFromModules)
  const rolled = await withRollup(directory, programs.liveFromRoot)
  const all = await esbuild("everything but ./testing and ./undici (esbuild)", programs.all)
  const sizes: ReadonlyArray<Sized> = [
    one,
    { name: "one endpoint and the live client (rollup, from the root)", code: rolled, bySource: [] },
    all,
    ...(built.has("./undici")
      ? [await esbuild("./undici (esbuild)", `export * from "effect-genesys-chats/undici"`, "node")]
      : [])
  ]
  const kilobytes = (code: string): number => gzippedBytes(code) / 1024
  return {
    markdown: [
      table(
        ["own code", "minified and gzipped", "minified"],
        sizes.map(({ code, name }) => [
          name,
          `${kilobytes(code).toFixed(2)} KB`,
          `${(Buffer.byteLength(code) / 1024).toFixed(2)} KB`
        ])
      ),
      ...(options.verbose ? sizes.filter(({ bySource }) => bySource.length > 0).map(breakdown) : [])
    ].join("\n\n"),
    promises: [
      { ...targets.one, what: one.name, figure: kilobytes(one.code) },
      { ...targets.all, what: all.name, figure: kilobytes(all.code) }
    ]
  }
}

const breakdown = ({ bySource, name }: Sized): string =>
  table(
    [name, "minified bytes"],
    bySource
      .filter(([, bytes]) => bytes > 0)
      .toSorted(([, a], [, b]) => b - a)
      .map(([file, bytes]) => [file, bytes.toLocaleString("en")])
  )
