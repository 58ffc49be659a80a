/**
 * Fleets of real processes on real servers, in windows that are shorter than the service's. The figures are printed.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { fleet, length, report, shares, toAll } from "../utils/fleet.js"
import { database, hasPostgres, hasRedis, redisServer, stopPostgres } from "../utils/services.js"

afterAll(stopPostgres)

/** Calls that can be under way: 4 processes of 16 fibers. */
const inFlight = 64

/** A machine whose timers are late by so many milliseconds sends what a window had left into the next one. */
const late = 50

type Figures = Effect.Effect.Success<ReturnType<typeof shares>>

/**
 * What a busy machine takes away is measured, and allowed for by name: a new window needs a timer, a lease, a request,
 * and its reply, each of which may be late; and a store that had no time to answer was away.
 */
const holds = ({ filled, gap, lag, refused, storeFailures, told }: Figures) => {
  expect(told.map((one) => one?.errors)).toEqual(told.map(() => ({})))
  expect(Math.max(...refused)).toBeLessThanOrEqual(storeFailures === 0 && lag < late ? 1 : inFlight)
  expect(gap).toBeLessThanOrEqual(0.02 * length + 4 * lag)
  if (storeFailures > 0) return
  expect(filled).toBeGreaterThanOrEqual(98 - (100 * 4 * lag) / length)
  // nobody starves
  const calls = told.map((one) => one?.ok ?? 0)
  if (lag < late) expect(Math.min(...calls)).toBeGreaterThan(0.2 * Math.max(...calls))
}

describe.runIf(hasRedis)("4 processes of 16 fibers on one token", () => {
  it.scopedLive("share its limit by Redis and PostgreSQL, with headers and without", () =>
    Effect.gen(function* () {
      const { port } = yield* redisServer
      const { port: other } = yield* redisServer
      yield* shares("no store, no headers", { LIMIT: "none" })
      const shared = yield* Effect.all(
        [
          shares("Redis, headers", { LIMIT: "redis", REDIS_PORT: String(port), HEADERS: "1" }),
          shares("Redis, no headers", { LIMIT: "redis", REDIS_PORT: String(other) }),
          ...(hasPostgres
            ? [shares("PostgreSQL, no headers", { LIMIT: "postgres", DATABASE_URL: yield* database })]
            : [])
        ],
        { concurrency: 2 }
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
          return report("a process killed", yield* stats, told)
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
            return report(title, yield* stats, told)
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
        if (one.storeFailures === 0) {
          expect(one.filled).toBeGreaterThanOrEqual(95 - (100 * 4 * one.lag) / length)
          expect(Math.max(...one.refused)).toBeLessThanOrEqual(one.lag < late ? 1 : inFlight)
        }
        for (const { lag, refused, told } of [hung, dead]) {
          expect(told.map((one) => one?.errors)).toEqual(told.map(() => ({})))
          // without the store each asks whether there is more; when it is back, some do not know yet
          expect(Math.max(...refused)).toBeLessThanOrEqual(inFlight)
          if (lag < late) expect(refused[refused.length - 1]).toBeLessThanOrEqual(1)
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
      // @effect-diagnostics-next-line globalFetchInEffect:off
      yield* Effect.promise(() => fetch(`${url}/revoke`))
      expect(yield* toAll(processes, "burst 250")).toEqual([many, many, many, many])
      const afterRefusal = (yield* stats).tokenRequests
      yield* Effect.sleep("6500 millis")
      expect(yield* toAll(processes, "burst 250")).toEqual([many, many, many, many])
      const { tokenRequests } = yield* stats
      process.stdout.write(
        `one token for 4 × 250 callers: ${atStart} request at the start (without a store ${(yield* alone.stats).tokenRequests}), ` +
          `${afterRefusal - atStart} after a 401, ${tokenRequests - afterRefusal} when it expires\n`
      )
      expect([atStart, afterRefusal, tokenRequests]).toEqual([1, 2, 3])
    })
  )
})
