import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as TestClock from "effect/TestClock"
import * as Emulator from "../../src/testing/emulator/Emulator.js"
import * as Faults from "../../src/testing/faults/Faults.js"
import { basic, errorViolations, type Raw, type Reply, send, sendFetch, tokenRequest } from "./emulator-utils.js"

type Send = (raw: Raw) => Effect.Effect<Reply, unknown>

/** An emulator, and requests of one of its users over one of the mountings. */
interface Mounted {
  readonly emulator: Emulator.Service
  readonly get: (path: string) => Effect.Effect<Reply, unknown>
  readonly createRoom: Effect.Effect<Reply, unknown>
  readonly login: Effect.Effect<Reply, unknown>
}

const mounted = (emulator: Emulator.Service, send: Send): Effect.Effect<Mounted> =>
  Effect.gen(function* () {
    const token = yield* emulator.issueToken((yield* emulator.addUser()).id)
    return {
      emulator,
      get: (path) => send({ path: `/api/v2/chats${path}`, token }),
      createRoom: send({ method: "POST", path: "/api/v2/chats/rooms", token, body: { subject: "S" } }),
      login: send(tokenRequest({ grant_type: "client_credentials" }, basic(emulator.clientId, emulator.clientSecret)))
    }
  })

const inMemory = (faults: Faults.Faults) =>
  Effect.flatMap(Emulator.make({ faults }), (emulator) => mounted(emulator, (raw) => send(emulator, raw)))

const onServer = (faults: Faults.Faults) =>
  Effect.flatMap(Layer.build(Emulator.layerServer({ faults })), (context) => {
    const emulator = Context.get(context, Emulator.Emulator)
    return mounted(emulator, (raw) => sendFetch(emulator.url, raw))
  })

const codes = (error: unknown): ReadonlyArray<unknown> =>
  Predicate.isRecord(error) ? [error["code"], ...codes(error["cause"]), ...codes(error["error"])] : []

const outcome = (effect: Effect.Effect<Reply, unknown>) =>
  Effect.match(effect, {
    onSuccess: ({ status }) => status,
    onFailure: (error) => codes(error).find(Predicate.isString)
  })

