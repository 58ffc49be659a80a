/**
 * `effect/testing/TestClock` for the suites: that of Effect 4 waits for fibers alone before it goes on to the next
 * sleeper, that of Effect 3 for promises too, and so for what clients and bodies in memory are made of.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Scheduler from "effect/Scheduler"
import { VirtualClock } from "./virtualClock.js"

/** Some tests put other timers in the place of these. */
const { setImmediate } = globalThis

const countedBy = (scheduler: Scheduler.Scheduler, counted: () => void): Scheduler.Scheduler => ({
  executionMode: scheduler.executionMode,
  shouldYield: (fiber) => scheduler.shouldYield(fiber),
  makeDispatcher() {
    const dispatcher = scheduler.makeDispatcher()
    return {
      scheduleTask(task, priority) {
        counted()
        dispatcher.scheduleTask(task, priority)
      },
      flush: () => dispatcher.flush()
    }
  }
})

const turnsOfQuiet = 10
/** Somebody may ask again and again, without an end. */
const mostTurns = 1000

class TestClock extends VirtualClock {
  private tasks = 0

  readonly scheduler = (scheduler: Scheduler.Scheduler) => countedBy(scheduler, () => this.tasks++)

  /** Nothing has been left to do for some turns of the event loop. */
  private readonly settled = Effect.callback<void>((resume) => {
    let quiet = 0
    let seen = this.tasks
    let turns = 0
    const turn = () => {
      quiet = seen === this.tasks ? quiet + 1 : 0
      seen = this.tasks
      if (quiet >= turnsOfQuiet || ++turns >= mostTurns) resume(Effect.void)
      else setImmediate(turn)
    }
    setImmediate(turn)
  })

  readonly setTime = (timestamp: number): Effect.Effect<void> => {
    const go: Effect.Effect<void> = Effect.flatMap(this.settled, () =>
      this.advance(timestamp) ? go : Effect.sync(() => this.jump(timestamp))
    )
    return Effect.andThen(go, this.settled)
  }

  readonly adjust = (duration: Duration.Input): Effect.Effect<void> =>
    Effect.suspend(() =>
      this.setTime(this.currentTimeMillisUnsafe() + Duration.toMillis(Duration.fromInputUnsafe(duration)))
    )
}

export type { TestClock }

export const layer = (): Layer.Layer<never> =>
  Layer.effectContext(
    Effect.withFiber((fiber) => {
      const clock = new TestClock()
      return Effect.succeed(
        Context.make(Clock.Clock, clock).pipe(
          Context.add(Scheduler.Scheduler, clock.scheduler(fiber.getRef(Scheduler.Scheduler)))
        )
      )
    })
  )

const clockWith = <A, E, R>(use: (clock: TestClock) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Clock.clockWith((clock) =>
    clock instanceof TestClock ? use(clock) : Effect.die(new Error("the clock is none of a test"))
  )

export { clockWith as testClockWith }

export const adjust = (duration: Duration.Input): Effect.Effect<void> => clockWith((clock) => clock.adjust(duration))

export const setTime = (timestamp: number): Effect.Effect<void> => clockWith((clock) => clock.setTime(timestamp))
