import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import { FlowControl, Metrics } from "effect-genesys-chats"
import { counted, ok, refusedFor, request, send } from "../utils/flow.js"
import { inVirtualTime } from "../utils/virtualTime.js"

const storeOf = (options?: FlowControl.StoreOptions) =>
  Effect.map(Layer.build(FlowControl.storeMemory(options)), (context) => Context.get(context, FlowControl.Store))

const flowOver = (store: FlowControl.StoreService, options?: FlowControl.Options) =>
  Effect.provideService(FlowControl.make(options), FlowControl.Store, store)

const times = (count: number) => Array.from({ length: count }, (_, i) => i)

/** A service that counts in windows which begin with a request, and takes 50 ms for a reply. */
const makeServer = (options: { readonly allowed: number; readonly window: number; readonly headers: boolean }) => {
  const windows: Array<{ readonly start: number; served: number; refused: number }> = []
  const serve = Effect.gen(function* () {
    yield* Effect.sleep(25)
    const now = yield* Clock.currentTimeMillis
    const last = windows[windows.length - 1]
    const window = last && now < last.start + options.window ? last : { start: now, served: 0, refused: 0 }
    if (window !== last) windows.push(window)
    const isRefused = window.served >= options.allowed
    if (isRefused) window.refused++
    else window.served++
    const reset = window.start + options.window - now
    const limit = options.headers ? { count: window.served, allowed: options.allowed, reset } : undefined
    yield* Effect.sleep(25)
    return { refused: isRefused, retryAfter: isRefused ? reset : undefined, limit }
  })
  return { serve, windows }
}

/** A fleet of so many processes with 16 fibers each, until a time. */
const fleet = (
  flows: ReadonlyArray<FlowControl.Service>,
  serve: Effect.Effect<FlowControl.Observation>,
  until: number
) =>
  Effect.forEach(
    flows.flatMap((flow) => times(16).map(() => flow)),
    (flow) => Effect.repeat(send(flow, serve), { until: (at) => at >= until }),
    { concurrency: "unbounded", discard: true }
  )

describe("a store in memory", () => {
  it.scoped("begins a window with a probe whose reply anchors it", () =>
    Effect.gen(function* () {
      const store = yield* storeOf({ allowed: 5, window: "3 seconds" })
      expect(yield* store.take(10)).toMatchObject({ granted: 1, window: 1 })
      expect(yield* store.take(10)).toMatchObject({ granted: 0, millis: 10 })
      yield* Effect.sleep("100 millis")
      yield* store.tell(1, ok)
      expect(yield* store.take(10)).toEqual({ granted: 4, window: 1, millis: 3000 })
      expect(yield* store.take(1)).toEqual({ granted: 0, window: 1, millis: 3000 })
      yield* store.giveBack(1, 2)
      expect(yield* store.take(10)).toMatchObject({ granted: 2 })
      yield* Effect.sleep("3 seconds")
      expect(yield* store.take(10)).toMatchObject({ granted: 1, window: 2 })
      // a late word of the window before changes nothing
      yield* store.tell(1, counted(300, 300, 60))
      yield* store.giveBack(1, 4)
      expect(yield* store.take(10)).toMatchObject({ granted: 0, millis: 10 })
    }).pipe(inVirtualTime)
  )

  it.scoped("takes in what others use, and closes for all", () =>
    Effect.gen(function* () {
      const store = yield* storeOf()
      yield* store.take(1)
      yield* store.tell(1, counted(170, 180, 30))
      expect(yield* store.take(100)).toEqual({ granted: 10, window: 1, millis: 30_000 })
      yield* store.tell(1, refusedFor(42))
      expect(yield* store.take(1)).toEqual({ granted: 0, window: 1, millis: 42_000 })
      yield* Effect.sleep("42 seconds")
      expect(yield* store.take(10)).toMatchObject({ granted: 1, window: 2 })
    }).pipe(inVirtualTime)
  )

  it.scoped("lets another probe where the first stalls", () =>
    Effect.gen(function* () {
      const store = yield* storeOf({ probe: "1 second" })
      yield* store.take(1)
      yield* Effect.sleep("999 millis")
      expect(yield* store.take(1)).toMatchObject({ granted: 0, millis: 1 })
      yield* Effect.sleep(1)
      // of the same window, in which both may have been counted
      expect(yield* store.take(1)).toMatchObject({ granted: 1, window: 1 })
      yield* store.tell(1, ok)
      expect(yield* store.take(1_000)).toMatchObject({ granted: 298, window: 1 })
    }).pipe(inVirtualTime)
  )

  it.scoped("lets another probe at once where the first gives its place back", () =>
    Effect.gen(function* () {
      const store = yield* storeOf()
      yield* store.take(1)
      yield* store.giveBack(1, 1)
      expect(yield* store.take(1)).toMatchObject({ granted: 1, window: 1 })
    }).pipe(inVirtualTime)
  )
})

