/**
 * `it.effect` and `it.scoped` of @effect/vitest without what they build for each test: layers for services that no test
 * here asks for, which cost three milliseconds a test. What is left is a `TestClock`, and no default logger.
 */
import { it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import type * as Clock from "effect/Clock"
import { ClockTypeId } from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import * as HashSet from "effect/HashSet"
import * as Logger from "effect/Logger"
import type * as TestClock from "effect/TestClock"

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/** Some tests put other timers in the place of these. */
const { setTimeout } = globalThis

/** Promises, and sockets of the process, get as many turns as Effect's own clock gives them. */
const quiet = Effect.async<void>((resume) => {
  setTimeout(() => setTimeout(() => setTimeout(() => resume(Effect.void))))
})

/**
 * As Effect's own, which starts and interrupts a fiber for each sleeper that it wakes, wakes those as well whose sleep
 * was interrupted, as are the deadlines of all calls that have ended, and wakes whoever sleeps as long one by one. Other
 * clocks are made of it by `Object.create`, which show another date: time passes for all of them alike.
 */
class QuickTestClock implements TestClock.TestClock {
  readonly [ClockTypeId]: Clock.ClockTypeId = ClockTypeId
  private readonly state = { instant: 0, sleepers: [] as Sleeper[] }

  unsafeCurrentTimeMillis(): number {
    return this.state.instant
  }
  unsafeCurrentTimeNanos(): bigint {
    return BigInt(Math.floor(this.state.instant * 1_000_000))
  }
  readonly currentTimeMillis = Effect.sync(() => this.state.instant)
  /** Fails where a time is no whole number of nanoseconds. */
  readonly currentTimeNanos = Effect.sync(() => BigInt(this.state.instant * 1_000_000))

  sleep(duration: Duration.Duration): Effect.Effect<void> {
    const millis = Duration.toMillis(duration)
    return millis > 0 ? this.asleep(millis) : Effect.void
  }
  private asleep(millis: number): Effect.Effect<void> {
    const { state } = this
    return Effect.async<void>((resume) => {
      const sleeper = { at: state.instant + millis, wake: () => resume(Effect.void) }
      const { sleepers } = state
      sleepers.splice(sleepers.findLastIndex(({ at }) => at <= sleeper.at) + 1, 0, sleeper)
      return Effect.sync(() => {
        const index = sleepers.indexOf(sleeper)
        if (index >= 0) sleepers.splice(index, 1)
      })
    })
  }

  adjust(duration: Duration.DurationInput): Effect.Effect<void> {
    return this.go((now) => now + Duration.toMillis(duration))
  }
  adjustWith(duration: Duration.DurationInput) {
    return <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.zipLeft(effect, this.adjust(duration), { concurrent: true })
  }
  setTime(instant: number): Effect.Effect<void> {
    return this.go(() => instant)
  }
  private go(endOf: (now: number) => number): Effect.Effect<void> {
    const { state } = this
    return Effect.flatMap(quiet, () => {
      const end = endOf(state.instant)
      const next = state.sleepers[0]?.at ?? Number.POSITIVE_INFINITY
      state.instant = Math.min(next, end)
      if (next > end) return Effect.void
      while (state.sleepers[0] !== undefined && state.sleepers[0].at <= next) state.sleepers.shift()?.wake()
      return Effect.zipRight(
        Effect.yieldNow(),
        this.go(() => end)
      )
    })
  }

  get sleeps(): Effect.Effect<Chunk.Chunk<number>> {
    return Effect.sync(() => Chunk.fromIterable(this.state.sleepers.map(({ at }) => at)))
  }
  get save(): Effect.Effect<Effect.Effect<void>> {
    return Effect.dieMessage("no test here goes back in time")
  }
}

const inTest = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.suspend(() =>
    effect.pipe(
      Effect.withClock(new QuickTestClock()),
      Effect.locallyWith(FiberRef.currentLoggers, HashSet.remove(Logger.defaultLogger))
    )
  )

type Tester = typeof it.live
type Test = (...args: ReadonlyArray<never>) => Effect.Effect<unknown, unknown, never>

const wrapped =
  (tester: (name: string, test: Test, ...rest: ReadonlyArray<never>) => void) =>
  (name: string, test: Test, ...rest: ReadonlyArray<never>): void =>
    tester(name, (...args) => inTest(test(...args)), ...rest)

/** A tester, and those that are made of it, each in an environment of a test. */
const quick = (tester: Tester): Tester => {
  const { each, fails, only, prop, runIf, skip, skipIf } = tester as never as Record<string, never>
  const by =
    (make: (condition: unknown) => never) =>
    (condition: unknown): unknown =>
      wrapped(make(condition))
  return Object.assign(wrapped(tester as never), {
    skip: wrapped(skip as never),
    only: wrapped(only as never),
    fails: wrapped(fails as never),
    skipIf: by(skipIf as never),
    runIf: by(runIf as never),
    each: by(each as never),
    prop: (name: string, arbitraries: never, test: Test, ...rest: ReadonlyArray<never>) =>
      (prop as unknown as (name: string, arbitraries: never, test: Test, ...rest: ReadonlyArray<never>) => void)(
        name,
        arbitraries,
        (...args) => inTest(test(...args)),
        ...rest
      )
  }) as never
}

export const effect = quick(it.live)
export const scoped = quick(it.scopedLive)
