import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Scheduler from "effect/Scheduler"
import type * as TestClock from "effect/testing/TestClock"

/* The clock of a test, and the steps that its fibers take. */

export type { TestClock } from "effect/testing/TestClock"

export const isTestClock = (clock: Clock.Clock): clock is TestClock.TestClock => "setTime" in clock && "adjust" in clock

/** What became of a clock that was to go on to whoever is the next to wake. */
export type Advance = "woke" | "nobody sleeps" | "another moves it"

/** Moves a clock on to the next sleeper, and wakes all of that time. */
export const toNextSleeper = (clock: TestClock.TestClock): Effect.Effect<Advance> =>
  Effect.suspend(() => {
    const advance = wakeNext(clock)
    // others may sleep until the same time
    return advance === "woke"
      ? Effect.as(clock.setTime(clock.currentTimeMillisUnsafe()), advance)
      : Effect.succeed(advance)
  })

/**
 * This clock does not tell who sleeps until when. So it is sent to the end of time, a task at a time, and stopped when
 * it has come to the first sleeper: it pauses there, as it does at each of them. Where nobody sleeps it stays where it
 * is, as it cannot count to the end of time; a sleep that never ends is later than that.
 */
const wakeNext = (clock: TestClock.TestClock): Advance => {
  const before = clock.currentTimeMillisUnsafe()
  const hasMoved = () => clock.currentTimeMillisUnsafe() !== before
  const moving = started(clock.setTime(Number.MAX_VALUE))
  moving.runWhile(() => !hasMoved())
  if (moving.hasEnded()) {
    if (hasMoved()) started(clock.setTime(before)).runWhile(() => true)
    return "nobody sleeps"
  }
  moving.interrupt()
  return hasMoved() ? "woke" : "another moves it"
}

/** An effect whose fiber goes on when it is told to. */
const started = (effect: Effect.Effect<void>) => {
  const tasks: Array<() => void> = []
  let stepwise = true
  const scheduler: Scheduler.Scheduler = {
    executionMode: "sync",
    shouldYield: () => false,
    makeDispatcher: () => ({
      scheduleTask: (task) => {
        if (stepwise) tasks.push(task)
        else queueMicrotask(task)
      },
      flush: () => {}
    })
  }
  const fiber = Effect.runFork(Effect.exit(effect), { scheduler })
  const runWhile = (goesOn: () => boolean): void => {
    while (goesOn()) {
      const task = tasks.shift()
      if (task === undefined) return
      task()
    }
  }
  return {
    runWhile,
    hasEnded: () => fiber.pollUnsafe() !== undefined,
    interrupt: () => {
      fiber.interruptUnsafe()
      runWhile(() => true)
      stepwise = false
    }
  }
}

const observers = new WeakMap<Scheduler.Scheduler, object>()

/** Whom the steps of this fiber are told. */
export const observer: Effect.Effect<object | undefined> = Effect.withFiber((fiber) =>
  Effect.succeed(observers.get(fiber.getRef(Scheduler.Scheduler)))
)

/** Counts each step that a fiber of an effect takes. */
export const observed = <A, E, R>(effect: Effect.Effect<A, E, R>, by: { steps: number }): Effect.Effect<A, E, R> =>
  Effect.withFiber((fiber) => {
    const scheduler = fiber.getRef(Scheduler.Scheduler)
    const counting: Scheduler.Scheduler = {
      executionMode: scheduler.executionMode,
      shouldYield: (one) => {
        by.steps++
        return scheduler.shouldYield(one)
      },
      makeDispatcher: () => scheduler.makeDispatcher()
    }
    observers.set(counting, by)
    return Effect.provideService(effect, Scheduler.Scheduler, counting)
  })
