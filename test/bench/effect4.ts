/**
 * The library on Effect 4 beside the library on Effect 3, the floor and the vendor's SDK, in one run that interleaves
 * them, all on one Node that both ask for: calls, the start of a process, and what a program carries.
 */
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { build } from "esbuild"
import { gzippedBytes, programs as sized, withEsbuild } from "../package/bundling.js"
import { node } from "../package/toolchain.js"
import type { Round, Scenario } from "./peer.js"
import type { Bench } from "./shared/bench.js"
import { buildEffect4, moved } from "./shared/build4.js"
import { startWorker } from "./shared/processes.js"
import { type Promised, type Section, table } from "./shared/report.js"
import { interleave, medianOf, medianOfPairs, type Rounds } from "./shared/rounds.js"
import type { Cost } from "./shared/worker.js"

const version = "24.21.0"

const floor = "undici Pool + JSON.parse"
const sdk = "vendor SDK"
const stock = (major: 3 | 4) => `Effect ${major}, layerUndici`
const lean = (major: 3 | 4) => `Effect ${major}, effect-genesys-chats/undici`
/** What the compiled decoders buy there. */
const interpreted = `${lean(4)}, with Schema for compiled decoders`

const scenarios: ReadonlyArray<readonly [scenario: Scenario, title: string, calls: number]> = [
  ["post", "POST message", 2000],
  ["room", "GET room", 2000],
  ["listing", "GET 100 messages", 300]
]

export const effect4 = async (bench: Bench): Promise<Section> => {
  const executable = await node(version)
  const programs = {
    3: bench.built.programs,
    4: await buildEffect4(),
    interpreted: await buildEffect4({ "codec/compile": "compile" })
  }
  const sections = [
    await calls(bench, programs, executable),
    await starts(bench, programs, executable),
    await sizes(programs)
  ]
  return {
    markdown: [`All on Node ${version}.`, ...sections.map(({ markdown }) => markdown)].join("\n\n"),
    promises: sections.flatMap(({ promises }) => promises)
  }
}

/** Where the programs of each major are. */
interface Programs {
  readonly 3: string
  readonly 4: string
  /** Of Effect 4, without the compiled decoders. */
  readonly interpreted: string
}

const calls = async ({ options, server }: Bench, programs: Programs, executable: string): Promise<Section> => {
  const { concurrency, rounds } = options
  const peers = [
    [floor, `${programs[3]}/peers/undici.mjs`, ""],
    [sdk, `${programs[3]}/peers/sdk.mjs`, ""],
    ...([3, 4] as const).flatMap((major) => [
      [stock(major), `${programs[major]}/peers/ours.mjs`, "layerUndici"] as const,
      [lean(major), `${programs[major]}/peers/ours.mjs`, "lean"] as const
    ]),
    [interpreted, `${programs.interpreted}/peers/ours.mjs`, "lean"]
  ] as const
  const workers = await Promise.all(
    peers.map(async ([name, module, argument]) => ({
      name: name as string,
      ...(await startWorker<Round, Cost>(module, [server.url, argument], [], executable))
    }))
  )
  const measured = new Map<Scenario, Rounds<string, Cost>>()
  for (const [scenario, , calls] of scenarios) {
    const contestants = new Map(workers.map(({ ask, name }) => [name, () => ask({ scenario, calls, concurrency })]))
    measured.set(scenario, await interleave(contestants, { rounds, warmUp: 3 }))
  }
  for (const { stop } of workers) stop()
  const of = (scenario: Scenario): Rounds<string, Cost> => measured.get(scenario) ?? new Map()
  const cpu = (cost: Cost) => cost.cpu
  const ratio = (scenario: Scenario, one: string, other: string) =>
    medianOfPairs(of(scenario), one, other, (a, b) => a.cpu / b.cpu)
  const small = scenarios.filter(([scenario]) => scenario !== "listing")
  return {
    markdown: [
      `Microseconds of CPU a call at concurrency ${concurrency}, medians of ${rounds} rounds; in brackets as a multiple of the first row.`,
      table(
        ["CPU", ...scenarios.map(([, title]) => title)],
        peers.map(([name]) => [
          name,
          ...scenarios.map(
            ([scenario]) =>
              `${medianOf(of(scenario), name, cpu).toFixed(0)} (${ratio(scenario, name, floor).toFixed(2)}×)`
          )
        ])
      )
    ].join("\n\n"),
    promises: [
      ...small.map(
        ([scenario, title]): Promised => ({
          what: `${title}: CPU, ${lean(4)} / ${lean(3)}`,
          figure: ratio(scenario, lean(4), lean(3)),
          bound: "at most",
          limit: 1,
          unit: "×"
        })
      ),
      {
        what: `GET 100 messages: CPU, ${lean(4)} / ${floor}`,
        figure: ratio("listing", lean(4), floor),
        bound: "at most",
        limit: 2,
        unit: "×"
      }
    ]
  }
}

