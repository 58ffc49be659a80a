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
import { Quiet } from "./quiet.js"
import { VirtualClock } from "./virtualClock.js"

/** Test files that share a process may each have loaded this module. */
const TypeId: unique symbol = Symbol.for("effect-genesys-chats/test/TestClock")

class TestClock extends VirtualClock {
  readonly [TypeId] = TypeId
  private readonly quiet = new Quiet(5)
  readonly scheduler = this.quiet.scheduler

  readonly setTime = (timestamp: number): Effect.Effect<void> => {
    const go: Effect.Effect<void> = Effect.flatMap(this.quiet.come, () =>
      this.advance(timestamp) ? go : Effect.sync(() => this.jump(timestamp))
    )
    return Effect.andThen(go, this.quiet.come)
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

const isTestClock = (clock: Clock.Clock): clock is TestClock => TypeId in clock

const clockWith = <A, E, R>(use: (clock: TestClock) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Clock.clockWith((clock) => (isTestClock(clock) ? use(clock) : Effect.die(new Error("the clock is none of a test"))))

export { clockWith as testClockWith }

export const adjust = (duration: Duration.Input): Effect.Effect<void> => clockWith((clock) => clock.adjust(duration))

export const setTime = (timestamp: number): Effect.Effect<void> => clockWith((clock) => clock.setTime(timestamp))
