/**
 * A history as a stream, against a bare loop over its pages: the rate in alternating runs, at a
 * service that takes no time and at one that takes a little, and the heap over one long run.
 */
import type { Bench } from "./shared/bench.js"
import type { Walked } from "./shared/heap.js"
import { startWorker } from "./shared/processes.js"
import { selfTimes } from "./shared/profile.js"
import { type Section, table } from "./shared/report.js"
import { interleave, medianOf, medianOfPairs } from "./shared/rounds.js"

export interface HistoryJob {
  readonly room: string
  readonly messages: number
  /** How often to look at the heap: it takes time, so only where no time is measured. */
  readonly samples: number
}

const bare = "undici + JSON.parse, next page ahead"
const stock = "History.stream, layerUndici"
const lean = "History.stream, effect-genesys-chats/undici"

const contestants = [
  [bare, "barePages", ""],
  [stock, "historyStream", "layerUndici"],
  [lean, "historyStream", "lean"]
] as const

const targets = {
  rate: { bound: "at least", limit: 0.8, unit: "×" },
  heap: { bound: "at most", limit: 64, unit: " MB" }
} as const

/** Milliseconds; no service that is not in the same house is as near. */
const latency = 5

interface Run extends Walked {
  readonly requests: number
}

export const history = async ({ built, options, server }: Bench): Promise<Section> => {
  const workers = await Promise.all(
    contestants
      .filter(([, , transport]) => transport !== "lean" || built.has("./undici"))
      .map(async ([name, module, transport]) => ({
        name,
        ...(await startWorker<HistoryJob, Walked>(
          `${built.programs}/peers/${module}.mjs`,
          [server.url, transport],
          ["--expose-gc"]
        ))
      }))
  )
  const walk = async (worker: (typeof workers)[number], job: HistoryJob, profile?: string): Promise<Run> => {
    await server.requests()
    const walked = await worker.ask(job, profile)
    if (walked.seen !== job.messages) throw new Error(`${worker.name} saw ${walked.seen} of ${job.messages} messages`)
    return { ...walked, requests: await server.requests() }
  }

  const job = (messages: number, latency: number, samples = 0): HistoryJob => ({
    room: `history-${messages}-${latency}`,
    messages,
    samples
  })
  const short = job(Math.ceil(options.messages / 10), 0)
  // a page takes so much longer
  const slow = job(Math.ceil(options.messages / 50), latency)
  const at = (job: HistoryJob) =>
    interleave(new Map(workers.map((worker) => [worker.name, () => walk(worker, job)])), {
      rounds: options.rounds,
      warmUp: 1
    })
  const atOnce = await at(short)
  const later = await at(slow)
  const streams = workers.filter(({ name }) => name !== bare)
  const leanest = streams[streams.length - 1]!
  const long = await walk(leanest, job(options.messages, 0, 20))
  const profiles: Array<string> = []
  if (options.profile) {
    const file = `${built.profiles}/history.cpuprofile`
    await walk(leanest, short, file)
    profiles.push(`${leanest.name} (${file})\n\n${await selfTimes(file)}`)
  }
  for (const { stop } of workers) stop()

  type Rounds = typeof atOnce
  const rate = (rounds: Rounds, name: string) =>
    medianOfPairs(rounds, name, bare, (one, other) => other.wall / one.wall)
  const heap = long.heap / 2 ** 20
  const count = (value: number) => Math.round(value).toLocaleString("en")
  const row = (
    name: string,
    latency: number,
    messages: number,
    of: (figure: (run: Run) => number) => number,
    multiple: string,
    heap: string
  ) => [
    name,
    latency === 0 ? "none" : `${latency} ms`,
    count(messages),
    count(of(({ requests }) => requests)),
    count(of(({ wall }) => 1_000_000 / wall)),
    multiple,
    of(({ cpu }) => cpu).toFixed(2),
    heap
  ]
  const rows = (rounds: Rounds, latency: number, { messages }: HistoryJob) =>
    workers.map(({ name }) =>
      row(name, latency, messages, (figure) => medianOf(rounds, name, figure), `${rate(rounds, name).toFixed(2)}×`, "")
    )
  const rates = (rounds: Rounds, where: string) =>
    streams.map(({ name }) => ({
      ...targets.rate,
      what: `${where}: rate, ${name} / the loop`,
      figure: rate(rounds, name)
    }))
  return {
    markdown: [
      `Medians of ${options.rounds} rounds, and one long run. Pages of 100, one of them ahead; the latency is what a page takes beyond loopback; the heap is the most above what there was before, after a collection each time.`,
      table(
        ["", "latency", "messages", "requests", "messages/s", "of the loop's", "CPU µs a message", "heap"],
        [
          ...rows(atOnce, 0, short),
          ...rows(later, latency, slow),
          row(leanest.name, 0, options.messages, (figure) => figure(long), "", `${heap.toFixed(1)} MB`)
        ]
      ),
      ...profiles
    ].join("\n\n"),
    promises: [
      ...rates(atOnce, "no latency"),
      ...rates(later, `${latency} ms a page`),
      { ...targets.heap, what: `heap over ${count(options.messages)} messages`, figure: heap }
    ]
  }
}