describe("flow controls of one store", () => {
  const weather = [
    { headers: true, lag: 0 },
    { headers: false, lag: 0 },
    // every process is late with all that it does, by up to so many milliseconds
    { headers: false, lag: 40 }
  ]
  for (const { headers, lag } of weather) {
    const title = `${headers ? "with" : "without"} headers${lag > 0 ? `, late by up to ${lag} ms` : ""}`
    it.scoped(`four of 16 fibers use all of the limit, and no more, ${title}`, () =>
      Effect.gen(function* () {
        const memory = yield* storeOf({ allowed: 300, window: "3 seconds" })
        const server = makeServer({ allowed: 300, window: 3000, headers })
        let turn = 0
        const late = Effect.suspend(() => (lag === 0 ? Effect.void : Effect.sleep(lag * ((turn++ % 5) / 4))))
        const lately = <A, E>(step: Effect.Effect<A, E>) => Effect.zipLeft(Effect.zipRight(late, step), late)
        const store: FlowControl.StoreService = {
          take: (wanted) => lately(memory.take(wanted)),
          tell: (window, reply) => lately(memory.tell(window, reply)),
          giveBack: memory.giveBack
        }
        const flows = yield* Effect.forEach(times(4), () => flowOver(store))
        yield* fleet(flows, lately(server.serve), 12_000)
        const whole = server.windows.slice(1, 4)
        expect(whole.length).toBe(3)
        for (const [i, { refused, served, start }] of whole.entries()) {
          expect(served).toBeGreaterThanOrEqual(294)
          expect(refused).toBeLessThanOrEqual(1)
          // a window begins when the one before is over: with the reply of a probe, its word, a lease and a request
          const next = server.windows[i + 2]?.start ?? Infinity
          expect(next - start - 3000).toBeLessThanOrEqual(60 + 4 * lag)
        }
      }).pipe(inVirtualTime)
    )
  }

  it.scoped("ask the store once for several calls, and give back what they do not need", () =>
    Effect.gen(function* () {
      const memory = yield* storeOf()
      const asked: Array<string> = []
      const flow = yield* flowOver({
        take: (wanted) => {
          const taken = Effect.tap(memory.take(wanted), () => Effect.sync(() => asked.push(`take ${wanted}`)))
          return Effect.zipRight(Effect.yieldNow(), taken)
        },
        tell: (window, reply) =>
          Effect.zipRight(
            Effect.sync(() => asked.push("tell")),
            memory.tell(window, reply)
          ),
        giveBack: (window, count) =>
          Effect.zipRight(
            Effect.sync(() => asked.push(`give back ${count}`)),
            memory.giveBack(window, count)
          )
      })
      for (const i of times(16)) yield* send(flow, counted(i + 1, 300, 60))
      yield* Effect.sleep("1 second")
      // more and more while they are used up at once
      expect(asked.filter((one) => one.startsWith("take"))).toEqual(["take 1", "take 2", "take 4", "take 8", "take 10"])
      expect(asked[asked.length - 1]).toBe("give back 9")
      // who calls now and then takes one at a time, and all that wait are served at once
      asked.length = 0
      for (const _ of times(3)) yield* Effect.zipRight(Effect.sleep("2 seconds"), send(flow, ok))
      expect(asked.filter((one) => one.startsWith("take"))).toEqual(["take 1", "take 1", "take 1"])
      yield* Effect.sleep("2 seconds")
      asked.length = 0
      yield* Effect.forEach(times(8), () => send(flow, ok), { concurrency: "unbounded" })
      expect(asked.filter((one) => one.startsWith("take"))).toEqual(["take 1", "take 7"])
      // of a small limit, one at a time
      asked.length = 0
      yield* Effect.sleep("1 minute")
      for (const i of times(3)) yield* send(flow, counted(i + 1, 20, 60))
      expect(asked.filter((one) => one.startsWith("take")).slice(1)).toEqual(["take 1", "take 1"])
    }).pipe(inVirtualTime)
  )

  it.scoped("are closed together by a refusal", () =>
    Effect.gen(function* () {
      const store = yield* storeOf()
      const [one, two] = yield* Effect.all([flowOver(store), flowOver(store)])
      yield* send(one, counted(1, 300, 60))
      yield* Effect.sleep(1)
      yield* send(one, refusedFor(20, { count: 300, allowed: 300, reset: 20_000 }))
      yield* Effect.sleep(1)
      expect(yield* Effect.flip(send(one, ok, { patience: Duration.seconds(5) }))).toMatchObject({ _tag: "TooLong" })
      expect(yield* send(two, ok)).toBeGreaterThanOrEqual(20_000)
    }).pipe(inVirtualTime)
  )

  it.scoped("tell neither an operation's own limit nor a closure without end", () =>
    Effect.gen(function* () {
      const store = yield* storeOf()
      const [one, two] = yield* Effect.all([flowOver(store), flowOver(store)])
      const post = { operation: "postChatsRoomMessages", method: "POST" }
      yield* send(one, refusedFor(100, { count: 12, allowed: 300, reset: 60_000 }), post)
      yield* Effect.sleep("1 second")
      expect(yield* send(two, ok, post)).toBeLessThan(1100)
      yield* send(one, counted(300, 300, 60_000))
      yield* Effect.sleep(1)
      expect(yield* send(two, ok)).toBeLessThanOrEqual(301_100)
    }).pipe(inVirtualTime)
  )

  it.scoped("stop using a lease when others have used up the limit", () =>
    Effect.gen(function* () {
      const flow = yield* flowOver(yield* storeOf())
      yield* send(flow, counted(1, 300, 30))
      yield* Effect.sleep(1)
      yield* send(flow, counted(300, 300, 30))
      yield* Effect.sleep(1)
      expect(yield* Effect.flip(send(flow, ok, { patience: Duration.seconds(20) }))).toMatchObject({ _tag: "TooLong" })
      expect(yield* send(flow, ok)).toBeGreaterThanOrEqual(30_000)
    }).pipe(inVirtualTime)
  )

  it.scoped("keep patience and deadlines while the store is closed", () =>
    Effect.gen(function* () {
      const store = yield* storeOf()
      const flow = yield* flowOver(store)
      yield* store.take(1)
      yield* store.tell(1, refusedFor(100))
      const refusals = yield* Effect.all(
        [
          Effect.timed(Effect.flip(send(flow, ok, { patience: Duration.seconds(5) }))),
          Effect.timed(Effect.flip(send(flow, ok, { timeLeft: Duration.seconds(5) })))
        ],
        { concurrency: "unbounded" }
      )
      expect(refusals.map(([waited, { _tag }]) => [Duration.toMillis(waited), _tag])).toEqual([
        [0, "TooLong"],
        [0, "DeadlineTooNear"]
      ])
    }).pipe(inVirtualTime)
  )
})

