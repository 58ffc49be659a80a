/** From the start of a process to the first reply, each time in a new one. */
import { execFile } from "node:child_process"
import { readFile, writeFile } from "node:fs/promises"
import { promisify } from "node:util"
import { build } from "esbuild"
import type { Bench } from "./shared/bench.js"
import { type Section, table } from "./shared/report.js"
import { interleave, medianOf, medianOfPairs } from "./shared/rounds.js"

/** Milliseconds: what the program says of itself, and how long the process took. */
interface Start {
  readonly milliseconds: number
  readonly cpu: number
  readonly wall: number
}

const naive = "naive Effect"
const naiveSame = "naive Effect, on all that ours imports of effect"
const ours = "ours, FetchHttpClient"
const oursUndici = "ours, effect-genesys-chats/undici"
const oursWhole = "ours, FetchHttpClient, the whole library"
const sdk = "vendor SDK"
const bundled = (name: string) => `${name}, bundled`

const targets = {
  own: { bound: "at most", limit: 15, unit: " ms" },
  // a bundle's bytes must be read
  unused: { bound: "at most", limit: 2, unit: " ms" },
  sdk: { bound: "at most", limit: 1, unit: "×" }
} as const

export const coldStart = async ({ built, options, server }: Bench): Promise<Section> => {
  const rounds = Math.max(15, options.rounds)
  const programs = `${built.programs}/programs`
  const undici = built.has("./undici") ? ([[oursUndici, "oursUndici"]] as const) : []
  const bundles = [[naive, "naive"], [ours, "ours"], [oursWhole, "oursWhole"], ...undici, [sdk, "sdk"]] as const
  await writeNaiveSame(programs)
  await bundle(
    programs,
    bundles.map(([, program]) => program)
  )
  const contestants = [
    ["Node alone, no reply", `${programs}/node.mjs`],
    [naive, `${programs}/naive.mjs`],
    [naiveSame, `${programs}/naiveSame.mjs`],
    [ours, `${programs}/ours.mjs`],
    ...undici.map(([name, program]) => [name, `${programs}/${program}.mjs`] as const),
    [sdk, `${programs}/sdk.mjs`],
    ...bundles.map(([name, program]) => [bundled(name), `${programs}/bundled/${program}.mjs`] as const)
  ] as const
  const runs = new Map(contestants.map(([name, file]) => [name as string, () => start(file, server.url)]))
  const results = await interleave(runs, { rounds, warmUp: 1 })

  const more = (one: string, other: string) =>
    medianOfPairs(results, one, other, (a, b) => a.milliseconds - b.milliseconds)
  const multiple = (one: string, other: string) =>
    medianOfPairs(results, one, other, (a, b) => a.milliseconds / b.milliseconds)
  const milliseconds = (name: string, of: (start: Start) => number) => medianOf(results, name, of).toFixed(0)
  return {
    markdown: [
      `Milliseconds, medians of ${rounds} rounds. Not bundled: the modules that are needed are imported, not the root.`,
      table(
        ["", "start to first reply", "CPU until then", "the whole process"],
        contestants.map(([name]) => [
          name,
          milliseconds(name, (start) => start.milliseconds),
          milliseconds(name, (start) => start.cpu),
          milliseconds(name, (start) => start.wall)
        ])
      )
    ].join("\n\n"),
    promises: [
      { ...targets.own, what: `${ours} − ${naiveSame}`, figure: more(ours, naiveSame) },
      {
        ...targets.unused,
        what: `what is in the bundle and not used: ${oursWhole} − ${ours}`,
        figure: more(bundled(oursWhole), bundled(ours))
      },
      ...[ours, ...undici.map(([name]) => name)].map((name) => ({
        ...targets.sdk,
        what: `bundled, ${name} / ${sdk}`,
        figure: multiple(bundled(name), bundled(sdk))
      }))
    ]
  }
}

const start = async (file: string, url: string): Promise<Start> => {
  const started = performance.now()
  const { stdout } = await promisify(execFile)(process.execPath, [file, url])
  return { ...JSON.parse(stdout), wall: performance.now() - started }
}

/** The naive program, with every module of the peers loaded that ours loads: what is left is own code. */
const writeNaiveSame = async (programs: string): Promise<void> => {
  const { metafile } = await build({
    entryPoints: [`${programs}/ours.mjs`],
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    external: ["effect", "effect/*", "@effect/*"]
  })
  const imports = Object.values(metafile.inputs).flatMap(({ imports }) => imports)
  const peers = new Set(imports.filter(({ external }) => external).map(({ path }) => path))
  const program = await readFile(`${programs}/naive.mjs`, "utf8")
  await writeFile(`${programs}/naiveSame.mjs`, [...[...peers].map((path) => `import "${path}"`), program].join("\n"))
}

const bundle = (programs: string, names: ReadonlyArray<string>) =>
  build({
    entryPoints: names.map((name) => `${programs}/${name}.mjs`),
    outdir: `${programs}/bundled`,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node20",
    // for what is CommonJS inside
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url)' },
    logLevel: "error"
  })
