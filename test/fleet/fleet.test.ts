/**
 * Fleets of real processes on real servers, in windows that are shorter than the service's. The figures are printed.
 */
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { bundled, type Process, start } from "../utils/processes.js"
import { database, hasPostgres, hasRedis, redisServer, stopPostgres } from "../utils/services.js"

const say = (text: string): void => void process.stdout.write(`${text}\n`)

const get = (url: string): Promise<Response> => fetch(url)

const length = 3_000
const allowed = 300

let server = ""
let worker = ""
beforeAll(async () => {
  ;[server = "", worker = ""] = await bundled(["test/fleet/server.ts", "test/fleet/worker.ts"])
})
afterAll(stopPostgres)

interface Stats {
  readonly windows: ReadonlyArray<{ readonly start: number; readonly accepted: number; readonly refused: number }>
  readonly tokenRequests: number
  readonly unauthorized: number
}

interface Told {
  readonly ok: number
  readonly errors: Readonly<Record<string, number>>
  /** The 99th percentile of how late timers were, in milliseconds. */
  readonly lag?: number
}

const times = (count: number) => Array.from({ length: count }, (_, i) => i)

const fleet = (env: Readonly<Record<string, string>>, size = 4) =>
  Effect.gen(function* () {
    const settings = { WINDOW_MS: String(length), ALLOWED: String(allowed), ...env }
    const service = yield* start(server, settings)
    const url = (yield* service.line) ?? ""
    const processes = yield* Effect.forEach(times(size), () => start(worker, { ...settings, SERVICE_URL: url }))
    for (const one of processes) expect(yield* one.line).toBe("ready")
    const stats = Effect.promise(async (): Promise<Stats> => (await get(`${url}/stats`)).json())
    return { processes, stats, url }
  })

const toAll = (processes: ReadonlyArray<Process>, line: string) =>
  Effect.forEach(
    processes,
    (one) =>
      Effect.map(Effect.zipRight(one.tell(line), one.line), (told): Told | undefined =>
        told === undefined ? undefined : JSON.parse(told)
      ),
    { concurrency: "unbounded" }
  )

/** What was used of whole windows; the first, in which cold processes start, is left out. */
const usage = ({ windows }: Stats) => {
  const whole = windows.slice(1, -1)
  const span = (windows[windows.length - 1]?.start ?? 0) - (windows[1]?.start ?? 0)
  const accepted = whole.reduce((sum, window) => sum + window.accepted, 0)
  return {
    used: (100 * accepted * length) / (allowed * span),
    refused: whole.map((window) => window.refused),
    accepted: windows.map((window) => window.accepted)
  }
}

const report = (title: string, stats: Stats, told: ReadonlyArray<Told | undefined>) => {
  const { accepted, refused, used } = usage(stats)
  const failures = told.map((one) => (one === undefined ? "killed" : JSON.stringify(one.errors)))
  say(
    `${title}: ${used.toFixed(1)} % used, refused in a window: ${refused.join(" ")}; accepted: ${accepted.join(" ")}; ` +
      `calls by process: ${told.map((one) => one?.ok ?? "-").join(" ")}, failed: ${failures.join(" ")}`
  )
  return { refused, used }
}

const shares = (title: string, env: Readonly<Record<string, string>>, windows = 4) =>
  Effect.gen(function* () {
    const { processes, stats } = yield* fleet(env)
    const told = yield* toAll(processes, `run 16 ${length * windows}`)
    return { told, ...report(title, yield* stats, told) }
  })

/** On a machine that has no time for its processes a store is away, and no limit is used up: there is nothing to see. */
const isBusy = (told: ReadonlyArray<Told | undefined>): boolean => {
  const lag = Math.max(...told.map((one) => one?.lag ?? 0))
  if (lag > 25) say(`the machine is busy: timers are ${lag.toFixed(0)} ms late, so the figures say nothing`)
  return lag > 25
}

const holds = ({ refused, told, used }: Effect.Effect.Success<ReturnType<typeof shares>>) => {
  if (isBusy(told)) return
  expect(Math.max(...refused)).toBeLessThanOrEqual(1)
  expect(used).toBeGreaterThanOrEqual(98)
  // nobody starves
  const calls = told.map((one) => one?.ok ?? 0)
  expect(Math.min(...calls)).toBeGreaterThan(0.2 * Math.max(...calls))
  expect(told.map((one) => one?.errors)).toEqual(told.map(() => ({})))
}

