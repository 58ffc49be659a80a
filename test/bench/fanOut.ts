/**
 * 10,000 calls in one program: what a call costs does not depend on how many there are of
 * anything. A call that waits costs more than one that does not, however many wait with it.
 */
import type { Bench } from "./shared/bench.js"
import { startWorker } from "./shared/processes.js"
import { type Section, table } from "./shared/report.js"
import { interleave, median, medianOf, medianOfPairs } from "./shared/rounds.js"

export interface FanOutJob {
  readonly calls: number
  /** Requests at a time, as flow control lets them pass. */
  readonly concurrency: number
  readonly fibers: number
  readonly conversations: number
  /** Whether every endpoint of chat has been called before. */
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
  const waiting = (fibers: number) => `${fibers.toLocaleString("en")} fibers, of which ${concurrency} pass`
  const jobs: ReadonlyArray<readonly [name: string, job: FanOutJob, comparedWith: string]> = [
    [base, plain, base],
    [`${calls.toLocaleString("en")} conversations`, { ...plain, conversations: calls }, base],
    ["every endpoint called before", { ...plain, allEndpoints: true }, base],
    [waiting(1000), { ...plain, fibers: 1000 }, waiting(1000)],
    [waiting(calls), { ...plain, fibers: calls }, waiting(1000)]
  ]
  const transport = built.has("./undici") ? "lean" : "layerUndici"
  const workers = await Promise.all(
    jobs.map(async ([name, job, comparedWith]) => ({
      name,
      job,
      comparedWith,
      ...(await startWorker<FanOutJob, ReadonlyArray<number>>(`${built.programs}/peers/fanOut.mjs`, [
        server.url,
        transport
      ]))
    }))
  )
  const runs = new Map(workers.map(({ ask, job, name }) => [name, () => ask(job)]))
  const results = await interleave(runs, { rounds, warmUp: 1 })
  for (const { stop } of workers) stop()

  const perCall = (thousands: ReadonlyArray<number>) => thousands.reduce((sum, one) => sum + one, 0) / thousands.length
  const lastToFirst = (name: string) =>
    median((results.get(name) ?? []).map((thousands) => thousands[thousands.length - 1]! / thousands[0]!))
  const growth = (name: string, comparedWith: string) =>
    medianOfPairs(results, name, comparedWith, (one, other) => perCall(one) / perCall(other))
  return {
    markdown: [
      `CPU in microseconds a call, \`GET room\` over ${transport}, medians of ${rounds} rounds; by the thousand as they end.`,
      table(
        ["", "a call", "compared with", "is", ...thousands.map((n) => `${n}.`), "last / first"],
        workers.map(({ comparedWith, name }) => [
          name,
          medianOf(results, name, perCall).toFixed(0),
          comparedWith === name ? "" : comparedWith,
          comparedWith === name ? "" : `${growth(name, comparedWith).toFixed(2)}×`,
          ...thousands.map((n) => medianOf(results, name, (costs) => costs[n - 1] ?? Number.NaN).toFixed(0)),
          `${lastToFirst(name).toFixed(2)}×`
        ])
      )
    ].join("\n\n"),
    promises: [
      { ...target, what: "last thousand / first thousand", figure: lastToFirst(base) },
      ...workers
        .filter(({ comparedWith, name }) => comparedWith !== name)
        .map(({ comparedWith, name }) => ({
          ...target,
          what: `${name} / ${comparedWith}`,
          figure: growth(name, comparedWith)
        }))
    ]
  }
}
