/** 1,000 look-ups in 10 conversations: through the loader, and each as a call of its own. */
import type { Bench } from "./shared/bench.js"
import { startWorker } from "./shared/processes.js"
import { type Section, table } from "./shared/report.js"
import { interleave, medianOf, medianOfPairs } from "./shared/rounds.js"
import type { Cost } from "./shared/worker.js"

export interface BatchingJob {
  readonly batched: boolean
  readonly concurrency: number
  readonly conversations: number
  /** Of each conversation. */
  readonly ids: number
}

const lookUps = { conversations: 10, ids: 100 }
const total = lookUps.conversations * lookUps.ids

const target = { bound: "at most", limit: 20, unit: " requests" } as const

interface Run extends Cost {
  readonly requests: number
}

export const batching = async ({ built, options, server }: Bench): Promise<Section> => {
  const { concurrency, rounds } = options
  const single = `${total.toLocaleString("en")} calls at concurrency ${concurrency}`
  const loader = "MessageLoader, 50 ids a request"
  const transport = built.has("./undici") ? "lean" : "layerUndici"
  const start = () => startWorker<BatchingJob, Cost>(`${built.programs}/peers/batching.mjs`, [server.url, transport])
  const [one, other] = await Promise.all([start(), start()])
  const run = (worker: typeof one, batched: boolean) => async (): Promise<Run> => {
    await server.requests()
    const cost = await worker.ask({ ...lookUps, concurrency, batched })
    return { ...cost, requests: await server.requests() }
  }
  const runs = new Map([
    [single, run(one, false)],
    [loader, run(other, true)]
  ])
  const results = await interleave(runs, { rounds, warmUp: 3 })
  one.stop()
  other.stop()

  const milliseconds = (microsecondsEach: number) => ((microsecondsEach * total) / 1000).toFixed(1)
  const multiple = (name: string, of: (run: Run) => number) =>
    `${medianOfPairs(results, name, single, (a, b) => of(a) / of(b)).toFixed(2)}×`
  const cpu = (run: Run) => run.cpu
  const wall = (run: Run) => run.wall
  return {
    markdown: [
      `${total.toLocaleString("en")} look-ups in ${lookUps.conversations} conversations over ${transport}, medians of ${rounds} rounds.`,
      table(
        ["", "requests", "CPU ms", "of the calls'", "wall ms", "of the calls'"],
        [single, loader].map((name) => [
          name,
          medianOf(results, name, ({ requests }) => requests).toLocaleString("en"),
          milliseconds(medianOf(results, name, cpu)),
          multiple(name, cpu),
          milliseconds(medianOf(results, name, wall)),
          multiple(name, wall)
        ])
      )
    ].join("\n\n"),
    promises: [
      {
        ...target,
        what: `${total.toLocaleString("en")} look-ups`,
        figure: medianOf(results, loader, ({ requests }) => requests)
      }
    ]
  }
}