/** From the start of a process to the first reply of a bundled program. */
const starts = async ({ options, server }: Bench, programs: Programs, executable: string): Promise<Section> => {
  const rounds = Math.max(15, options.rounds)
  const contestants = [
    ["Node alone, no reply", 3, "node"],
    [sdk, 3, "sdk"],
    ...([3, 4] as const).flatMap((major) => [
      [`Effect ${major}, FetchHttpClient`, major, "ours"] as const,
      [lean(major), major, "oursUndici"] as const
    ])
  ] as const
  for (const [, major, program] of contestants) await bundle(programs[major], program, major)
  const start = async (major: 3 | 4, program: string) => {
    const { stdout } = await promisify(execFile)(executable, [`${programs[major]}/started/${program}.mjs`, server.url])
    return JSON.parse(stdout) as { readonly milliseconds: number; readonly cpu: number }
  }
  const runs = new Map(contestants.map(([name, major, program]) => [name as string, () => start(major, program)]))
  const results = await interleave(runs, { rounds, warmUp: 1 })
  return {
    markdown: [
      `Milliseconds from the start of a process to its first reply, bundled, medians of ${rounds} rounds.`,
      table(
        ["", "start to first reply", "CPU until then"],
        contestants.map(([name]) => [
          name,
          medianOf(results, name, ({ milliseconds }) => milliseconds).toFixed(0),
          medianOf(results, name, ({ cpu }) => cpu).toFixed(0)
        ])
      )
    ].join("\n\n"),
    promises: []
  }
}

const bundle = (programs: string, name: string, major: 3 | 4) =>
  build({
    entryPoints: [`${programs}/programs/${name}.mjs`],
    outfile: `${programs}/started/${name}.mjs`,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node20",
    // another name is looked for from here
    absWorkingDir: programs,
    alias: major === 4 ? moved : {},
    // for what is CommonJS inside
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url)' },
    logLevel: "error"
  })

/** One endpoint with the live client over fetch, all that it needs of Effect included. */
const sizes = async (programs: Programs): Promise<Section> => {
  const client = (from: string) => `${sized.liveFromModules}
    export { layer } from "${from}/FetchHttpClient"`
  const kilobytes = async (directory: string, program: string, platform: "browser" | "node" = "browser") =>
    gzippedBytes((await withEsbuild(directory, program, { external: [], platform })).code) / 1024
  const figures = {
    3: await kilobytes(programs[3], client("@effect/platform")),
    4: await kilobytes(programs[4], client("effect/http"))
  }
  const rows = [
    ["Effect 3", figures[3]],
    ["Effect 4", figures[4]],
    [sdk, await kilobytes(programs[3], `export * from "purecloud-platform-client-v2"`, "node")]
  ] as const
  return {
    markdown: table(
      ["one endpoint and the live client over fetch, Effect included", "minified and gzipped"],
      rows.map(([name, size]) => [name, `${size.toFixed(1)} KB`])
    ),
    promises: [
      {
        what: "one endpoint with the live client on Effect 4",
        figure: figures[4],
        bound: "at most",
        limit: 75,
        unit: " KB"
      }
    ]
  }
}
