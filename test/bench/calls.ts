/**
 * CPU and wall time of a call, against the peers, each in a process of its own. Ours are called in both
 * shapes: by fibers that make many calls, and each call by a `runPromise` of its own.
 */
import type { Round, Scenario } from "./peer.js"
import type { Bench } from "./shared/bench.js"
import { startWorker } from "./shared/processes.js"
import { selfTimes } from "./shared/profile.js"
import { type Promised, type Section, table } from "./shared/report.js"
import { interleave, medianOf, medianOfPairs } from "./shared/rounds.js"
import type { Cost } from "./shared/worker.js"

const floor = "undici Pool + JSON.parse"
const sdk = "vendor SDK"
const naiveFetch = "naive Effect, FetchHttpClient"
const fetch = "ours, FetchHttpClient"
const stock = "ours, layerUndici"
const lean = "ours, effect-genesys-chats/undici"

const ours: ReadonlyArray<string> = [fetch, stock, lean]

/** Name, module and its argument. */
const peers: ReadonlyArray<readonly [name: string, module: string, argument: string]> = [
  [floor, "undici", ""],
  ["global fetch", "fetch", ""],
  [sdk, "sdk", ""],
  [naiveFetch, "naive", "fetch"],
  ["naive Effect, layerUndici", "naive", "layerUndici"],
  ["HttpApiClient, layerUndici", "httpApi", "layerUndici"],
  [fetch, "ours", "fetch"],
  [stock, "ours", "layerUndici"],
  [lean, "ours", "lean"]
]

const scenarios: ReadonlyArray<readonly [scenario: Scenario, title: string, calls: number]> = [
  ["post", "POST message", 2000],
  ["room", "GET room", 2000],
  ["listing", "GET 100 messages", 300],
  ["chunked", "the same, chunked", 300]
]
/** The name of a peer where each call is a `runPromise` of its own. */
const apart = (name: string): string => `${name}, calls apart`
const small: ReadonlyArray<Scenario> = ["post", "room"]

type Of = (cost: Cost) => number
const cpu: Of = (cost) => cost.cpu
const wall: Of = (cost) => cost.wall
/** Calls a second, up to a factor that ratios do not see. */
const throughput: Of = (cost) => 1 / cost.wall

const targets: ReadonlyArray<
  Omit<Promised, "figure" | "unit"> & {
    readonly scenarios: ReadonlyArray<Scenario>
    readonly of: Of
    readonly peers: readonly [one: string, other: string]
  }
> = [
  { what: "CPU, fetch / naive", of: cpu, peers: [fetch, naiveFetch], scenarios: small, bound: "at most", limit: 1.15 },
  ...[stock, apart(stock)].map((one) => ({
    what: `CPU, ${one} / SDK`,
    of: cpu,
    peers: [one, sdk] as const,
    scenarios: [...small, "listing" as const],
    bound: "at most" as const,
    limit: 1
  })),
  ...[lean, apart(lean)].flatMap((one) => [
    {
      what: `CPU, ${one} / SDK`,
      of: cpu,
      peers: [one, sdk] as const,
      scenarios: small,
      bound: "at most" as const,
      limit: 0.4,
      stretch: 0.3
    },
    {
      what: `CPU, ${one} / SDK`,
      of: cpu,
      peers: [one, sdk] as const,
      scenarios: ["listing", "chunked"] as const,
      bound: "at most" as const,
      limit: 1
    }
  ]),
  {
    what: "calls a second, lean / SDK",
    of: throughput,
    peers: [lean, sdk],
    scenarios: small,
    bound: "at least",
    limit: 2.2,
    stretch: 2.5
  }
]

export const calls = async ({ built, options, server }: Bench): Promise<Section> => {
  const chosen = peers.filter(
    ([name, , argument]) =>
      (argument !== "lean" || built.has("./undici")) &&
      (options.only.length === 0 || options.only.some((part) => name.includes(part)))
  )
  const workers = await Promise.all(
    chosen.map(async ([name, module, argument]) => ({
      name,
      argument,
      ...(await startWorker<Round, Cost>(`${built.programs}/peers/${module}.mjs`, [server.url, argument]))
    }))
  )
  const measured = new Map<Scenario, ReadonlyMap<string, ReadonlyArray<Cost>>>()
  const profiles: Array<string> = []
  for (const [scenario, title, calls] of scenarios) {
    const round = { scenario, calls, concurrency: options.concurrency }
    const contestants = new Map(
      workers.flatMap(({ ask, name }) => [
        [name, () => ask(round)] as const,
        ...(ours.includes(name) ? [[apart(name), () => ask({ ...round, apart: true })] as const] : [])
      ])
    )
    measured.set(scenario, await interleave(contestants, { rounds: options.rounds, warmUp: 3 }))
    if (!options.profile) continue
    for (const { argument, ask } of workers.filter(({ name }) => name.startsWith("ours"))) {
      const file = `${built.profiles}/${scenario}-${argument}.cpuprofile`
      await ask({ ...round, calls: calls * 5 }, file)
      profiles.push(`${title}, ${argument} (${file})\n\n${await selfTimes(file)}`)
    }
  }
  for (const { stop } of workers) stop()

  const names = workers.flatMap(({ name }) => (ours.includes(name) ? [name, apart(name)] : [name]))
  const of = (scenario: Scenario) => measured.get(scenario) ?? new Map<string, ReadonlyArray<Cost>>()
  const figures = (title: string, figure: Of): string =>
    table(
      [title, ...scenarios.map(([, title]) => title)],
      names.map((name) => [
        name,
        ...scenarios.map(([scenario]) => {
          const multiple = medianOfPairs(of(scenario), name, floor, (one, other) => figure(one) / figure(other))
          const value = medianOf(of(scenario), name, figure).toFixed(0)
          return Number.isNaN(multiple) ? value : `${value} (${multiple.toFixed(2)}×)`
        })
      ])
    )
  return {
    markdown: [
      `Microseconds a call at concurrency ${options.concurrency}, medians of ${options.rounds} rounds; in brackets as a multiple of the first row.`,
      figures("CPU", cpu),
      figures("wall time", wall),
      ...profiles
    ].join("\n\n"),
    promises: targets.flatMap(({ of: figure, peers: [one, other], scenarios: some, what, ...target }) =>
      scenarios
        .filter(([scenario]) => some.includes(scenario))
        .map(([scenario, title]) => ({
          ...target,
          what: `${title}: ${what}`,
          figure: medianOfPairs(of(scenario), one, other, (a, b) => figure(a) / figure(b)),
          unit: "×"
        }))
    )
  }
}