describe.runIf(hasRedis)("4 processes of 16 fibers on one token", () => {
  it.scopedLive("share its limit by Redis and PostgreSQL, with headers and without", () =>
    Effect.gen(function* () {
      const { port } = yield* redisServer
      const { port: other } = yield* redisServer
      const [, ...shared] = yield* Effect.all(
        [
          shares("no store, no headers", { LIMIT: "none" }),
          shares("Redis, headers", { LIMIT: "redis", REDIS_PORT: String(port), HEADERS: "1" }),
          shares("Redis, no headers", { LIMIT: "redis", REDIS_PORT: String(other) }),
          ...(hasPostgres
            ? [shares("PostgreSQL, no headers", { LIMIT: "postgres", DATABASE_URL: yield* database })]
            : [])
        ],
        { concurrency: "unbounded" }
      )
      for (const one of shared) holds(one)
    })
  )

  it.scopedLive(
    "go on when one is killed, when Redis hangs and when it is killed, and share again when it is back",
    () =>
      Effect.gen(function* () {
        const killed = Effect.gen(function* () {
          const { port } = yield* redisServer
          const { processes, stats } = yield* fleet({ LIMIT: "redis", REDIS_PORT: String(port) })
          const [told] = yield* Effect.all(
            [
              toAll(processes, `run 16 ${length * 4}`),
              Effect.delay(
                Effect.sync(() => processes[0]?.signal("SIGKILL")),
                length * 1.5
              )
            ],
            { concurrency: "unbounded" }
          )
          return { told, ...report("a process killed", yield* stats, told) }
        })
        const away = (title: string, leave: NodeJS.Signals) =>
          Effect.gen(function* () {
            const redis = yield* redisServer
            const { processes, stats } = yield* fleet({ LIMIT: "redis", REDIS_PORT: String(redis.port) })
            const disturb = Effect.gen(function* () {
              yield* Effect.sleep(length * 1.5)
              redis.signal(leave)
              yield* Effect.sleep(length)
              if (leave === "SIGSTOP") redis.signal("SIGCONT")
              else yield* redis.start
            })
            const [told] = yield* Effect.all([toAll(processes, `run 16 ${length * 6}`), disturb], {
              concurrency: "unbounded"
            })
            return { told, ...report(title, yield* stats, told) }
          })
        const [one, hung, dead] = yield* Effect.all(
          [
            killed,
            away("Redis hung for a window", "SIGSTOP"),
            away("Redis killed and empty after a window", "SIGKILL")
          ],
          { concurrency: "unbounded" }
        )
        // what the dead one had leased is lost to that window, and to that alone
        if (!isBusy(one.told)) expect(one.used).toBeGreaterThanOrEqual(95)
        expect(Math.max(...one.refused)).toBeLessThanOrEqual(1)
        for (const { refused, told } of [hung, dead]) {
          expect(told.map((one) => one?.errors)).toEqual(told.map(() => ({})))
          expect(refused[refused.length - 1]).toBeLessThanOrEqual(1)
        }
      })
  )

  it.scopedLive("request one token for 250 callers each: at the start, after a 401 and when it expires", () =>
    Effect.gen(function* () {
      const { port } = yield* redisServer
      const env = { LIMIT: "unlimited", ALLOWED: "1000000", TOKEN_TTL_S: "6", REDIS_PORT: String(port) }
      const many = { ok: 250, errors: {} }
      const alone = yield* fleet({ ...env, TOKEN: "alone" })
      yield* toAll(alone.processes, "burst 250")
      const { processes, stats, url } = yield* fleet({ ...env, TOKEN: "redis" })
      expect(yield* toAll(processes, "burst 250")).toEqual([many, many, many, many])
      const atStart = (yield* stats).tokenRequests
      yield* Effect.promise(() => get(`${url}/revoke`))
      expect(yield* toAll(processes, "burst 250")).toEqual([many, many, many, many])
      const afterRefusal = (yield* stats).tokenRequests
      yield* Effect.sleep("6500 millis")
      expect(yield* toAll(processes, "burst 250")).toEqual([many, many, many, many])
      const { tokenRequests } = yield* stats
      say(
        `one token for 4 × 250 callers: ${atStart} request at the start (without a store ${(yield* alone.stats).tokenRequests}), ` +
          `${afterRefusal - atStart} after a 401, ${tokenRequests - afterRefusal} when it expires`
      )
      expect([atStart, afterRefusal, tokenRequests]).toEqual([1, 2, 3])
    })
  )
})
