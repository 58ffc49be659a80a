import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { FlowControl } from "effect-genesys-chats"
import { counted, ok, refusedFor, request, send } from "../utils/flow.js"
import { inVirtualTime, withDateThatJumps } from "../utils/virtualTime.js"

const soon = (reply: FlowControl.Observation, takes: Duration.DurationInput = "100 millis") =>
  Effect.delay(Effect.succeed(reply), takes)

const times = (count: number) => Array.from({ length: count }, (_, i) => i)

/** Sends many at a time; gives when each was sent, in order. */
const sendAll = (
  flow: FlowControl.Service,
  count: number,
  reply: (i: number) => Effect.Effect<FlowControl.Observation>
) =>
  Effect.forEach(times(count), (i) => send(flow, reply(i)), { concurrency: "unbounded" }).pipe(
    Effect.map((at) => at.sort((a, b) => a - b))
  )

describe("the machine's date", () => {
  for (const jump of [-3_600_000, 3_600_000]) {
    it.scoped(`jumps by ${jump} ms, and no wait is longer or shorter`, () =>
      withDateThatJumps((jumpBy) =>
        Effect.gen(function* () {
          const flow = yield* FlowControl.make({ requestsPerMinute: 300 })
          yield* send(flow, counted(300, 300, 2))
          const waiter = yield* Effect.fork(Effect.timed(send(flow, ok, { patience: Duration.seconds(3) })))
          yield* Effect.sleep("500 millis")
          yield* jumpBy(jump)
          const late = yield* Effect.timed(send(flow, ok, { patience: Duration.seconds(3) }))
          const [first] = yield* Fiber.join(waiter)
          expect(Duration.toMillis(first)).toBe(2000)
          expect(Duration.toMillis(late[0])).toBe(1500)
          expect((yield* flow.status.get).closedFor).toEqual(Duration.zero)
        })
      ).pipe(inVirtualTime)
    )
  }
})

describe("a request that stalls", () => {
  it.scoped("holds nobody once its window is over", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make()
      yield* send(flow, soon(counted(1, 20, 3)))
      yield* Effect.forEach(times(18), (i) => send(flow, counted(i + 2, 20, 3)))
      yield* Effect.fork(send(flow, Effect.never))
      const at = yield* sendAll(flow, 16, (i) => soon(counted(i + 1, 20, 3), "10 millis"))
      expect(at[0]).toBe(3100)
      expect(at[15]).toBeLessThan(3300)
    }).pipe(inVirtualTime)
  )

  it.scoped("and was the first after a refusal: another asks, and the next after twice as long", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make()
      yield* send(flow, soon(refusedFor(10)))
      const at = yield* Effect.fork(sendAll(flow, 6, (i) => (i < 3 ? Effect.never : soon(ok))))
      const sent: Array<number> = []
      for (let before = 0; sent.length < 4; ) {
        yield* Effect.sleep("50 millis")
        const { inFlight } = yield* flow.status.get
        if (inFlight > before) sent.push(yield* Clock.currentTimeMillis)
        before = inFlight
      }
      // eight round trips, then sixteen, …
      expect(sent.map((time) => Math.round((time - 10_100) / 100) * 100)).toEqual([0, 800, 2400, 5600])
      yield* Fiber.interrupt(at)
      expect(yield* flow.status.get).toMatchObject({ inFlight: 0, waiting: 0 })
    }).pipe(inVirtualTime)
  )

  it.scoped("however long round trips are, another asks after five seconds", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make()
      yield* send(flow, soon(refusedFor(70), "10 seconds"))
      const stalled = yield* Effect.fork(send(flow, Effect.never))
      yield* Effect.yieldNow()
      expect(yield* send(flow, ok)).toBe(85_000)
      yield* Fiber.interrupt(stalled)
    }).pipe(inVirtualTime)
  )

  it.scoped("where replies say nothing, no longer than a minute after the window began", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make()
      yield* sendAll(flow, 10, () => soon(ok))
      yield* send(flow, refusedFor(10))
      // ten a window are known; all that are under way now stall
      yield* Effect.fork(sendAll(flow, 1, () => Effect.never))
      const at = yield* sendAll(flow, 30, () => soon(ok))
      expect(at[0]).toBeLessThan(16_000)
      expect(at[29]).toBeLessThan(80_000)
    }).pipe(inVirtualTime)
  )
})