it.scoped("a permit that is given back after its window was refused lets nobody into that window", () =>
  Effect.gen(function* () {
    let granted = 2
    const flow = yield* flowOver({
      take: () =>
        Effect.sync(() => {
          const lease = { granted, millis: 60_000, window: 1 }
          granted = 0
          return lease
        }),
      tell: () => Effect.void,
      giveBack: () => Effect.void
    })
    const waiting = yield* Effect.forEach([1, 2], () => Effect.fork(flow.acquire(request())))
    const [one, other] = yield* Effect.forEach(waiting, Fiber.join)
    if (one === undefined || other?.giveBack === undefined) throw new Error("there are no permits to give back")
    yield* Effect.zipRight(one.observe(refusedFor(60)), one.release)
    yield* other.giveBack
    expect((yield* Effect.flip(send(flow, ok, { patience: Duration.seconds(1) })))._tag).toBe("TooLong")
  }).pipe(inVirtualTime)
)

describe("a store that is away", () => {
  it.scoped("uses up nothing of the process's share by what is not sent", () =>
    Effect.gen(function* () {
      let isAway = false
      const take = Effect.suspend(() =>
        isAway
          ? Effect.fail(new FlowControl.StoreError({ cause: "away" }))
          : Effect.succeed({ granted: 1, millis: 10_000, window: 1 })
      )
      const flow = yield* flowOver({ take: () => take, tell: () => Effect.void, giveBack: () => Effect.void })
      yield* Effect.forEach(times(4), () => send(flow, ok))
      yield* send(flow, refusedFor(5))
      isAway = true
      yield* send(flow, ok)
      yield* Effect.sleep("2 minutes")
      const began = yield* Clock.currentTimeMillis
      for (let i = 0; i < 12; i++) {
        const { giveBack } = yield* flow.acquire(request())
        yield* giveBack ?? Effect.die("it cannot be given back")
      }
      yield* Effect.forEach(times(3), () => flow.acquire(request()))
      expect(yield* Clock.currentTimeMillis).toBe(began)
    }).pipe(inVirtualTime)
  )

  for (const headers of [false, true]) {
    it.scoped(`from a limit that was used up leaves each its share${headers ? ", with headers" : ""}`, () =>
      Effect.gen(function* () {
        const memory = yield* storeOf({ allowed: 300, window: "3 seconds" })
        const server = makeServer({ allowed: 300, window: 3000, headers })
        let isAway = false
        const away = new FlowControl.StoreError({ cause: "away" })
        const store: FlowControl.StoreService = {
          take: (wanted) => Effect.suspend(() => (isAway ? Effect.fail(away) : memory.take(wanted))),
          tell: (window, reply) => Effect.suspend(() => (isAway ? Effect.fail(away) : memory.tell(window, reply))),
          giveBack: (window, count) => memory.giveBack(window, count)
        }
        const flows = yield* Effect.forEach(times(4), () => flowOver(store))
        const disturbed = Effect.gen(function* () {
          yield* Effect.sleep("10 seconds")
          isAway = true
          yield* Effect.sleep("10 seconds")
          isAway = false
        })
        yield* Effect.all([fleet(flows, server.serve, 40_000), disturbed], { concurrency: "unbounded" })
        const whole = server.windows.slice(1, -1)
        expect(whole.length).toBeGreaterThanOrEqual(11)
        for (const { refused, served } of whole) {
          expect(served).toBeGreaterThanOrEqual(200)
          // one a process asks whether there is more; with headers, nobody knows of the shares of those still away
          expect(refused).toBeLessThanOrEqual(headers ? 64 : 8)
        }
        const sum = (of: (window: (typeof whole)[number]) => number) => whole.reduce((all, one) => all + of(one), 0)
        expect(sum(({ served }) => served)).toBeGreaterThanOrEqual(0.95 * 300 * whole.length)
        expect(sum(({ refused }) => refused)).toBeLessThanOrEqual(headers ? 80 : 24)
        for (const { refused } of whole.slice(-4)) expect(refused).toBeLessThanOrEqual(1)
      }).pipe(inVirtualTime)
    )
  }

  it.scoped("is one whose answers are no leases, or which throws", () =>
    Effect.gen(function* () {
      const memory = yield* storeOf()
      const answers: ReadonlyArray<() => Effect.Effect<FlowControl.Lease>> = [
        () => Effect.succeed({ granted: Number.NaN, window: 1, millis: 1000 }),
        () => Effect.succeed({ granted: 0.5, window: 1, millis: 1000 }),
        () => Effect.succeed({ granted: -3, window: 1, millis: 1000 }),
        () => Effect.succeed({ granted: 0, window: 1, millis: Number.NaN }),
        () => Effect.succeed({ granted: 1, window: Number.NaN, millis: 1000 }),
        () => Effect.succeed({ granted: 1, window: 1, millis: 0 }),
        () => Effect.succeed({ granted: 1, window: 1, millis: -1000 }),
        () => {
          throw new Error("a bug")
        }
      ]
      for (const take of answers) {
        const failures = yield* Metric.value(Metrics.storeFailures)
        const flow = yield* flowOver({ ...memory, take })
        const begun = yield* Clock.currentTimeMillis
        expect(yield* send(flow, ok)).toBeLessThanOrEqual(begun + 10)
        expect((yield* Metric.value(Metrics.storeFailures)).count).toBe(failures.count + 1)
      }
    }).pipe(inVirtualTime)
  )

  it.scoped("and begins anew is told of its own windows, whose numbers are smaller", () =>
    Effect.gen(function* () {
      let memory = yield* storeOf()
      const flow = yield* flowOver({
        take: (wanted) => memory.take(wanted),
        tell: (window, reply) => memory.tell(window, reply),
        giveBack: (window, count) => memory.giveBack(window, count)
      })
      yield* Effect.forEach(times(3), () => Effect.zipRight(send(flow, ok), Effect.sleep("2 minutes")))
      memory = yield* storeOf()
      const begun = yield* Clock.currentTimeMillis
      const sent = yield* Effect.forEach(times(30), () => send(flow, Effect.delay(Effect.succeed(ok), 10)))
      expect(Math.max(...sent) - begun).toBeLessThan(1000)
    }).pipe(inVirtualTime)
  )

  it.scoped("grants nothing of a window that was refused while the lease was on its way", () =>
    Effect.gen(function* () {
      const memory = yield* storeOf()
      let isSlow = false
      const slowly: FlowControl.StoreService = {
        ...memory,
        take: (wanted) => Effect.delay(memory.take(wanted), isSlow ? "200 millis" : 0),
        tell: () => Effect.void
      }
      const flow = yield* flowOver(slowly, { lease: 1 })
      yield* send(flow, ok)
      yield* memory.tell(1, ok)
      isSlow = true
      const begun = yield* Clock.currentTimeMillis
      // the lease of the second is on its way as the first is refused
      const first = yield* Effect.fork(send(flow, Effect.delay(Effect.succeed(refusedFor(20)), "150 millis")))
      yield* Effect.sleep("210 millis")
      const second = yield* Effect.fork(send(flow, ok))
      yield* Fiber.join(first)
      expect((yield* Fiber.join(second)) - begun).toBeGreaterThanOrEqual(20_000)
    }).pipe(inVirtualTime)
  )

  const broken: ReadonlyArray<readonly [string, FlowControl.StoreService["take"], number]> = [
    ["fails", () => Effect.fail(new FlowControl.StoreError({ cause: "connection refused" })), 0],
    ["dies", () => Effect.die("a bug"), 0],
    ["hangs", () => Effect.never, 1000],
    ["hangs where it cannot be interrupted", () => Effect.uninterruptible(Effect.never), 1000]
  ]
  for (const [how, take, holds] of broken) {
    it.scoped(`and ${how} holds calls no longer than its timeout; it is taken up again by itself`, () =>
      Effect.gen(function* () {
        const memory = yield* storeOf()
        const logged: Array<string> = []
        let isAway = false
        let taken = 0
        const failures = yield* Metric.value(Metrics.storeFailures)
        yield* Effect.gen(function* () {
          const flow = yield* flowOver({
            ...memory,
            take: (wanted) => {
              taken++
              return isAway ? take(wanted) : memory.take(wanted)
            }
          })
          yield* send(flow, counted(1, 300, 60))
          yield* Effect.sleep("10 seconds")
          isAway = true
          const begin = yield* Clock.currentTimeMillis
          const sent = yield* Effect.forEach(times(20), () => send(flow, Effect.delay(Effect.succeed(ok), 10)), {
            concurrency: "unbounded"
          })
          expect(Math.max(...sent) - begin).toBeLessThanOrEqual(holds + 100)
          // one warning, whoever asks
          yield* Effect.sleep("5 seconds")
          yield* send(flow, ok)
          yield* Effect.sleep("2 seconds")
          expect(logged.length).toBe(1)
          isAway = false
          yield* Effect.sleep("1 minute")
          yield* send(flow, ok)
          yield* Effect.sleep("1 second")
          const before = taken
          yield* Effect.forEach(times(20), () => send(flow, ok))
          expect(taken - before).toBeGreaterThan(0)
          expect(logged).toEqual([expect.stringContaining("cannot be reached"), expect.stringContaining("used again")])
        }).pipe(
          Effect.provide(
            Logger.replace(
              Logger.defaultLogger,
              Logger.make(({ message }) => void logged.push(String(message)))
            )
          )
        )
        expect((yield* Metric.value(Metrics.storeFailures)).count).toBeGreaterThan(failures.count)
      }).pipe(inVirtualTime)
    )
  }

  it.scoped("leaves the limit that the process knows itself", () =>
    Effect.gen(function* () {
      const store = yield* storeOf()
      const flow = yield* flowOver({ ...store, take: () => Effect.fail(new FlowControl.StoreError({ cause: "away" })) })
      yield* send(flow, counted(20, 20, 3))
      expect(yield* send(flow, ok)).toBe(3000)
    }).pipe(inVirtualTime)
  )

  it.scoped("gets back what is left of a lease when the layer is closed", () =>
    Effect.gen(function* () {
      const store = yield* storeOf({ allowed: 10 })
      yield* store.take(1)
      yield* store.tell(1, ok)
      yield* Effect.scoped(Effect.flatMap(flowOver(store, { lease: 5 }), (flow) => flow.acquire(request())))
      expect(yield* store.take(10)).toMatchObject({ granted: 8 })
    }).pipe(inVirtualTime)
  )

  it.scoped("holds up the end of the layer no longer than it may take, though it cannot be interrupted", () =>
    Effect.gen(function* () {
      const store = yield* storeOf()
      const stuck = { ...store, giveBack: () => Effect.uninterruptible(Effect.never) }
      const closed = yield* Effect.fork(
        Effect.timed(
          Effect.scoped(
            Effect.flatMap(flowOver(stuck, { lease: 5, storeTimeout: "2 seconds" }), (flow) =>
              Effect.andThen(send(flow, ok), send(flow, ok))
            )
          )
        )
      )
      yield* Effect.sleep("3 seconds")
      const exit = yield* Fiber.poll(closed)
      expect(
        Option.map(
          exit,
          Exit.map(([took]) => Duration.toMillis(took))
        )
      ).toEqual(Option.some(Exit.succeed(2000)))
    }).pipe(inVirtualTime)
  )
})
