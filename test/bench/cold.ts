/**
 * The first 3,000 calls of a process, after three short rounds: what a job that ends soon gets. Each figure
 * is from a new process, calls in both shapes (see `calls.ts`).
 */
import type { Round, Scenario } from "./peer.js"
import type { Bench } from "./shared/bench.js"
import { startWorker } from "./shared/processes.js"
import { type Section, table } from "./shared/report.js"
import { interleave, medianOf, medianOfPairs } from "./shared/rounds.js"
import type { Cost } from "./shared/worker.js"

const sdk = "vendor SDK"
const stock = "ours, layerUndici"
const lean = "ours, effect-genesys-chats/undici"

const peers = [
  [sdk, "sdk", "", false],
  [stock, "ours", "layerUndici", false],
  [`${stock}, calls apart`, "ours", "layerUndici", true],
  [lean, "ours", "lean", false],
  [`${lean}, calls apart`, "ours", "lean", true]
] as const

const scenarios: ReadonlyArray<readonly [scenario: Scenario, title: string, lean: number]> = [
  ["post", "POST message", 0.4],
  ["room", "GET room", 0.4],
  ["listing", "GET 100 messages", 1],
  ["chunked", "the same, chunked", 1]
]

const calls = 3000
const warmUp = 100

export const cold = async ({ built, options, server }: Bench): Promise<Section> => {
  const { concurrency, rounds } = options
  const measured = new Map<Scenario, ReadonlyMap<string, ReadonlyArray<Cost>>>()
  for (const [scenario] of scenarios) {
    const contestants = new Map(
      peers.map(([name, module, argument, apart]) => [
        name as string,
        async () => {
          const worker = await startWorker<Round, Cost>(`${built.programs}/peers/${module}.mjs`, [server.url, argument])
          const round = { scenario, concurrency, apart }
          for (let i = 0; i < 3; i++) await worker.ask({ ...round, calls: warmUp })
          const cost = await worker.ask({ ...round, calls })
          worker.stop()
          return cost
        }
      ])
    )
    measured.set(scenario, await interleave(contestants, { rounds, warmUp: 0 }))
  }
  const of = (scenario: Scenario) => measured.get(scenario) ?? new Map<string, ReadonlyArray<Cost>>()
  const cpu = (cost: Cost) => cost.cpu
  const ratio = (scenario: Scenario, name: string) =>
    medianOfPairs(of(scenario), name, sdk, (one, other) => one.cpu / other.cpu)
  return {
    markdown: [
      `Microseconds of CPU a call in the first ${calls.toLocaleString("en")} calls of a process, concurrency ${concurrency}, medians of ${rounds} processes; in brackets as a multiple of the SDK's.`,
      table(
        ["", ...scenarios.map(([, title]) => title)],
        peers.map(([name]) => [
          name,
          ...scenarios.map(
            ([scenario]) => `${medianOf(of(scenario), name, cpu).toFixed(0)} (${ratio(scenario, name).toFixed(2)}×)`
          )
        ])
      )
    ].join("\n\n"),
    promises: peers
      .filter(([name]) => name.startsWith(lean))
      .flatMap(([name]) =>
        scenarios.map(([scenario, title, limit]) => ({
          what: `${title}, cold: CPU, ${name} / SDK`,
          figure: ratio(scenario, name),
          bound: "at most" as const,
          limit,
          unit: "×"
        }))
      )
  }
}