describe("a deadline", () => {
  it.scoped("that is over, or cannot hold a round trip, gets no permit", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make()
      expect(yield* Effect.flip(send(flow, ok, { timeLeft: Duration.zero }))).toEqual({ _tag: "DeadlineTooNear" })
      yield* send(flow, soon(ok, "300 millis"))
      expect(yield* Effect.flip(send(flow, ok, { timeLeft: Duration.millis(250) }))).toEqual({
        _tag: "DeadlineTooNear"
      })
      yield* send(flow, soon(ok, "300 millis"), { timeLeft: Duration.millis(350) })
      // what is known of round trips is forgotten
      yield* Effect.sleep("2 minutes")
      yield* send(flow, soon(ok, "20 millis"), { timeLeft: Duration.millis(250) })
    }).pipe(inVirtualTime)
  )

  it.scoped("is not held for a minute against a first reply that was slow", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make()
      yield* send(flow, soon(ok, "2 seconds"))
      const hasty = send(flow, soon(ok, "20 millis"), { timeLeft: Duration.seconds(1) })
      expect(yield* Effect.flip(hasty)).toEqual({ _tag: "DeadlineTooNear" })
      yield* Effect.sleep("6 seconds")
      yield* hasty
      // what two replies have shown holds
      yield* send(flow, soon(ok, "20 millis"))
      yield* Effect.sleep("6 seconds")
      expect(yield* Effect.flip(send(flow, ok, { timeLeft: Duration.millis(10) }))).toEqual({ _tag: "DeadlineTooNear" })
    }).pipe(inVirtualTime)
  )

  it.scoped("that the limit's end does not leave time for is refused at once", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make()
      yield* send(flow, soon(counted(3, 3, 30)))
      expect(yield* Effect.flip(send(flow, ok, { timeLeft: Duration.seconds(30) }))).toEqual({
        _tag: "DeadlineTooNear"
      })
      expect(yield* Clock.currentTimeMillis).toBe(100)
      expect(yield* send(flow, ok, { timeLeft: Duration.millis(30_100) })).toBe(30_100)
    }).pipe(inVirtualTime)
  )

  it.scoped("that a wait uses up is refused a round trip before it", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make({ maxConcurrency: 1 })
      yield* send(flow, soon(ok))
      yield* Effect.fork(send(flow, soon(ok, "2 seconds")))
      yield* Effect.sleep(1)
      const [waited, refusal] = yield* Effect.timed(Effect.flip(send(flow, ok, { timeLeft: Duration.seconds(1) })))
      expect([Duration.toMillis(waited), refusal]).toEqual([900, { _tag: "DeadlineTooNear" }])
    }).pipe(inVirtualTime)
  )
})

