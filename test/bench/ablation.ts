/**
 * What each thing buys that plain Effect would not need: the package with that thing alone in its plain form,
 * interleaved with the package as it is. What buys less than a tenth of what it is for goes.
 */
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import type { Round, Scenario } from "./peer.js"
import type { Bench } from "./shared/bench.js"
import { startWorker } from "./shared/processes.js"
import { type Section, table } from "./shared/report.js"
import { interleave, medianOfPairs } from "./shared/rounds.js"
import type { Cost } from "./shared/worker.js"

const asItIs = "as it is"

/** Title, the modules in their plain form, and the transport where that is the plain form. */
const variants: ReadonlyArray<
  readonly [title: string, modules: { readonly [module: string]: string }, transport?: string]
> = [
  [asItIs, {}],
  ["the same once more: what is noise", {}],
  ["Effect.timeoutTo for the timer's deadline", { "internal/withDeadline": "withDeadline" }],
  ["Effect.makeSpan for own spans", { "internal/span": "span" }],
  ["ParseResult for compiled decoders", { "codec/compile": "compile" }],
  ["Date for dates read by hand", { "codec/compile/dateTimeUtc": "dateTimeUtc" }],
  ["schemas made as they are loaded", { "internal/lazySchema": "lazySchema" }],
  ["labels made anew each time", { "internal/labels": "labels" }],
  ["plainClient for a call's own surroundings", { "transport/plainClient": "plainClient" }],
  ["spellings of a token with each reply", { "internal/redact": "redact" }],
  ["NodeHttpClient.layerUndici for /undici", {}, "layerUndici"]
]

const scenarios: ReadonlyArray<readonly [scenario: Scenario, title: string, calls: number]> = [
  ["post", "POST message", 1000],
  ["listing", "GET 100 messages", 200]
]

const start = "start to first reply"

export const ablation = async ({ built, options, server }: Bench): Promise<Section> => {
  const contestants = await Promise.all(
    variants.map(async ([title, modules, transport = "lean"], i) => {
      const programs = await built.variant(String(i), modules)
      const worker = await startWorker<Round, Cost>(`${programs}/peers/ours.mjs`, [server.url, transport])
      return { title, programs, ...worker }
    })
  )
  const measured = new Map<string, ReadonlyMap<string, ReadonlyArray<number>>>()
  for (const [scenario, title, calls] of scenarios) {
    const round = { scenario, calls, concurrency: options.concurrency }
    const runs = new Map(contestants.map(({ ask, title }) => [title, async () => (await ask(round)).cpu]))
    measured.set(title, await interleave(runs, { rounds: options.rounds, warmUp: 3 }))
  }
  for (const { stop } of contestants) stop()
  const starts = new Map(
    contestants.map(({ programs, title }) => [
      title,
      async () => {
        const { stdout } = await promisify(execFile)(process.execPath, [`${programs}/programs/ours.mjs`, server.url])
        return Number(JSON.parse(stdout).cpu)
      }
    ])
  )
  measured.set(start, await interleave(starts, { rounds: Math.max(9, options.rounds), warmUp: 1 }))
  return {
    markdown: [
      `CPU of the plain form as a multiple of the package's as it is, medians of ${options.rounds} interleaved rounds at concurrency ${options.concurrency}, over /undici.`,
      table(
        ["", ...measured.keys()],
        contestants
          .slice(1)
          .map(({ title }) => [
            title,
            ...[...measured.values()].map(
              (rounds) => `${medianOfPairs(rounds, title, asItIs, (one, other) => one / other).toFixed(2)}×`
            )
          ])
      )
    ].join("\n\n"),
    promises: []
  }
}