for (const [where, mount] of [
  ["in memory", inMemory],
  ["on a server", onServer]
] as const) {
  describe(where, () => {
    const withFaults = (
      name: string,
      faults: Faults.Faults,
      test: (mounted: Mounted) => Effect.Effect<void, unknown>
    ) => it.scopedLive(name, () => Effect.flatMap(mount(faults), test))

    withFaults(
      "a script, in order, then nothing",
      Faults.script([Faults.status(429, { retryAfter: 2 }), Faults.status(503), Faults.pass, Faults.html(504)]),
      ({ get }) =>
        Effect.gen(function* () {
          const limited = yield* get("/settings")
          expect([limited.status, limited.headers["retry-after"], errorViolations(limited)]).toEqual([429, "2", []])
          expect(limited.json.message).toContain("[2] seconds")
          const unavailable = yield* get("/settings")
          expect([unavailable.status, errorViolations(unavailable)]).toEqual([503, []])
          expect((yield* get("/settings")).status).toBe(200)
          const html = yield* get("/settings")
          expect([html.status, html.headers["content-type"], html.json]).toEqual([504, "text/html", undefined])
          expect(html.text).toContain("<html>")
          expect((yield* get("/settings")).status).toBe(200)
        })
    )

    withFaults(
      "any status, body and headers",
      Faults.script([
        Faults.status(418, { body: "teapot", headers: { "x-a": "b", "content-type": "text/plain" } }),
        Faults.status(400, { body: ["x"] }),
        Faults.status(204),
        Faults.status(503, { retryAfter: "Wed, 21 Oct 2026 07:28:00 GMT" }),
        Faults.status(500, { body: "" })
      ]),
      ({ get }) =>
        Effect.gen(function* () {
          const teapot = yield* get("/settings")
          expect([teapot.status, teapot.text, teapot.headers["x-a"]]).toEqual([418, "teapot", "b"])
          expect((yield* get("/settings")).json).toEqual(["x"])
          const empty = yield* get("/settings")
          expect([empty.status, empty.text]).toEqual([204, ""])
          expect((yield* get("/settings")).headers["retry-after"]).toBe("Wed, 21 Oct 2026 07:28:00 GMT")
          expect((yield* get("/settings")).text).toBe("")
        })
    )

    withFaults(
      "before: nothing happened; after: it happened and the reply is lost",
      Faults.script([
        Faults.status(504),
        Faults.status(504, { when: "after" }),
        Faults.html(502, { when: "after" }),
        Faults.reset("before"),
        Faults.reset("after"),
        Faults.refuse
      ]),
      ({ createRoom, emulator }) =>
        Effect.gen(function* () {
          const lost = where === "in memory" ? "ECONNREFUSED" : "ECONNRESET"
          for (const expected of [504, 504, 502, "ECONNRESET", "ECONNRESET", lost]) {
            // undici names a connection that ends UND_ERR_SOCKET
            const actual = yield* outcome(createRoom)
            expect(actual === "UND_ERR_SOCKET" ? "ECONNRESET" : actual).toBe(expected)
          }
          expect((yield* emulator.requests).map(({ processedStatus }) => processedStatus)).toEqual([
            undefined,
            200,
            200,
            undefined,
            200,
            undefined
          ])
          expect((yield* emulator.requests).map(({ status }) => status)).toEqual([
            504,
            504,
            502,
            undefined,
            undefined,
            undefined
          ])
        })
    )

    withFaults(
      "truncated JSON and a wrong content type",
      Faults.script([Faults.truncate(5), Faults.contentType("text/plain"), Faults.truncate(0)]),
      ({ get }) =>
        Effect.gen(function* () {
          const cut = yield* get("/settings")
          expect([cut.status, cut.text, cut.headers["content-length"]]).toEqual([200, '{"mes', "5"])
          const text = yield* get("/settings")
          expect(text.headers["content-type"]).toBe("text/plain")
          expect(text.json).toMatchObject({ reactionsEnabled: true })
          expect((yield* get("/settings")).text).toBe("")
        })
    )

    withFaults(
      "a reset in the body",
      Faults.script([Faults.reset("body", { bytes: 7 }), Faults.reset("body")]),
      ({ get, emulator }) =>
        Effect.gen(function* () {
          expect(yield* outcome(get("/settings"))).toMatch(/ECONNRESET|UND_ERR_SOCKET/)
          expect(yield* outcome(get("/settings"))).toMatch(/ECONNRESET|UND_ERR_SOCKET/)
          expect((yield* emulator.requests).map(({ status }) => status)).toEqual([200, 200])
        })
    )

    withFaults(
      "stalls end when the caller gives up",
      Faults.script([Faults.stall(), Faults.stall("headers", { when: "after" }), Faults.stall("body", { bytes: 3 })]),
      ({ createRoom, emulator, get }) =>
        Effect.gen(function* () {
          for (const request of [createRoom, createRoom, get("/settings")]) {
            expect(Option.isNone(yield* Effect.timeoutOption(request, "60 millis"))).toBe(true)
          }
          expect((yield* emulator.requests).map(({ processedStatus, status }) => [processedStatus, status])).toEqual([
            [undefined, undefined],
            [200, undefined],
            [200, 200]
          ])
          expect((yield* get("/settings")).status).toBe(200)
        })
    )

    withFaults(
      "a slow body and a delay",
      Faults.script([
        Faults.slowBody("1 millis"),
        Faults.delay("50 millis"),
        Faults.delay("50 millis", Faults.status(503))
      ]),
      ({ get }) =>
        Effect.gen(function* () {
          const [slow, reply] = yield* Effect.timed(get("/settings"))
          expect(reply.json).toEqual({ messageRetentionPeriodDays: 365, reactionsEnabled: true })
          expect(Duration.toMillis(slow)).toBeGreaterThanOrEqual(reply.text.length * 0.8)
          const [delayed, ok] = yield* Effect.timed(get("/settings"))
          expect([ok.status, Duration.toMillis(delayed) >= 45]).toEqual([200, true])
          expect((yield* get("/settings")).status).toBe(503)
        })
    )

    withFaults(
      "replies without a body",
      Faults.script([
        Faults.truncate(1),
        Faults.contentType(),
        Faults.slowBody("1 hour"),
        Faults.stall("body"),
        Faults.reset("body")
      ]),
      ({ get, emulator }) =>
        Effect.gen(function* () {
          const token = yield* emulator.issueToken((yield* emulator.addUser()).id)
          const raw: Raw = { method: "DELETE", path: "/api/v2/chats/users/me/settings", token }
          const remove = where === "in memory" ? send(emulator, raw) : sendFetch(emulator.url, raw)
          for (let n = 0; n < 3; n++) expect((yield* remove).status).toBe(204)
          expect(Option.isNone(yield* Effect.timeoutOption(remove, "60 millis"))).toBe(true)
          expect(yield* outcome(remove)).toMatch(/ECONNRESET|UND_ERR_SOCKET/)
          expect((yield* get("/settings")).status).toBe(200)
        })
    )

    withFaults(
      "some operations only; the token endpoint only when asked for",
      Faults.combine(
        Faults.forOperation("postChatsRooms", [Faults.status(500)]),
        Faults.forOperation("token", [Faults.status(503, { body: { error: "unavailable" } })]),
        Faults.always(Faults.status(502))
      ),
      ({ createRoom, emulator, get, login }) =>
        Effect.gen(function* () {
          expect((yield* createRoom).status).toBe(500)
          expect((yield* createRoom).status).toBe(502)
          expect((yield* get("/settings")).status).toBe(502)
          expect((yield* get("/nowhere")).status).toBe(502)
          expect((yield* login).status).toBe(503)
          expect((yield* login).status).toBe(200)
          yield* emulator.setFaults(Faults.includeToken([Faults.status(500), Faults.pass, Faults.status(501)]))
          expect([(yield* login).status, (yield* get("/settings")).status, (yield* login).status]).toEqual([
            500, 200, 501
          ])
          yield* emulator.setFaults(Faults.none)
          expect((yield* get("/settings")).status).toBe(200)
        })
    )
  })
}

