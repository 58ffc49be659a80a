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
  /** Minified bytes by file, where the bundler says them. */
  readonly byFile: ReadonlyArray<readonly [file: string, bytes: number]>
}

export const size = async ({ built, options }: Bench): Promise<Section> => {
  const directory = built.programs
  const esbuild = async (name: string, program: string, platform: "browser" | "node" = "browser"): Promise<Sized> => {
    const { code, metafile } = await withEsbuild(directory, program, { platform })
    const inputs = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs))
    return {
      name,
      code,
      byFile: inputs.map(([file, { bytesInOutput }]) => [file.replace(/.*\/dist\//, ""), bytesInOutput])
    }
  }
  const alone = await esbuild("one endpoint, the client provided by somebody else (esbuild)", programs.endpoint)
  const one = await esbuild("one endpoint and the live client (esbuild)", programs.liveFromModules)
  const endpoints = await esbuild("all endpoints and the live client (esbuild)", programs.allEndpoints)
  const rolled = await withRollup(directory, programs.liveFromRoot)
  const all = await esbuild("everything but ./testing and ./undici (esbuild)", programs.all)
  const sizes: ReadonlyArray<Sized> = [
    alone,
    one,
    { name: "one endpoint and the live client (rollup, from the root)", code: rolled, byFile: [] },
    endpoints,
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
      ...(options.verbose ? sizes.filter(({ byFile }) => byFile.length > 0).map(breakdown) : [])
    ].join("\n\n"),
    promises: [
      ...[alone, one].map(({ code, name }) => ({ ...targets.one, what: name, figure: kilobytes(code) })),
      ...[endpoints, all].map(({ code, name }) => ({ ...targets.all, what: name, figure: kilobytes(code) }))
    ]
  }
}

const breakdown = ({ byFile, name }: Sized): string =>
  table(
    [name, "minified bytes"],
    byFile
      .filter(([, bytes]) => bytes > 0)
      .toSorted(([, a], [, b]) => b - a)
      .map(([file, bytes]) => [file, bytes.toLocaleString("en")])
  )