describe("patience", () => {
  const within = (flow: FlowControl.Service, patience: Duration.DurationInput) =>
    Effect.timed(Effect.either(send(flow, soon(ok), { patience: Duration.decode(patience) })))

  it.scoped("is over for all that wait when the limit closes for longer", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make({ maxConcurrency: 1 })
      const first = yield* Effect.fork(send(flow, soon(refusedFor(600), "1 second")))
      const waiting = yield* Effect.fork(
        Effect.all(
          times(49).map(() => within(flow, "2 minutes")),
          { concurrency: "unbounded" }
        )
      )
      yield* Fiber.join(first)
      for (const [waited, result] of yield* Fiber.join(waiting)) {
        expect(Duration.toMillis(waited)).toBe(1000)
        expect(result).toMatchObject({ left: { _tag: "TooLong", wait: Duration.minutes(5) } })
      }
      expect(yield* Clock.currentTimeMillis).toBe(1000)
    }).pipe(inVirtualTime)
  )

  it.scoped("is over for those behind a cap on concurrency when others have used the limit up", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make({ maxConcurrency: 1 })
      yield* send(flow, counted(200, 300, 60))
      const first = yield* Effect.fork(send(flow, soon(counted(300, 300, 55), "2 seconds")))
      const waiting = yield* Effect.fork(
        Effect.all(
          times(3).map(() => within(flow, "20 seconds")),
          { concurrency: "unbounded" }
        )
      )
      yield* Fiber.join(first)
      for (const [waited, result] of yield* Fiber.join(waiting)) {
        expect(Duration.toMillis(waited)).toBe(2000)
        expect(result).toMatchObject({ left: { _tag: "TooLong", wait: Duration.seconds(55) } })
      }
    }).pipe(inVirtualTime)
  )

  it.scoped("is over as soon as the program itself has used the limit up", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make({ maxConcurrency: 2 })
      let count = 0
      const counts = Effect.delay(
        Effect.sync(() => counted(++count, 5, 59)),
        "1 second"
      )
      const results = yield* Effect.all(
        times(9).map(() => Effect.timed(Effect.either(send(flow, counts, { patience: Duration.seconds(10) })))),
        { concurrency: "unbounded" }
      )
      const refused = results.filter(([, result]) => result._tag === "Left")
      expect(refused.map(([waited]) => Duration.toMillis(waited))).toEqual([3000, 1000, 1000, 1000])
    }).pipe(inVirtualTime)
  )

  it.scoped("counts from when a call asked, and is over at the latest when it says", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make({ maxConcurrency: 1 })
      yield* Effect.fork(send(flow, Effect.never))
      yield* Effect.sleep(1)
      const [waited, result] = yield* within(flow, "2 seconds")
      expect(Duration.toMillis(waited)).toBe(2000)
      expect(result).toMatchObject({ left: { _tag: "TooLong" } })
      expect(yield* Effect.flip(send(flow, ok, { patience: Duration.zero }))).toMatchObject({ _tag: "TooLong" })
    }).pipe(inVirtualTime)
  )

  it.scoped("is not enough for who stands too far back", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make()
      yield* send(flow, counted(10, 10, 30))
      // the next window, in 30 s, holds ten, and the one after it begins at least 29 s later
      const results = yield* Effect.forEach(times(25), () => within(flow, "45 seconds"), { concurrency: "unbounded" })
      expect(results.filter(([, result]) => result._tag === "Right").length).toBe(10)
      for (const [waited, result] of results.slice(10)) {
        expect(Duration.toMillis(waited)).toBe(0)
        expect(result).toMatchObject({ left: { _tag: "TooLong", wait: Duration.seconds(59) } })
      }
    }).pipe(inVirtualTime)
  )

  it.scoped("is measured against a declared rate exactly", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make({ requestsPerMinute: 10 })
      const results = yield* Effect.forEach(times(40), () => within(flow, "2 minutes"), { concurrency: "unbounded" })
      expect(results.map(([, result]) => result._tag === "Right")).toEqual(times(40).map((i) => i < 30))
      expect(yield* Clock.currentTimeMillis).toBe(120_100)
    }).pipe(inVirtualTime)
  )

  it.scoped("of a minute and a half holds for a second `Retry-After: 60` in a row", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make()
      const patience = { patience: Duration.seconds(90) }
      yield* send(flow, refusedFor(60))
      yield* send(flow, refusedFor(60), patience)
      expect(yield* send(flow, ok, patience)).toBe(120_000)
    }).pipe(inVirtualTime)
  )
})

