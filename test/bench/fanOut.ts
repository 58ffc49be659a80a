/** 10,000 calls in one program: what a call costs does not depend on how many there are of anything. */
import type { Bench } from "./shared/bench.js"
import { startWorker } from "./shared/processes.js"
import { type Section, table } from "./shared/report.js"
import { interleave, median, medianOf, medianOfPairs } from "./shared/rounds.js"

export interface FanOutJob {
  readonly calls: number
  /** Requests at a time, as flow control lets them pass. */
  readonly concurrency: number
  readonly fibers: number | "unbounded"
  readonly conversations: number
  /** Whether all 34 endpoints have been called before. */
  readonly allEndpoints: boolean
}

const calls = 10_000
const thousands = Array.from({ length: calls / 1000 }, (_, n) => n + 1)

/** A tenth is what medians of the same thing may differ by. */
const target = { bound: "at most", limit: 1.1, unit: "×" } as const

export const fanOut = async ({ built, options, server }: Bench): Promise<Section> => {
  const { concurrency, rounds } = options
  const plain = { calls, concurrency, fibers: concurrency, conversations: 1, allEndpoints: false }
  const base = `${concurrency} fibers, 1 conversation, 1 endpoint`
  const jobs: ReadonlyArray<readonly [name: string, job: FanOutJob]> = [
    [base, plain],
    [`${calls.toLocaleString("en")} fibers, of which ${concurrency} pass`, { ...plain, fibers: "unbounded" }],
    [`${calls.toLocaleString("en")} conversations`, { ...plain, conversations: calls }],
    ["all 34 endpoints called before", { ...plain, allEndpoints: true }]
  ]
  const transport = built.has("./undici") ? "lean" : "layerUndici"
  const workers = await Promise.all(
    jobs.map(async ([name, job]) => ({
      name,
      job,
      ...(await startWorker<FanOutJob, ReadonlyArray<number>>(`${built.programs}/peers/fanOut.mjs`, [
        server.url,
        transport
      ]))
    }))
  )
  const runs = new Map(workers.map(({ ask, job, name }) => [name, () => ask(job)]))
  const results = await interleave(runs, { rounds, warmUp: 1 })
  for (const { stop } of workers) stop()

  const names = workers.map(({ name }) => name)
  const perCall = (thousands: ReadonlyArray<number>) => thousands.reduce((sum, one) => sum + one, 0) / thousands.length
  const lastToFirst = (name: string) =>
    median((results.get(name) ?? []).map((thousands) => thousands[thousands.length - 1]! / thousands[0]!))
  const toBase = (name: string) => medianOfPairs(results, name, base, (one, other) => perCall(one) / perCall(other))
  return {
    markdown: [
      `CPU in microseconds a call, \`GET room\` over ${transport}, medians of ${rounds} rounds; by the thousand as they end.`,
      table(
        ["", "a call", "of the first row", ...thousands.map((n) => `${n}.`), "last / first"],
        names.map((name) => [
          name,
          medianOf(results, name, perCall).toFixed(0),
          `${toBase(name).toFixed(2)}×`,
          ...thousands.map((n) => medianOf(results, name, (costs) => costs[n - 1] ?? Number.NaN).toFixed(0)),
          `${lastToFirst(name).toFixed(2)}×`
        ])
      )
    ].join("\n\n"),
    promises: [
      { ...target, what: "last thousand / first thousand", figure: lastToFirst(base) },
      ...names.slice(1).map((name) => ({ ...target, what: `${name} / ${base}`, figure: toBase(name) }))
    ]
  }
}