describe("random plans", () => {
  const plan = (seed: number) =>
    Faults.random({
      seed,
      rate: 0.4,
      faults: [{ fault: Faults.status(503), weight: 3 }, Faults.html(504, { when: "after" }), Faults.reset("after")]
    })

  const run = (faults: Faults.Faults, requests = 200) =>
    Effect.gen(function* () {
      const { emulator, get } = yield* inMemory(faults)
      for (let n = 0; n < requests; n++) yield* Effect.ignore(get("/settings"))
      return (yield* emulator.requests).map(({ fault }) => (fault === undefined ? "" : Faults.describe(fault)))
    })

  it.effect("the same seed makes the same decisions, another seed others", () =>
    Effect.gen(function* () {
      const decisions = yield* run(plan(7), 100)
      expect(decisions).toEqual(yield* run(plan(7), 100))
      expect(decisions).not.toEqual(yield* run(plan(8), 100))
    })
  )

  it.effect("strike at about their rate and weights", () =>
    Effect.gen(function* () {
      const { emulator, get } = yield* inMemory(plan(1))
      yield* emulator.setRateLimit("unlimited")
      for (let n = 0; n < 1000; n++) yield* Effect.ignore(get("/settings"))
      const faults = (yield* emulator.requests).flatMap(({ fault }) =>
        fault === undefined ? [] : [Faults.describe(fault)]
      )
      expect(faults.length / 1000).toBeCloseTo(0.4, 1)
      expect(faults.filter((fault) => fault === "503").length / faults.length).toBeCloseTo(0.6, 1)
      expect(new Set(faults)).toEqual(new Set(["503", "504 text/html after", "reset after"]))
    })
  )

  it.effect("a rate of 0 never strikes and one of 1 always does", () =>
    Effect.gen(function* () {
      const faults = [Faults.status(500)]
      expect(new Set(yield* run(Faults.random({ seed: 1, rate: 0, faults }), 50))).toEqual(new Set([""]))
      expect(new Set(yield* run(Faults.random({ seed: 1, rate: 1, faults }), 50))).toEqual(new Set(["500"]))
    })
  )

  it.effect("requests that a plan is not for do not move it on", () =>
    Effect.gen(function* () {
      const faults = Faults.forOperation("postChatsRooms", plan(3))
      const decisions = (between: number) =>
        Effect.gen(function* () {
          const { createRoom, emulator, get } = yield* inMemory(faults)
          for (let n = 0; n < 30; n++) {
            yield* Effect.ignore(createRoom)
            for (let k = 0; k < between; k++) yield* Effect.ignore(get("/settings"))
          }
          return (yield* emulator.requests)
            .filter(({ operation }) => operation === "postChatsRooms")
            .map(({ fault }) => fault?._tag)
        })
      expect(yield* decisions(0)).toEqual(yield* decisions(3))
    })
  )

  it.effect("a fork goes on from the same place", () =>
    Effect.gen(function* () {
      const { emulator, get } = yield* inMemory(Faults.combine(Faults.script([Faults.status(500)]), plan(5)))
      yield* get("/settings")
      const fork = yield* emulator.fork
      const rest = (service: Emulator.Service) =>
        Effect.gen(function* () {
          yield* service.clearRequests
          for (let n = 0; n < 20; n++) yield* Effect.ignore(send(service, { path: "/api/v2/chats/settings" }))
          return (yield* service.requests).map(({ fault }) => fault?._tag)
        })
      expect(yield* rest(fork)).toEqual(yield* rest(emulator))
    })
  )

  it("print themselves with their seed", () => {
    expect(String(plan(42))).toBe(
      "Faults.random({ seed: 42, rate: 0.4, faults: [503 × 3, 504 text/html after, reset after] })"
    )
    const nested = Faults.combine(Faults.none, Faults.forOperation(["getChatsRoom"], Faults.includeToken(plan(42))))
    expect(Faults.seedOf(nested)).toEqual(Option.some(42))
    expect(`${nested}`).toContain("seed: 42")
    expect(Faults.seedOf(Faults.script([Faults.status(500)]))).toEqual(Option.none())
  })
})

