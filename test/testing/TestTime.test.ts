import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/TestClock"
import { Chats } from "effect-genesys-chats"
import { Emulator, Faults, TestTime } from "effect-genesys-chats/testing"

/** The time at which something happens. */
const at = <A>(what: A) => Effect.map(Clock.currentTimeMillis, (time) => [what, time] as const)

const defectOf = (exit: Exit.Exit<unknown, unknown>): string =>
  Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "succeeded"

/** Some real milliseconds, which no clock of Effect knows of. */
const really = (millis: number) => Effect.promise(() => new Promise<void>((resolve) => setTimeout(resolve, millis)))

describe("autoAdvance", () => {
  it.effect("runs an effect for as long as it takes, and leaves the clock where it has ended", () =>
    Effect.gen(function* () {
      expect(yield* TestTime.autoAdvance(Effect.delay(at("a day"), "1 day"))).toEqual(["a day", 86_400_000])
      expect(yield* TestTime.autoAdvance(Effect.delay(at("more"), "1 second"))).toEqual(["more", 86_401_000])
      expect(yield* Clock.currentTimeMillis).toBe(86_401_000)
    })
  )

  it.effect("an effect that does not wait takes no time", () =>
    Effect.gen(function* () {
      expect(yield* TestTime.autoAdvance(at("now"))).toEqual(["now", 0])
      expect(yield* TestTime.autoAdvance(Effect.zipRight(really(30), at("now")))).toEqual(["now", 0])
    })
  )

  it.effect("wakes in the order of times, and who begins to wait in between among them", () =>
    Effect.gen(function* () {
      const woken: Array<readonly [string, number]> = []
      const sleeping = (name: string, ...waits: ReadonlyArray<Duration.DurationInput>) =>
        Effect.forEach(waits, (wait) => Effect.delay(Effect.zipRight(really(1), at(name)), wait)).pipe(
          Effect.map((times) => woken.push(...times))
        )
      yield* TestTime.autoAdvance(
        Effect.all(
          [
            Effect.map(Effect.delay(at("hour"), "1 hour"), (time) => woken.push(time)),
            sleeping("short", "1 millis", "2 millis", "3 millis"),
            sleeping("seconds", "10 seconds", "20 seconds"),
            sleeping("same", "10 seconds", "5 seconds")
          ],
          { concurrency: "unbounded" }
        )
      )
      expect(woken).toEqual([
        ["short", 1],
        ["short", 3],
        ["short", 6],
        ["same", 10_000],
        ["same", 15_000],
        ["seconds", 10_000],
        ["seconds", 30_000],
        ["hour", 3_600_000]
      ])
    })
  )

  it.effect("wakes whoever else sleeps on the clock", () =>
    Effect.gen(function* () {
      const done = yield* Deferred.make<number>()
      yield* Effect.fork(
        Effect.delay(
          Effect.flatMap(Clock.currentTimeMillis, (time) => Deferred.succeed(done, time)),
          "1 hour"
        )
      )
      yield* Effect.yieldNow()
      expect(yield* TestTime.autoAdvance(Effect.zipRight(Deferred.await(done), at("woken")))).toEqual([
        "woken",
        3_600_000
      ])
    })
  )

  it.effect("a sleep that never ends is not woken", () =>
    Effect.gen(function* () {
      const endless = Effect.as(Effect.sleep(Duration.infinity), "never" as const)
      const later = Effect.zipRight(really(50), Effect.delay(at("later"), "1 hour"))
      expect(yield* TestTime.autoAdvance(Effect.raceFirst(endless, later))).toEqual(["later", 3_600_000])
    })
  )

  describe("what is really under way is waited for", () => {
    const limited = <A>(effect: Effect.Effect<A>) => Effect.timeout(effect, "3 minutes")

    it.effect("turns of the event loop", () =>
      Effect.gen(function* () {
        const turns = Effect.repeatN(really(0), 100)
        expect(yield* TestTime.autoAdvance(Effect.zipRight(limited(turns), at("arrived")))).toEqual(["arrived", 0])
      })
    )

    it.effect("unpacked bodies and digests", () =>
      Effect.gen(function* () {
        const bytes = new Uint8Array(200_000).fill(7)
        const packed = () => new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"))
        const body = yield* Effect.promise(() => new Response(packed()).arrayBuffer())
        const unpacked = Effect.promise(() =>
          new Response(new Blob([body]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer()
        )
        const digest = Effect.promise(() => crypto.subtle.digest("SHA-512", new Uint8Array(1_000_000)))
        const work = Effect.all([unpacked, digest], { concurrency: "unbounded" })
        expect(yield* TestTime.autoAdvance(Effect.zipRight(limited(work), at("arrived")))).toEqual(["arrived", 0])
      })
    )

    it.effect("an emulator, on a bad day", () =>
      Effect.gen(function* () {
        const { jid } = yield* TestTime.autoAdvance(Chats.postChatsRooms({ subject: "Incident 4711" }))
        const post = Chats.postChatsRoomMessages({ roomJid: jid, message: "We are on it" })
        yield* TestTime.autoAdvance(
          Effect.all(
            Array.from({ length: 8 }, () => post),
            { concurrency: 4 }
          )
        )
        const emulator = yield* Emulator.Emulator
        expect((yield* emulator.messages(jid)).length).toBe(8)
        expect(yield* Clock.currentTimeMillis).toBeGreaterThan(120_000)
      }).pipe(
        Effect.provide(
          Emulator.layerClient({
            rateLimit: { requests: 4 },
            faults: Faults.script([Faults.status(429, { retryAfter: 42 }), Faults.status(503), Faults.html(502)])
          })
        )
      )
    )
  })

  it.effect("fails as the effect fails", () =>
    Effect.gen(function* () {
      const late = <A, E>(effect: Effect.Effect<A, E>) => TestTime.autoAdvance(Effect.delay(effect, "1 hour"))
      expect(yield* Effect.flip(late(Effect.fail("refused")))).toBe("refused")
      expect(defectOf(yield* Effect.exit(late(Effect.die(new Error("a defect")))))).toContain("a defect")
      const interrupted = yield* Effect.exit(late(Effect.interrupt))
      expect(Exit.isFailure(interrupted) && Cause.isInterruptedOnly(interrupted.cause)).toBe(true)
    })
  )

  it.effect("interrupts the effect when it is interrupted; what that does at its end may wait too", () =>
    Effect.gen(function* () {
      const ended: Array<readonly [string, number]> = []
      const begun = yield* Deferred.make<void>()
      const effect = Effect.zipRight(Deferred.succeed(begun, undefined), Effect.never).pipe(
        Effect.onInterrupt(() => Effect.map(Effect.delay(at("ended"), "1 minute"), (time) => ended.push(time)))
      )
      const fiber = yield* Effect.fork(TestTime.autoAdvance(effect))
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(fiber)
      expect(ended).toEqual([["ended", 60_000]])
      // and the clock stands
      const sleeper = yield* Effect.fork(Effect.sleep("1 minute"))
      yield* really(50)
      expect(yield* Clock.currentTimeMillis).toBe(60_000)
      yield* Fiber.interrupt(sleeper)
    })
  )

  it.effect("runs where nothing can be interrupted", () =>
    Effect.gen(function* () {
      const hour = TestTime.autoAdvance(Effect.delay(at("hour"), "1 hour"))
      expect(yield* Effect.uninterruptible(hour)).toEqual(["hour", 3_600_000])
    })
  )

  it.effect("an effect that no time helps is a defect", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(TestTime.autoAdvance(Effect.zipRight(Effect.sleep("1 hour"), Effect.never)))
      expect(defectOf(exit)).toContain("waits for something that no time brings")
      expect(yield* Clock.currentTimeMillis).toBe(3_600_000)
    })
  )

  it.effect("so it is where nothing can be interrupted", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(TestTime.autoAdvance(Effect.uninterruptible(Effect.never)))
      expect(defectOf(exit)).toContain("waits for something that no time brings")
    })
  )

  it.live("is a defect on the clock of the machine", () =>
    Effect.gen(function* () {
      expect(defectOf(yield* Effect.exit(TestTime.autoAdvance(Effect.void)))).toContain("the clock is no TestClock")
    })
  )

  it.effect("within itself it is the same", () =>
    Effect.gen(function* () {
      const inner = TestTime.autoAdvance(Effect.delay(at("inner"), "1 hour"))
      const outer = Effect.all([inner, Effect.delay(at("outer"), "30 minutes")], { concurrency: "unbounded" })
      expect(yield* TestTime.autoAdvance(Effect.zip(outer, Effect.delay(at("last"), "1 hour")))).toEqual([
        [
          ["inner", 3_600_000],
          ["outer", 1_800_000]
        ],
        ["last", 7_200_000]
      ])
    })
  )

  it.effect("several at once go by one time", () =>
    Effect.gen(function* () {
      const waits = (name: string, minutes: number) =>
        TestTime.autoAdvance(
          Effect.repeatN(Effect.zipRight(Effect.sleep(Duration.minutes(minutes)), really(5)), 3).pipe(
            Effect.zipRight(at(name))
          )
        )
      expect(
        yield* Effect.all([waits("one", 1), waits("two", 2), waits("three", 3)], { concurrency: "unbounded" })
      ).toEqual([
        ["one", 240_000],
        ["two", 480_000],
        ["three", 720_000]
      ])
    })
  )

  it.effect("stands beside a test that moves the clock by itself", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Effect.delay(at("forked"), "1 hour"))
      yield* TestTime.autoAdvance(Effect.sleep("10 minutes"))
      yield* TestClock.adjust("50 minutes")
      expect(yield* Fiber.join(fiber)).toEqual(["forked", 3_600_000])
    })
  )

  it.effect("leaves Effect no reason to warn of a clock that stands still", () =>
    Effect.gen(function* () {
      const said: Array<unknown> = []
      const logger = Logger.make(({ message }) => said.push(message))
      // longer than it takes Effect to warn
      const work = Effect.raceFirst(Effect.sleep("1 hour"), Effect.repeatN(really(1), 1500))
      yield* Effect.provide(TestTime.autoAdvance(work), Logger.replace(Logger.defaultLogger, logger))
      expect(said).toEqual([])
    })
  )
})
