/**
 * Time in tests: effects that wait run on the `TestClock` for as long as they take, in no time.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { hasEnded, interruptFork } from "../../internal/effect/fiber.js"
import { isTestClock, observed, observer, type TestClock, toNextSleeper } from "../../internal/effect/testClock.js"
import { quiet } from "./quiet.js"

/** Of those that go on at once by one clock none may move it while another does something. */
const counters = new WeakMap<TestClock, { steps: number }>()

const counterOf = (clock: TestClock): { steps: number } => {
  const known = counters.get(clock)
  if (known !== undefined) return known
  const counter = { steps: 0 }
  counters.set(clock, counter)
  return counter
}

/** How long nothing may happen while nobody sleeps, in real milliseconds: tests are given 5 seconds by default. */
const patience = 2000

const goesOn = (clock: TestClock, counter: { readonly steps: number }): Effect.Effect<never> => {
  const mark = () => `${counter.steps} ${clock.unsafeCurrentTimeMillis()}`
  return Effect.gen(function* () {
    // Effect need not warn of a clock that nobody moves
    yield* clock.adjust(0)
    let seen = mark()
    let since = performance.now()
    for (;;) {
      yield* quiet(mark)
      const advance = yield* toNextSleeper(clock)
      const now = mark()
      if (advance === "woke" || now !== seen) {
        seen = now
        since = performance.now()
      } else if (performance.now() - since > patience) {
        return yield* Effect.dieMessage(
          `TestTime.autoAdvance: the effect waits for something that no time brings. Nobody sleeps on the TestClock, and for ${patience / 1000} s nothing has happened.`
        )
      }
    }
  })
}

/**
 * Runs an effect on the `TestClock`, and moves the clock on whenever everything waits: for as long as it takes, in no
 * time. There is no fiber to fork and no duration to guess, and the clock stands where the effect has ended.
 *
 * The clock goes from one sleeper to the next, and before each it rests for some 10 real milliseconds, until no fiber
 * of the effect has gone on: replies that are made in memory, of promises, unpacked bodies or digests, arrive before a
 * deadline does. What takes longer outside of Effect, as a socket may, is passed by its deadline.
 *
 * It gives what the effect gives, and fails as it fails. As with `Effect.timeout`, fibers that the effect forks end with
 * it. It is a defect when nobody sleeps and nothing happens for two real seconds, as the effect then waits for
 * something that no time brings, and where the clock is no `TestClock`. An effect that waits again and again without an
 * end has none here either.
 *
 * @example
 * ```ts
 * import { expect, it } from "@effect/vitest"
 * import * as Effect from "effect/Effect"
 * import { Chats } from "effect-genesys-chats"
 * import { Emulator, Faults, TestTime } from "effect-genesys-chats/testing"
 *
 * it.effect("waits as long as it is told to", () =>
 *   Effect.gen(function* () {
 *     const { jid } = yield* TestTime.autoAdvance(Chats.postChatsRooms({ subject: "Incident 4711" }))
 *     expect(jid).toContain("@conference.")
 *   }).pipe(Effect.provide(Emulator.layerClient({ faults: Faults.script([Faults.status(429, { retryAfter: 42 })]) })))
 * )
 * ```
 * @since 0.1.0
 * @category running
 */
export const autoAdvance = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.clockWith((clock) => {
    if (!isTestClock(clock)) {
      return Effect.dieMessage(
        "TestTime.autoAdvance: the clock is no TestClock. it.effect of @effect/vitest runs a test on one."
      )
    }
    const counter = counterOf(clock)
    // within another the clock goes on already
    return Effect.flatMap(observer, (by) => (by === counter ? effect : beside(effect, clock, counter)))
  })

const beside = <A, E, R>(effect: Effect.Effect<A, E, R>, clock: TestClock, counter: { steps: number }) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      // no child, which would end first: what the effect does at its end may wait too
      const going = yield* Effect.forkDaemon(Effect.interruptible(goesOn(clock, counter)))
      const running = yield* Effect.forkDaemon(restore(observed(effect, counter)))
      const ended = Effect.interruptible(Fiber.join(running))
      const stuck = Effect.interruptible(Fiber.join(going))
      return yield* restore(Effect.raceFirst(ended, stuck)).pipe(
        // what nothing helps may not end for this either
        Effect.ensuring(Effect.suspend(() => (hasEnded(going) ? interruptFork(running) : Fiber.interrupt(running)))),
        Effect.ensuring(Fiber.interrupt(going))
      )
    })
  )
