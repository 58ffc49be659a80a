import { describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/TestClock"
import {
  Chats,
  ChatsClient,
  ChatsError,
  Credentials,
  FlowControl,
  Metrics,
  Region,
  RetryBudget,
  RoomJid
} from "effect-genesys-chats"
import { clientOver, failure, json, reply, type Scripted, sequence } from "./utils/http.js"
import { counted, gauges, seriesWith, summed } from "./utils/metrics.js"
import { wrappers } from "./utils/wrapped.js"

const room = Chats.getChatsRoom({ roomJid: RoomJid.make("adhoc-1@conference.acme.orgspan.com") })

/** Of an org that no other test has: metrics are global. */
let orgs = 0
const newOrg = () => `metrics-${++orgs}`

const limited = (count: number, allowed = 2) =>
  json(
    200,
    {},
    { "inin-ratelimit-count": String(count), "inin-ratelimit-allowed": String(allowed), "inin-ratelimit-reset": "30" }
  )

const client = (server: Scripted, org?: string, flow: Layer.Layer<FlowControl.FlowControl> = FlowControl.layer()) =>
  Effect.map(Layer.build(Layer.fresh(clientOver(server, { org, flow }))), (context) =>
    Effect.provideService(room, ChatsClient.ChatsClient, Context.get(context, ChatsClient.ChatsClient))
  )

describe("requests", () => {
  it.scoped("by endpoint, server, status and error; retries by what came before; none is under way at the end", () =>
    Effect.gen(function* () {
      const org = newOrg()
      const server = sequence(
        () => reply(503),
        () => Effect.fail(failure("ECONNRESET")),
        () => Effect.delay(Effect.succeed(json(200, {})), "40 millis")
      )
      const fiber = yield* Effect.fork(yield* client(server, org))
      yield* TestClock.adjust(0)
      expect(yield* counted(Metrics.activeRequests, { org })).toBe(0)
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      const of = { org, "http.request.method": "GET", "url.template": "/api/v2/chats/rooms/{roomJid}" }
      const there = { ...of, "server.address": "api.mypurecloud.de", "server.port": "443", client: "1", unit: "s" }
      const duration = Metrics.requestDuration
      expect(yield* counted(duration, { ...there, "http.response.status_code": "503", "error.type": "503" })).toBe(1)
      expect(
        yield* counted(duration, { ...there, "http.response.status_code": undefined, "error.type": "Reset" })
      ).toBe(1)
      const ok = { ...there, "http.response.status_code": "200", "error.type": undefined }
      expect(yield* counted(duration, ok)).toBe(1)
      expect(yield* summed(duration, ok)).toBeCloseTo(0.04)
      expect(yield* counted(duration, { org })).toBe(3)
      expect(yield* counted(Metrics.retries, { org, "error.type": "503" })).toBe(1)
      expect(yield* counted(Metrics.retries, { org, "error.type": "Reset" })).toBe(1)
      expect(yield* counted(Metrics.activeRequests, { org, "server.address": "api.mypurecloud.de" })).toBe(0)
    })
  )

  it.scoped("that are under way, until they are interrupted", () =>
    Effect.gen(function* () {
      const org = newOrg()
      const run = yield* client(
        sequence(() => Effect.never),
        org
      )
      const fibers = yield* Effect.forEach([1, 2, 3], () => Effect.fork(run))
      yield* TestClock.adjust("1 second")
      expect(yield* counted(Metrics.activeRequests, { org })).toBe(3)
      yield* Fiber.interruptAll(fibers)
      expect(yield* counted(Metrics.activeRequests, { org })).toBe(0)
      expect(yield* counted(Metrics.requestDuration, { org, "error.type": "interrupted" })).toBe(3)
    })
  )

  it.scoped("carry the tags of the call", () =>
    Effect.gen(function* () {
      const org = newOrg()
      const run = yield* client(
        sequence(
          () => reply(503),
          () => json(200, {})
        ),
        org
      )
      const fiber = yield* Effect.fork(Effect.tagMetrics(run, { team: "blue" }))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      const tagged = { org, team: "blue" }
      expect(yield* counted(Metrics.requestDuration, tagged)).toBe(2)
      expect(yield* counted(Metrics.retries, tagged)).toBe(1)
      expect(yield* seriesWith(Metrics.activeRequests, tagged)).toHaveLength(1)
      expect(yield* counted(Metrics.requestDuration, { org })).toBe(2)
    })
  )
})

describe("gauges", () => {
  it.scoped("of the limit, the queue and the budget; and the time that calls waited", () =>
    Effect.gen(function* () {
      const org = newOrg()
      const run = yield* client(
        sequence(
          () => limited(1),
          () => limited(2),
          () => limited(1)
        ),
        org
      )
      expect(yield* gauges(Metrics.retryBudget, { org })).toEqual([50])
      expect(yield* gauges(Metrics.rateLimitRemaining, { org })).toEqual([])
      yield* run
      expect(yield* gauges(Metrics.rateLimitRemaining, { org })).toEqual([1])
      expect(yield* gauges(Metrics.rateLimitAllowed, { org })).toEqual([2])
      yield* run
      expect(yield* gauges(Metrics.rateLimitRemaining, { org })).toEqual([0])
      const fiber = yield* Effect.fork(run)
      yield* TestClock.adjust("1 second")
      expect(yield* gauges(Metrics.flowWaiting, { org })).toEqual([1])
      yield* TestClock.adjust("29 seconds")
      yield* Fiber.join(fiber)
      expect(yield* gauges(Metrics.flowWaiting, { org })).toEqual([0])
      expect(yield* counted(Metrics.flowWait, { org })).toBe(1)
      expect(yield* summed(Metrics.flowWait, { org })).toBeCloseTo(30)
    })
  )

  for (const names of [["one", "other"] as const, ["same", "same"] as const, [undefined, undefined] as const]) {
    it.scoped(`of two clients are two, whatever their names: ${names.join(", ")}`, () =>
      Effect.gen(function* () {
        const [one, other] = names.map((name) => name && `${name}-${newOrg()}`.replace(/same-.*/, "same"))
        const first = yield* client(
          sequence(() => limited(1, 7)),
          one
        )
        const second = yield* client(
          sequence(() => reply(503)),
          other
        )
        yield* first
        yield* Effect.fork(Effect.ignore(second))
        yield* TestClock.adjust("1 minute")
        expect(yield* gauges(Metrics.rateLimitAllowed, { org: one, client: "1" })).toEqual([7])
        const number = one === other ? "2" : "1"
        expect((yield* gauges(Metrics.retryBudget, { org: other, client: number }))[0]).toBeLessThan(50)
        expect(yield* gauges(Metrics.retryBudget, { org: one, client: "1" })).toEqual([50])
      })
    )
  }

  it.scoped("of a flow control that clients share are each client's", () =>
    Effect.gen(function* () {
      const [one, other] = [newOrg(), newOrg()]
      const flow = Layer.succeedContext(yield* Layer.build(FlowControl.layer()))
      const server = sequence(() => limited(1))
      yield* yield* client(server, one, flow)
      const scope = yield* Scope.make()
      yield* Effect.asVoid(Scope.extend(client(server, other, flow), scope))
      // of a client that comes later as well
      expect(yield* gauges(Metrics.rateLimitRemaining, { org: other })).toEqual([1])
      yield* Scope.close(scope, Exit.void)
      yield* yield* client(
        sequence(() => limited(2)),
        one,
        flow
      )
      expect(yield* gauges(Metrics.rateLimitRemaining, { org: one, client: "1" })).toEqual([0])
      // who is gone is told no more
      expect(yield* gauges(Metrics.rateLimitRemaining, { org: other })).toEqual([1])
    })
  )

  for (const [how, wrap] of Object.entries(wrappers)) {
    it.scoped(`are those of services that are wrapped: ${how}`, () =>
      Effect.gen(function* () {
        const org = newOrg()
        const around = <I, S extends object, E, R>(tag: Context.Tag<I, S>, layer: Layer.Layer<I, E, R>) =>
          Layer.provide(Layer.effect(tag, Effect.map(tag, wrap)), layer)
        const acquire = Effect.succeed({ accessToken: Redacted.make("t0ken-1") })
        const services = Layer.mergeAll(
          around(FlowControl.FlowControl, FlowControl.layer()),
          around(RetryBudget.RetryBudget, RetryBudget.layer()),
          around(Credentials.Credentials, Layer.scoped(Credentials.Credentials, Credentials.make({ acquire })))
        )
        const Live = ChatsClient.layerWith({ org }).pipe(
          Layer.provide([services, Region.layer("eu-central-1"), sequence(() => limited(1)).layer])
        )
        yield* Effect.provide(room, Live)
        expect(yield* gauges(Metrics.rateLimitRemaining, { org })).toEqual([1])
        expect(yield* gauges(Metrics.retryBudget, { org })).toEqual([50])
        expect(yield* counted(Metrics.tokenRequests, { org })).toBe(1)
      })
    )
  }

  it.scoped("the number of a client that is closed is given out again", () =>
    Effect.gen(function* () {
      const org = newOrg()
      for (let i = 0; i < 3; i++)
        yield* Effect.scoped(
          client(
            sequence(() => limited(1)),
            org
          )
        )
      const series = yield* seriesWith(Metrics.retryBudget, { org })
      expect(series.map(({ labels }) => labels["client"])).toEqual(["1"])
    })
  )

  it.scoped("carry the tags around the client's layer", () =>
    Effect.gen(function* () {
      const org = newOrg()
      const built = client(
        sequence(() => limited(1)),
        org
      )
      yield* Effect.asVoid(Effect.tagMetrics(built, { team: "red" }))
      expect(yield* gauges(Metrics.retryBudget, { org, team: "red" })).toEqual([50])
    })
  )
})

describe("tokens", () => {
  it.scoped("requested, by the reason of a failure", () =>
    Effect.gen(function* () {
      const org = newOrg()
      let tries = 0
      const credentials = Layer.scoped(
        Credentials.Credentials,
        Credentials.make({
          acquire: Effect.suspend(() =>
            tries++ === 0
              ? Effect.fail(new ChatsError.CredentialsError({ reason: "RateLimited" }))
              : Effect.succeed({ accessToken: Redacted.make("t"), expiresIn: Duration.hours(1) })
          )
        })
      )
      const program = Effect.gen(function* () {
        yield* Effect.flip(room)
        yield* TestClock.adjust("2 minutes")
        yield* room
      })
      yield* Effect.provide(
        program,
        clientOver(
          sequence(() => json(200, {})),
          { org, credentials }
        )
      )
      expect(yield* counted(Metrics.tokenRequests, { org, "error.type": "RateLimited" })).toBe(1)
      expect(yield* counted(Metrics.tokenRequests, { org, "error.type": undefined })).toBe(1)
    })
  )
})

describe("a service of one's own", () => {
  const never = () => Effect.never
  const dies = () => Effect.dieMessage("no labels")
  const throws = () => {
    throw new Error("no labels")
  }
  it.scoped.each([never, dies, throws])("whose measureFor is odd keeps no client from being there: %o", (measureFor) =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make()
      const server = sequence(() => json(200, {}))
      const odd = Layer.succeed(FlowControl.FlowControl, { ...flow, measureFor })
      yield* Effect.flatten(client(server, newOrg(), odd))
      expect(server.requests).toHaveLength(1)
    })
  )

  for (const [what, end] of [
    ["hangs", Effect.never],
    ["hangs and cannot be interrupted", Effect.uninterruptible(Effect.never)],
    ["dies", Effect.dieMessage("no labels")]
  ] as const) {
    it.scoped(`whose measureFor adds a finalizer that ${what} does not keep a client from its end`, () =>
      Effect.gen(function* () {
        const measureFor = () => Effect.addFinalizer(() => end)
        const flow = { ...(yield* FlowControl.make()), measureFor }
        const budget = { ...(yield* RetryBudget.make()), measureFor }
        const odd = Layer.merge(
          Layer.succeed(FlowControl.FlowControl, flow),
          Layer.succeed(RetryBudget.RetryBudget, budget)
        )
        const server = sequence(() => json(200, {}))
        const closed = yield* Effect.fork(Effect.scoped(client(server, newOrg(), odd)))
        yield* TestClock.adjust("10 seconds")
        expect(yield* Fiber.poll(closed)).toMatchObject({ value: { _tag: "Success" } })
      })
    )
  }
})

describe("the table", () => {
  it("has every metric once, with a unit, and names that OpenTelemetry takes", () => {
    const metrics = Object.values(Metrics).filter((value): value is Metrics.Counter => "about" in Object(value))
    expect(metrics.map(({ about }) => about).sort(byName)).toEqual([...Metrics.table].sort(byName))
    expect(new Set(Metrics.table.map(({ name }) => name)).size).toBe(Metrics.table.length)
    for (const { name, unit } of Metrics.table) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$/)
      expect(unit).toMatch(/^(s|\{[a-z]+\})$/)
    }
  })
})

const byName = (one: Metrics.Description, other: Metrics.Description) => one.name.localeCompare(other.name)