describe("what closes the limit", () => {
  it.scoped("does so for `maxClosure` at most, whatever a reply says; then one asks", () =>
    Effect.gen(function* () {
      for (const reply of [
        counted(300, 300, 60_000),
        refusedFor(7200),
        { ...refusedFor(0), retryAfter: undefined, limit: { count: 3, allowed: 3, reset: 6e7 } }
      ]) {
        const flow = yield* FlowControl.make({ maxClosure: "2 minutes" })
        const begin = yield* Clock.currentTimeMillis
        yield* send(flow, reply)
        const fibers = yield* Effect.forEach(times(5), () => Effect.fork(send(flow, soon(reply))))
        yield* Effect.sleep("121 seconds")
        expect(yield* flow.status.get).toMatchObject({ inFlight: 0, waiting: 4 })
        yield* Effect.sleep("120 seconds")
        expect(yield* flow.status.get).toMatchObject({ inFlight: 0, waiting: 3 })
        expect((yield* Clock.currentTimeMillis) - begin).toBe(241_000)
        yield* Fiber.interruptAll(fibers)
      }
    }).pipe(inVirtualTime)
  )

  it.scoped("is not opened by a refusal that asks for less than the one before", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make()
      yield* Effect.all([send(flow, soon(refusedFor(60))), send(flow, soon(refusedFor(1), "200 millis"))], {
        concurrency: "unbounded"
      })
      expect(yield* send(flow, ok)).toBe(60_100)
    }).pipe(inVirtualTime)
  )

  for (const resets of [[60_000], [250, 30], [60_000, 30]]) {
    it.scoped(`and ${resets} seconds are not held against later windows`, () =>
      Effect.gen(function* () {
        const flow = yield* FlowControl.make()
        for (const reset of resets) yield* send(flow, counted(1, 10, reset))
        yield* Effect.sleep("5 minutes")
        yield* send(flow, counted(10, 10, 30))
        const patience = { patience: Duration.minutes(2) }
        const at = yield* Effect.forEach(times(15), (i) => send(flow, soon(counted((i % 10) + 1, 10, 30)), patience), {
          concurrency: "unbounded"
        })
        expect(Math.max(...at)).toBeLessThan(390_000)
      }).pipe(inVirtualTime)
    )
  }

  for (const reset of [61, 75, 120]) {
    it.scoped(`a window of ${reset} seconds is heeded`, () =>
      Effect.gen(function* () {
        const flow = yield* FlowControl.make()
        yield* send(flow, counted(180, 180, reset))
        expect(yield* send(flow, ok)).toBe(reset * 1000)
      }).pipe(inVirtualTime)
    )
  }
})

