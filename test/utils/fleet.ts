/**
 * A fleet of real processes at a service in a process of its own, and what it made of the limit.
 */
import * as Effect from "effect/Effect"
import { bundled, type Process, start } from "./processes.js"

/** A window of the service, in milliseconds, and what it allows. */
export const length = 3_000
export const allowed = 300

/** Made once, by whoever asks first. */
const programs = Effect.runSync(
  Effect.cached(Effect.promise(() => bundled(["test/fleet/server.ts", "test/fleet/worker.ts"])))
)

export interface Stats {
  readonly windows: ReadonlyArray<{ readonly start: number; readonly accepted: number; readonly refused: number }>
  readonly tokenRequests: number
  readonly unauthorized: number
}

export interface Told {
  readonly ok: number
  readonly errors: Readonly<Record<string, number>>
  /** The 99th percentile of how late timers were, in milliseconds. */
  readonly lag?: number
  /** How often the store did not do what it was asked. */
  readonly storeFailures?: number
}

const times = (count: number) => Array.from({ length: count }, (_, i) => i)

export const fleet = (env: Readonly<Record<string, string>>, size = 4) =>
  Effect.gen(function* () {
    const [server = "", worker = ""] = yield* programs
    const settings = { WINDOW_MS: String(length), ALLOWED: String(allowed), ...env }
    const service = yield* start(server, settings)
    const url = (yield* service.line) ?? ""
    const processes = yield* Effect.forEach(times(size), () => start(worker, { ...settings, SERVICE_URL: url }))
    for (const one of processes) {
      if ((yield* one.line) !== "ready") return yield* Effect.dieMessage("a process did not start")
    }
    // @effect-diagnostics-next-line globalFetchInEffect:off
    const stats = Effect.promise(async (): Promise<Stats> => (await fetch(`${url}/stats`)).json())
    return { processes, stats, url }
  })

export const toAll = (processes: ReadonlyArray<Process>, line: string) =>
  Effect.forEach(
    processes,
    (one) =>
      Effect.map(Effect.zipRight(one.tell(line), one.line), (told): Told | undefined =>
        told === undefined ? undefined : JSON.parse(told)
      ),
    { concurrency: "unbounded" }
  )

const median = (values: ReadonlyArray<number>): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

/** What was used of whole windows; the first, in which cold processes start, and the last are left out. */
export const usage = ({ windows }: Stats, told: ReadonlyArray<Told | undefined>) => {
  const whole = windows.slice(1, -1)
  const next = windows.slice(2)
  const span = (windows[windows.length - 1]?.start ?? 0) - (windows[1]?.start ?? 0)
  const accepted = whole.reduce((sum, window) => sum + window.accepted, 0)
  return {
    /** Of all that could have been used in that time, in percent. */
    used: (100 * accepted * length) / (allowed * span),
    /** Of what the windows that there were allowed, in percent. */
    filled: (100 * accepted) / (allowed * whole.length),
    /** From the end of a window to the first request of the next, in milliseconds. */
    gap: median(next.map((window, i) => window.start - (whole[i]?.start ?? 0) - length)),
    refused: whole.map((window) => window.refused),
    accepted: windows.map((window) => window.accepted),
    lag: Math.max(...told.map((one) => one?.lag ?? 0)),
    storeFailures: told.reduce((sum, one) => sum + (one?.storeFailures ?? 0), 0)
  }
}

export const report = (title: string, stats: Stats, told: ReadonlyArray<Told | undefined>) => {
  const figures = usage(stats, told)
  const { accepted, filled, gap, lag, refused, storeFailures, used } = figures
  const failures = told.map((one) => (one === undefined ? "killed" : JSON.stringify(one.errors)))
  const text =
    `${title}: ${used.toFixed(1)} % used (${filled.toFixed(1)} % of the windows, ${gap.toFixed(0)} ms between two); ` +
    `refused in a window: ${refused.join(" ")}; accepted: ${accepted.join(" ")}; ` +
    `calls by process: ${told.map((one) => one?.ok ?? "-").join(" ")}, failed: ${failures.join(" ")}; ` +
    `timers late by ${lag.toFixed(0)} ms, store away ${storeFailures} times`
  process.stdout.write(`${text}\n`)
  return { told, ...figures }
}

export const shares = (title: string, env: Readonly<Record<string, string>>, windows = 5) =>
  Effect.scoped(
    Effect.gen(function* () {
      const { processes, stats } = yield* fleet(env)
      const told = yield* toAll(processes, `run 16 ${length * windows}`)
      return report(title, yield* stats, told)
    })
  )
