import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Scheduler from "effect/Scheduler"
import { Quiet } from "./quiet.js"
import { VirtualClock } from "./virtualClock.js"

/** Runs an effect in virtual time that begins at 0, as fast as the machine can. */
export const inVirtualTime = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    const clock = new VirtualClock()
    const quiet = new Quiet(0)
    const fiber = yield* Effect.forkChild(
      effect.pipe(
        Effect.provideService(Clock.Clock, clock),
        Effect.provideService(Scheduler.Scheduler, quiet.scheduler(yield* Scheduler.Scheduler)),
        Effect.provideService(Scheduler.MaxOpsBeforeYield, 1e9)
      )
    )
    for (;;) {
      yield* quiet.come
      const exit = fiber.pollUnsafe()
      if (exit !== undefined) return yield* exit
      if (!clock.advance()) return yield* Effect.die(new Error("nothing is left to do, and the effect has not ended"))
    }
  })

/** Runs an effect on a clock whose date can be made to jump, by milliseconds; elapsed time goes on as it does. */
export const withDateThatJumps = <A, E, R>(
  use: (jump: (millis: number) => Effect.Effect<void>) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Clock.clockWith((clock) => {
    let offset = 0
    const millis = () => clock.currentTimeMillisUnsafe() + offset
    const jumping: Clock.Clock = Object.create(clock, {
      currentTimeMillisUnsafe: { value: millis },
      currentTimeMillis: { value: Effect.sync(millis) }
    })
    const jump = (by: number) =>
      Effect.sync(() => {
        offset += by
      })
    return Effect.provideService(use(jump), Clock.Clock, jumping)
  })

/** Runs an effect on a clock whose elapsed time can be made to jump, by milliseconds: its process was suspended. */
export const withSuspensions = <A, E, R>(
  use: (suspend: (millis: number) => Effect.Effect<void>) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Clock.clockWith((clock) => {
    let slept = 0n
    const nanos = () => clock.monotonicTimeNanosUnsafe() + slept
    const suspended: Clock.Clock = Object.create(clock, {
      monotonicTimeNanosUnsafe: { value: nanos },
      monotonicTimeNanos: { value: Effect.sync(nanos) }
    })
    const suspend = (by: number) =>
      Effect.sync(() => {
        slept += BigInt(by) * 1_000_000n
      })
    return Effect.provideService(use(suspend), Clock.Clock, suspended)
  })