describe("a limit's scope", () => {
  const post = { operation: "postChatsRoomMessages", method: "POST" }
  const otherPost = { operation: "postChatsUserMessages", method: "POST" }
  const get = { operation: "getChatsRoom", method: "GET" }
  const notToken = refusedFor(120, { count: 12, allowed: 300, reset: 30_000 })

  it.scoped("is the operation where the token's count does not explain a refusal", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make()
      yield* send(flow, notToken, post)
      const queued = yield* Effect.forEach(times(3), () => Effect.fork(send(flow, soon(ok), post)))
      yield* Effect.sleep("1 second")
      // also behind those that are queued
      for (const target of [get, otherPost]) expect(yield* send(flow, ok, target)).toBe(1000)
      expect(yield* flow.status.get).toMatchObject({ waiting: 3, closedFor: Duration.zero })
      // one asks first
      expect(yield* Effect.forEach(queued, Fiber.join)).toEqual([120_000, 120_100, 120_100])
    }).pipe(inVirtualTime)
  )

  it.scoped("is known from the replies before, where a proxy answers without headers", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make()
      yield* send(flow, counted(12, 300, 30), get)
      yield* send(flow, refusedFor(120), post)
      expect(yield* send(flow, ok, get)).toBe(0)
      expect(yield* send(flow, ok, post)).toBe(120_000)
    }).pipe(inVirtualTime)
  )

  it.scoped("grows to the method, and to the client", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make()
      yield* send(flow, notToken, post)
      yield* send(flow, notToken, otherPost)
      const third = yield* Effect.fork(send(flow, soon(ok), { operation: "postChatsRoomsPins", method: "POST" }))
      yield* Effect.yieldNow()
      expect(yield* send(flow, ok, get)).toBe(0)
      yield* send(flow, refusedFor(30, { count: 12, allowed: 300, reset: 30_000 }), {
        ...get,
        operation: "getChatsUser"
      })
      expect(yield* send(flow, ok, get)).toBe(30_000)
      expect(yield* Fiber.join(third)).toBe(120_000)
    }).pipe(inVirtualTime)
  )

  it.scoped("is the client where the count explains it, or nothing is known", () =>
    Effect.gen(function* () {
      for (const reply of [refusedFor(20), refusedFor(20, { count: 300, allowed: 300, reset: 5_000 })]) {
        const flow = yield* FlowControl.make()
        const begin = yield* Clock.currentTimeMillis
        yield* send(flow, reply, post)
        expect(yield* send(flow, ok, get)).toBe(begin + 20_000)
      }
    }).pipe(inVirtualTime)
  )

  it.scoped("a stalled first request holds an operation no longer than others", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make()
      yield* send(flow, soon(notToken), post)
      const stalled = yield* Effect.fork(send(flow, Effect.never, post))
      yield* Effect.yieldNow()
      expect(yield* send(flow, ok, post)).toBe(120_900)
      yield* Fiber.interrupt(stalled)
    }).pipe(inVirtualTime)
  )

  it.scoped("an operation's waiters that will not be served in time are told", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make({ maxConcurrency: 1 })
      const first = yield* Effect.fork(send(flow, soon(notToken), post))
      yield* Effect.yieldNow()
      const patience = { patience: Duration.minutes(1) }
      const hasty = yield* Effect.fork(Effect.flip(send(flow, ok, { ...post, ...patience })))
      const other = yield* Effect.fork(send(flow, ok, { ...get, ...patience }))
      yield* Fiber.join(first)
      expect(yield* Fiber.join(hasty)).toEqual({ _tag: "TooLong", wait: Duration.minutes(2) })
      expect(yield* Fiber.join(other)).toBe(100)
    }).pipe(inVirtualTime)
  )

  it.scoped("five thousand may wait, of which half are of a closed operation", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make()
      yield* send(flow, notToken, post)
      const order: Array<number> = []
      yield* Effect.forEach(
        times(5_000),
        (i) =>
          Effect.tap(
            send(flow, soon(counted(1, 20_000, 30)), { ...(i % 2 === 0 ? post : get), patience: Duration.infinity }),
            () => Effect.sync(() => order.push(i))
          ),
        { concurrency: "unbounded" }
      )
      expect(order).toEqual([...times(5_000).filter((i) => i % 2 === 1), ...times(5_000).filter((i) => i % 2 === 0)])
    }).pipe(inVirtualTime)
  )
})

describe("whoever sends nothing", () => {
  const unsent = (flow: FlowControl.Service) =>
    Effect.flatMap(flow.acquire(request()), ({ giveBack }) => giveBack ?? Effect.die("it cannot be given back"))

  it.scoped("uses up nothing of a declared rate", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make({ requestsPerMinute: 3 })
      yield* send(flow, ok)
      for (let i = 0; i < 10; i++) yield* unsent(flow)
      yield* send(flow, ok)
      yield* send(flow, ok)
      expect(yield* Clock.currentTimeMillis).toBe(0)
      yield* send(flow, ok)
      expect(yield* Clock.currentTimeMillis).toBe(60_000)
    }).pipe(inVirtualTime)
  )

  it.scoped("leaves those their places that came after", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make({ requestsPerMinute: 2 })
      const { giveBack } = yield* flow.acquire(request())
      yield* Effect.sleep("10 seconds")
      yield* send(flow, ok)
      yield* giveBack ?? Effect.die("it cannot be given back")
      expect(yield* send(flow, ok)).toBe(10_000)
      expect(yield* send(flow, ok)).toBe(70_000)
    }).pipe(inVirtualTime)
  )

  it.scoped("leaves what was leased, and the probe of a window, to the others", () =>
    Effect.gen(function* () {
      const store = Layer.succeedContext(yield* Layer.build(FlowControl.storeMemory({ allowed: 20 })))
      const [one, other] = yield* Effect.all([FlowControl.make(), FlowControl.make()]).pipe(Effect.provide(store))
      // never idle for long
      yield* Effect.fork(Effect.forever(Effect.zipRight(unsent(one), Effect.sleep(50))))
      yield* Effect.sleep(20)
      expect(yield* send(other, counted(1, 20, 60))).toBeLessThan(200)
      yield* Effect.forEach(times(19), (i) => send(other, counted(i + 2, 20, 50), { patience: Duration.seconds(5) }))
    }).pipe(inVirtualTime)
  )
})