it("plans and faults print themselves", () => {
  const faults = [
    Faults.pass,
    Faults.status(429, { retryAfter: 2 }),
    Faults.refuse,
    Faults.reset(),
    Faults.reset("body", { bytes: 4 }),
    Faults.stall(),
    Faults.stall("body"),
    Faults.slowBody("1 seconds"),
    Faults.truncate(9),
    Faults.contentType(),
    Faults.delay("2 seconds", Faults.html(502))
  ]
  expect(faults.map(Faults.describe)).toEqual([
    "pass",
    "429 retry-after 2",
    "refuse",
    "reset before",
    "reset body at 4",
    "stall before",
    "stall body at 0",
    "slow body 1s",
    "truncate at 9",
    "content type text/html",
    "delay 2s, 502 text/html"
  ])
  expect(String(Faults.script([Faults.pass, Faults.reset()]))).toBe("Faults.script([pass, reset before])")
  expect(String(Faults.always(Faults.status(500)))).toBe("Faults.always(500)")
  expect(String(Faults.none)).toBe("Faults.none")
})

describe("under TestClock", () => {
  it.effect("delays and slow bodies follow it", () =>
    Effect.gen(function* () {
      const { get } = yield* inMemory(Faults.script([Faults.delay("1 hour"), Faults.slowBody("1 minute")]))
      const delayed = yield* Effect.fork(get("/settings"))
      yield* TestClock.adjust("59 minutes")
      expect(delayed.unsafePoll()).toBeNull()
      yield* TestClock.adjust("1 minute")
      expect((yield* Fiber.join(delayed)).status).toBe(200)
      const slow = yield* Effect.fork(get("/settings"))
      // the body is read outside of Effect, so each byte takes a turn of the event loop too
      for (let n = 0; n < 70 && slow.unsafePoll() === null; n++) {
        yield* TestClock.adjust("1 minute")
        yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
      }
      expect((yield* Fiber.join(slow)).status).toBe(200)
    })
  )

  it.effect("a stall is interrupted with its fiber", () =>
    Effect.gen(function* () {
      const { get } = yield* inMemory(Faults.always(Faults.stall()))
      const fiber = yield* Effect.fork(get("/settings"))
      yield* Effect.yieldNow()
      const exit = yield* Fiber.interrupt(fiber)
      expect(exit._tag === "Failure" && Cause.isInterruptedOnly(exit.cause)).toBe(true)
    })
  )
})