describe("whoever goes", () => {
  it.scoped("may release twice, and observe afterwards", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make({ maxConcurrency: 2 })
      const [first] = yield* Effect.all([flow.acquire(request()), flow.acquire(request())])
      yield* Effect.repeatN(first.release, 3)
      yield* first.observe(ok)
      expect(yield* flow.status.get).toMatchObject({ inFlight: 1 })
    }).pipe(inVirtualTime)
  )

  it.scoped("wherever an interruption hits it, leaves nothing behind", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make({ maxConcurrency: 1 })
      const use = (i: number) =>
        Effect.uninterruptibleMask((restore) =>
          Effect.flatMap(restore(flow.acquire(request())), (permit) =>
            Effect.ensuring(restore(Effect.sleep((i * 7) % 13)), permit.release)
          )
        )
      for (let round = 0; round < 50; round++) {
        const fibers = yield* Effect.forEach(times(40), (i) => Effect.fork(use(i)))
        for (const [i, fiber] of fibers.entries()) {
          // as the scheduler has it: before, in the middle of, or after the hand-over
          yield* Effect.repeatN(Effect.yieldNow(), (i * round) % 5)
          if ((i * round) % 3 === 0) yield* Effect.sleep((i + round) % 4)
          yield* Fiber.interruptAsFork(fiber, fiber.id())
        }
        yield* Fiber.awaitAll(fibers)
        expect(yield* flow.status.get).toMatchObject({ inFlight: 0, waiting: 0 })
      }
    }).pipe(inVirtualTime)
  )

  it.scoped("is interrupted as it gets its permit, where it can be: the permit is free again", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make({ maxConcurrency: 1 })
      for (const steps of times(12)) {
        const first = yield* flow.acquire(request())
        const waiter = yield* Effect.fork(
          Effect.uninterruptibleMask((restore) =>
            Effect.flatMap(restore(flow.acquire(request())), (permit) => permit.release)
          )
        )
        yield* Effect.sleep(1)
        yield* first.release
        yield* Effect.repeatN(Effect.yieldNow(), steps)
        yield* Fiber.interruptAsFork(waiter, waiter.id())
        yield* Fiber.await(waiter)
        expect(yield* flow.status.get).toMatchObject({ inFlight: 0, waiting: 0 })
      }
    }).pipe(inVirtualTime)
  )

  it.scoped("asks a service in whatever it is wrapped", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make({ maxConcurrency: 1 })
      for (const wrapped of [{ ...flow }, Object.create(flow) as FlowControl.Service, new Proxy(flow, {})]) {
        const permit = yield* wrapped.acquire(request())
        for (const copy of [{ ...permit }, Object.create(permit) as FlowControl.Permit, new Proxy(permit, {})]) {
          yield* copy.observe(counted(1, 300, 30))
          yield* copy.release
        }
        expect(yield* wrapped.status.get).toMatchObject({
          inFlight: 0,
          limit: Option.some({ allowed: 300, remaining: 299 })
        })
      }
    }).pipe(inVirtualTime)
  )
})

describe("options", () => {
  it.effect("out of range are a defect that names them", () =>
    Effect.gen(function* () {
      for (const [name, options] of [
        ["maxConcurrency", { maxConcurrency: 0 }],
        ["maxQueue", { maxQueue: -1 }],
        ["requestsPerMinute", { requestsPerMinute: Number.NaN }],
        ["maxClosure", { maxClosure: Duration.infinity }],
        ["storeTimeout", { storeTimeout: -5 }],
        ["lease", { lease: 2.5 }]
      ] as const) {
        const exit = yield* Effect.exit(Effect.scoped(FlowControl.make(options)))
        expect(Exit.isFailure(exit) && String(Cause.squash(exit.cause))).toContain(`FlowControl.make: ${name} must be`)
      }
    })
  )
})
